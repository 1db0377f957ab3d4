import type { Run, RunExecution } from './run-shapes.js';

/** What is told of attempts, where something was tried again, and of ends that were reported after another one that stands. A line each. */
export function attemptLines({ executions = [] }: Run): string[] {
  const again = new Set(executions.filter(isAgain).map(placeOf));
  return executions.flatMap((one) => [
    ...(again.has(placeOf(one)) ? [attemptLine(one)] : []),
    ...(one.late ?? []).map(
      (said) =>
        `at ${said.reportedAt} ${one.relay} said: ${ended(said)}; the first end stands: ${ended(one)}`,
    ),
  ]);
}

/** What is told while it runs, once a relay has failed: which, and where it is tried again. Undefined where this is the first attempt. */
export function againLine({ executions = [] }: Run, executionId: string): string | undefined {
  const again = executions.find(({ id }) => id === executionId);
  if (!again || !isAgain(again)) return undefined;
  const before = executions.find(
    (one) => placeOf(one) === placeOf(again) && one.attempt === again.attempt! - 1,
  );
  const why = before ? `attempt ${before.attempt} on ${before.relay} ended as ${ended(before)}; ` : '';
  return `${why}attempt ${again.attempt} runs on ${again.relay}, and what it prints begins anew`;
}

function attemptLine(one: RunExecution): string {
  const when = [one.startedAt, one.finishedAt].filter(Boolean).join(' to ');
  return `attempt ${one.attempt} on ${one.relay}: ${[ended(one), when].filter(Boolean).join(', ')}`;
}

function ended({ status, code, exitCode }: Pick<RunExecution, 'status' | 'code' | 'exitCode'>): string {
  return [status, code, exitCode === undefined ? undefined : `exit code ${exitCode}`]
    .filter(Boolean)
    .join(', ');
}

function isAgain({ attempt = 1 }: RunExecution): boolean {
  return attempt > 1;
}

function placeOf({ stage = 0, item = 0 }: RunExecution): string {
  return `${stage} ${item}`;
}

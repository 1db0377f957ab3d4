import { evidenceSentence } from '@chasqui/replies';
import type { Run } from '../runs/run.js';

/** So many of a run's attempts are told one by one. */
const mostTold = 20;

/**
 * What `run show` tells of attempts, where something was tried again, and of ends that were reported after another one that stands.
 */
export function attemptFields({ executions }: Run): { name: string; value: string }[] {
  const again = new Set(executions.filter(({ attempt }) => attempt > 1).map(placeOf));
  const attempts = executions
    .filter((one) => again.has(placeOf(one)))
    .map((one) => {
      const { attempt, relay, status, code, exitCode, startedAt, finishedAt } = one;
      const exit = exitCode === undefined ? undefined : `exit code ${exitCode}`;
      const when = [startedAt, finishedAt].filter(Boolean).join(' to ');
      const value = [`${status} on ${relay}`, code, exit, when].filter(Boolean).join(', ');
      return { name: `attempt ${attempt}`, value };
    });
  const evidence = executions.flatMap(({ relay, status, exitCode, late = [] }) =>
    late.map((said) => ({
      name: 'later report',
      value: evidenceSentence({ relay, stands: { status, exitCode }, said }),
    })),
  );
  return [...attempts.slice(0, mostTold), ...evidence.slice(0, mostTold)];
}

function placeOf({ stage, item }: Run['executions'][number]): string {
  return `${stage} ${item}`;
}

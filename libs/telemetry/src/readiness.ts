/** True, or a few words on what is amiss. Throwing counts as amiss. */
export type Check = () => Promise<true | string>;
export type Checks = Readonly<Record<string, Check>>;

export interface Readiness {
  readonly ready: boolean;
  /** Each check by name: `ok`, or what is amiss. */
  readonly checks: Readonly<Record<string, string>>;
}

/** Asks every check at once; one that has not answered after `limitMs` is amiss, so that a probe is never kept waiting. */
export async function readiness(checks: Checks, limitMs = 2000): Promise<Readiness> {
  const answers = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await answerOf(check, limitMs)] as const),
  );
  return { ready: answers.every(([, answer]) => answer === 'ok'), checks: Object.fromEntries(answers) };
}

async function answerOf(check: Check, limitMs: number): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, limitMs, `no answer within ${limitMs} ms`);
  });
  try {
    const answer = await Promise.race([check(), late]);
    return answer === true ? 'ok' : answer;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}

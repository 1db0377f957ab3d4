import { fork, spawn, type ChildProcess } from 'node:child_process';

/** Starts one of our programs and resolves once it wrote this, with how long that took in milliseconds. */
export async function startChild(
  main: string,
  env: Record<string, string>,
  ready: RegExp,
  execArgv: string[] = [],
): Promise<{ child: ChildProcess; tookMs: number; said: string }> {
  const since = performance.now();
  const child = fork(main, {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv,
  });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (text: Buffer) => {
      said = (said + text.toString()).slice(-20_000);
      if (ready.test(said)) resolve();
    };
    child.stdout!.on('data', hear);
    child.stderr!.on('data', hear);
    child.on('exit', (code) => reject(new Error(`${main} left with ${code} before it was ready:\n${said}`)));
  });
  return { child, tookMs: performance.now() - since, said };
}

export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await gone;
  clearTimeout(late);
}

/** Runs a program with these lines on its standard input; resolves with the milliseconds until it first wrote to standard output. */
export async function firstAnswerOf(main: string, args: string[], line: string): Promise<number> {
  const since = performance.now();
  const child = spawn(process.execPath, [main, ...args], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.end(line);
  const answered = new Promise<number>((resolve) =>
    child.stdout.once('data', () => resolve(performance.now() - since)),
  );
  const [tookMs] = await Promise.all([answered, new Promise((resolve) => child.once('exit', resolve))]);
  return tookMs;
}

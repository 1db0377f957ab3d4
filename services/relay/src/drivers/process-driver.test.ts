import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { driverContract, Onlooker } from './driver.contract.js';
import type { Work } from './driver.js';
import { executionName } from './execution-name.js';
import { processDriver } from './process-driver.js';
import { isAlive, processIdentity } from './process-identity.js';
import { workOf } from './work.fixture.js';

const home = mkdtempSync(join(tmpdir(), 'chasqui-test-'));
const driver = processDriver(home);
const never = new AbortController().signal;
const shell = (script: string, over: Partial<Work> = {}) =>
  workOf({ executable: ['/bin/sh', '-c', script], ...over });

afterAll(() => rmSync(home, { recursive: true }));

driverContract('process', () => ({
  driver,
  work: shell,
  missing: () => workOf({ executable: ['/nowhere/at-all'] }),
  printer: ['/usr/bin/printf', '%s\\0'],
  remains: async (work) => readdirSync(home).length + processesIn(join(home, executionName(work))),
}));

describe('process driver alone', () => {
  it('works in an empty folder of its own', async () => {
    const work = shell('pwd; ls -A; touch left-behind');
    const seen = new Onlooker();
    await driver.run(work, seen, never);
    expect(seen.stdout).toBe(`${join(home, executionName(work))}\n`);
    await driver.forget(work);
    expect(existsSync(join(home, executionName(work)))).toBe(false);
  });

  it('gives a PATH and what the order says, nothing else', async () => {
    const seen = new Onlooker();
    const work = workOf({ executable: ['/usr/bin/env'], env: { A: '1' } });
    await driver.run(work, seen, never);
    await driver.forget(work);
    expect(
      seen.stdout
        .split('\n')
        .map((line) => line.split('=')[0])
        .sort(),
    ).toEqual(['', 'A', 'PATH']);
  });

  it('ends what was left in the background', async () => {
    const seen = new Onlooker();
    const work = shell('sleep 300 & echo $!');
    expect(await driver.run(work, seen, never)).toEqual({ kind: 'exited', exitCode: 0 });
    await driver.forget(work);
    expect(await processIdentity(Number(seen.stdout))).toBeUndefined();
  });

  it('does not wait for a process that left its group and holds the output open', async () => {
    const seen = new Onlooker();
    const work = shell('setsid sleep 300 & echo $!; sleep 0.1');
    expect(await driver.run(work, seen, never)).toEqual({ kind: 'exited', exitCode: 0 });
    await driver.forget(work);
    process.kill(Number(seen.stdout), 'SIGKILL');
  });

  it('tells one that may not be run, and words that cannot be passed', async () => {
    const forbidden = workOf({ executable: ['/etc/passwd'] });
    const impossible = workOf({ executable: ['/bin/echo'], args: ['a\0b'] });
    for (const work of [forbidden, impossible]) {
      expect(await driver.run(work, new Onlooker(), never)).toMatchObject({
        kind: 'not-started',
        code: 'executable-missing',
      });
      await driver.forget(work);
    }
  });

  it('waits for what an earlier relay started, and says that its end is unknown', async () => {
    const orphan = spawn('/bin/sh', ['-c', 'read line'], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const handle = (await processIdentity(orphan.pid!))!;
    const seen = new Onlooker();
    const adopted = driver.adopt(shell(''), handle, seen, never);
    await seen.isStarted;
    orphan.stdin.end();
    expect(await adopted).toMatchObject({
      kind: 'unknown',
      detail: expect.stringContaining('has ended since'),
    });
    expect(seen.handles).toEqual([handle]);
  });

  it('stops what an earlier relay started', async () => {
    const orphan = spawn('/bin/sh', ['-c', 'sleep 300 & wait'], { detached: true, stdio: 'ignore' });
    const handle = (await processIdentity(orphan.pid!))!;
    expect(await driver.adopt(shell(''), handle, new Onlooker(), AbortSignal.abort())).toEqual({
      kind: 'cancelled',
    });
    expect(await isAlive(handle)).toBe(false);
  });

  it('does not take a later process with the same pid for it', async () => {
    const [pid, start, boot] = (await processIdentity(process.pid))!.split(':');
    const another = `${pid}:${Number(start) - 1}:${boot}`;
    expect(await driver.adopt(shell(''), another, new Onlooker(), never)).toMatchObject({
      kind: 'unknown',
      detail: expect.stringContaining('while the relay was away'),
    });
  });
});

/** Processes that work in a folder. */
function processesIn(folder: string): number {
  const cwds = execFileSync('sh', ['-c', 'readlink /proc/[0-9]*/cwd || true'], { encoding: 'utf8' });
  return cwds.split('\n').filter((cwd) => cwd.startsWith(folder)).length;
}

import { busyboxImage } from '@chasqui/testbed';
import { afterAll, describe, expect, it } from 'vitest';
import { dockerDriver } from './docker-driver.js';
import { engineForTests, noEngine, runsWith, shell } from './docker.fixture.js';
import { Onlooker } from './driver.contract.js';
import { executionName } from './execution-name.js';

const engine = await engineForTests('what the Docker driver finds again');
const never = new AbortController().signal;

describe.runIf(engine)('containers that are there already', () => {
  const { docker, dockerHost } = engine ?? noEngine;
  const driver = dockerDriver({ relay: 'fra-1', dockerHost, assistantImage: busyboxImage });
  const run = runsWith(driver);
  afterAll(() => engine?.stop());

  it('does not start again what has that name already, and tells how it ended', async () => {
    const work = shell('echo once; exit 5');
    const first = await run(work);
    const second = await run(work);
    await driver.forget(work);
    expect([first.outcome, second.outcome]).toEqual([
      { kind: 'exited', exitCode: 5 },
      { kind: 'exited', exitCode: 5 },
    ]);
    expect(second.seen.stdout).toBe('once\n');
  });

  it('adopts what still runs, with all of its output', async () => {
    const work = shell('echo before; sleep 1; echo after >&2; exit 7');
    const first = new Onlooker();
    const running = driver.run(work, first, never);
    await first.sees('before');
    const second = new Onlooker();
    expect(await driver.adopt(work, executionName(work), second, never)).toEqual({
      kind: 'exited',
      exitCode: 7,
    });
    expect([second.stdout, second.stderr]).toEqual(['before\n', 'after\n']);
    await running;
    await driver.forget(work);
  });

  it('stops what it has adopted', async () => {
    const work = shell('echo before; sleep 300', { stopGraceMs: 300 });
    const first = new Onlooker();
    const running = driver.run(work, first, never);
    await first.sees('before');
    const stop = new AbortController();
    const second = new Onlooker();
    const adopted = driver.adopt(work, undefined, second, stop.signal);
    await second.sees('before');
    stop.abort();
    expect(await adopted).toEqual({ kind: 'cancelled' });
    expect(await running).toEqual({ kind: 'exited', exitCode: 137 });
    await driver.forget(work);
  });

  it('asks a command to end by the signal that its image says', async () => {
    const made = await docker.createContainer({ Image: busyboxImage, StopSignal: 'SIGUSR1' });
    await made.commit({ repo: 'chasqui-testbed/stop-signal', tag: '1' });
    await made.remove();
    const image = 'chasqui-testbed/stop-signal:1';
    const stop = new AbortController();
    const seen = new Onlooker();
    const work = shell(`trap 'echo by USR1; exit' USR1; echo ready; while :; do sleep 0.05; done`, { image });
    const running = driver.run(work, seen, stop.signal);
    await seen.sees('ready');
    stop.abort();
    expect(await running).toEqual({ kind: 'cancelled' });
    await driver.forget(work);
    expect(seen.stdout).toBe('ready\nby USR1\n');
  });

  it('says that a container was made but never started', async () => {
    const work = shell('true');
    await docker.createContainer({ Image: busyboxImage, name: executionName(work) });
    const { outcome } = await run(work);
    await driver.forget(work);
    expect(outcome).toMatchObject({ kind: 'not-started', code: 'engine-unavailable' });
  });

  it('says that somebody removed the container', async () => {
    const work = shell('echo ready; sleep 300');
    const seen = new Onlooker();
    const running = driver.run(work, seen, never);
    await seen.sees('ready');
    await docker.getContainer(executionName(work)).remove({ force: true });
    expect(await running).toMatchObject({ kind: expect.stringMatching(/unknown|exited/) });
  });
});

import { busyboxImage, importBusybox } from '@chasqui/testbed';
import { afterAll, describe, expect, it } from 'vitest';
import { dockerDriver } from './docker-driver.js';
import { engineForTests, noEngine, remainsOf, runsWith, shell } from './docker.fixture.js';
import { driverContract, Onlooker } from './driver.contract.js';
import { executionName } from './execution-name.js';
import { workOf } from './work.fixture.js';

const engine = await engineForTests("the Docker driver's tests");
const never = new AbortController().signal;

describe.runIf(engine)('with a real engine', () => {
  const { docker, dockerHost } = engine ?? noEngine;
  const driver = dockerDriver({ relay: 'fra-1', dockerHost, assistantImage: busyboxImage });
  const run = runsWith(driver);
  afterAll(() => engine?.stop());

  driverContract(
    'docker',
    () => ({
      driver,
      work: shell,
      missing: () => workOf({ image: busyboxImage, executable: ['/nowhere/at-all'] }),
      printer: ['/bin/printf', '%s\\0'],
      remains: (work) => remainsOf(docker, executionName(work)),
    }),
    (entrypoint, cmd) =>
      importBusybox(dockerHost, `chasqui-testbed/program-${entrypoint.length}:1`, [
        `ENTRYPOINT ${JSON.stringify(entrypoint)}`,
        `CMD ${JSON.stringify(cmd)}`,
        'WORKDIR /tmp',
      ]),
  );

  it('keeps the order in which a command wrote to its two streams', async () => {
    const work = shell('for i in 1 2 3 4 5; do echo $i; sleep 0.02; echo $i >&2; sleep 0.02; done');
    const { seen } = await run(work);
    await driver.forget(work);
    expect(seen.order).toEqual(Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? 'stdout' : 'stderr')));
  });

  it('gives a container a name and labels by which it is found', async () => {
    const work = shell('true');
    await run(work);
    const info = await docker.getContainer(executionName(work)).inspect();
    await driver.forget(work);
    expect(info.Name).toBe(`/chasqui-${work.executionId}-1`);
    expect(info.Config.Labels).toMatchObject({
      'dev.chasqui.relay': 'fra-1',
      'dev.chasqui.run': 'run-1',
      'dev.chasqui.execution': work.executionId,
      'dev.chasqui.attempt': '1',
    });
  });

  it('gives no capabilities, no network, no root and nothing to write but /tmp', async () => {
    const work = shell(
      'id -u; cat /proc/self/status | while read a b; do case $a in CapEff:|NoNewPrivs:) echo $a $b;; esac; done; ' +
        'ip -o link | wc -l; touch /x 2>&1; touch /tmp/y && echo wrote',
    );
    const { seen } = await run(work);
    await driver.forget(work);
    expect(seen.stdout.split('\n')).toEqual([
      '65534',
      'CapEff: 0000000000000000',
      'NoNewPrivs: 1',
      '1',
      'touch: /x: Read-only file system',
      'wrote',
      '',
    ]);
  });

  it('gives network, root and a writable root file system where they are allowed', async () => {
    const work = shell('id -u; ip -o link | wc -l; touch /x && echo wrote', {
      network: true,
      writableRoot: true,
      allowRoot: true,
    });
    const { seen } = await run(work);
    await driver.forget(work);
    expect(seen.stdout).toBe('0\n2\nwrote\n');
  });

  it('leaves the user of an image alone that is not root', async () => {
    const image = await importBusybox(engine!.dockerHost, 'chasqui-testbed/user:1', ['USER 1000:1000']);
    const work = shell('id -u', { image });
    const { seen } = await run(work);
    await driver.forget(work);
    expect(seen.stdout).toBe('1000\n');
  });

  it('tells a command that took more memory than it may, wherever the engine knows it', async () => {
    const kinds: string[] = [];
    for (let n = 0; n < 6; n += 1) {
      const work = workOf({
        image: busyboxImage,
        executable: ['/bin/dd', 'if=/dev/zero', 'of=/dev/null', 'bs=200M', 'count=1'],
        limits: { memoryBytes: 16 * 1024 ** 2, cpus: 1, pids: 16, outputBytes: 1024 },
      });
      const { outcome } = await run(work);
      const { State } = await docker.getContainer(executionName(work)).inspect();
      await driver.forget(work);
      expect(outcome).toMatchObject({ exitCode: 137 });
      if (State.OOMKilled) expect(outcome.kind).toBe('out-of-memory');
      kinds.push(outcome.kind);
    }
    // The engine loses one now and then; it does not lose six in a row.
    expect(kinds).toContain('out-of-memory');
  });

  it('does not take every 137 for want of memory', async () => {
    const work = shell('exit 137');
    const { outcome } = await run(work);
    await driver.forget(work);
    expect(outcome).toEqual({ kind: 'exited', exitCode: 137 });
  });

  it('lets a command have no more processes than it may', async () => {
    const work = shell('for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 5 & done; echo all', {
      limits: { memoryBytes: 64 * 1024 ** 2, cpus: 0.5, pids: 6, outputBytes: 1024 },
    });
    const { outcome, seen } = await run(work);
    await driver.forget(work);
    expect(outcome).toMatchObject({ kind: 'exited' });
    expect(seen.stderr).toMatch(/can't fork/);
    expect(seen.stdout).not.toContain('all');
  });

  it('says that an image is missing, and where it asked', async () => {
    const { outcome } = await run(shell('true', { image: '127.0.0.1:1/nobody/home:1' }));
    expect(outcome).toMatchObject({
      kind: 'not-started',
      code: 'image-unavailable',
      detail: expect.stringContaining('127.0.0.1:1/nobody/home:1'),
    });
  });

  it('says that a name is not that of an image', async () => {
    const { outcome } = await run(shell('true', { image: '../containers/x' }));
    expect(outcome).toMatchObject({ kind: 'not-started', code: 'image-unavailable' });
  });

  it('says that no engine answers', async () => {
    const nowhere = dockerDriver({ relay: 'fra-1', dockerHost: 'unix:///nowhere/docker.sock' });
    expect(await nowhere.available()).toMatchObject({
      why: expect.stringContaining('no container engine answers'),
    });
    expect(await nowhere.run(shell('true'), new Onlooker(), never)).toMatchObject({
      kind: 'not-started',
      code: 'engine-unavailable',
    });
  });

  it(
    'tells the exit code of every one of 30 short commands, eight at a time',
    { timeout: 120_000 },
    async () => {
      const works = Array.from({ length: 30 }, (_, i) => shell(`echo ${i}; exit ${i}`));
      const ends: string[] = [];
      const queue = [...works.entries()];
      await Promise.all(
        Array.from({ length: 8 }, async () => {
          for (let next = queue.shift(); next; next = queue.shift()) {
            const { outcome, seen } = await run(next[1]);
            ends[next[0]] = `${seen.stdout.trim()} ${outcome.kind === 'exited' && outcome.exitCode}`;
            await driver.forget(next[1]);
          }
        }),
      );
      expect(ends).toEqual(works.map((_, i) => `${i} ${i}`));
    },
  );
});

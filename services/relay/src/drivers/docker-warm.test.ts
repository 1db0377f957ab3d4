import { busyboxImage, importBusybox } from '@chasqui/testbed';
import { afterAll, describe, expect, it } from 'vitest';
import { engineForTests, shell } from './docker.fixture.js';
import { DockerImages, type Image } from './docker-images.js';
import { WarmContainers } from './docker-warm.js';
import { warmWorld, type WarmWorld } from './docker-warm.fixture.js';
import { Onlooker } from './driver.contract.js';
import { executionName } from './execution-name.js';
import { workOf } from './work.fixture.js';

const engine = await engineForTests('containers started ahead');
const world = engine ? await warmWorld(engine) : ({} as WarmWorld);
const never = new AbortController().signal;

describe.runIf(engine)('containers started ahead', () => {
  const { docker, cold, warm, complaints, open, waiting, wait, run, runWarm, close } = world;
  afterAll(async () => {
    expect(await close?.()).toEqual([]);
    await engine?.stop();
  });

  it('are used once', async () => {
    const names = new Set<string>();
    for (let n = 0; n < 3; n += 1) {
      const { seen } = await runWarm({ executable: ['/bin/sh', '-c', 'hostname; touch /tmp/mine; ls /tmp'] });
      const [hostname, ...files] = seen.stdout.trim().split('\n');
      names.add(hostname!);
      expect(files).toEqual(['mine']);
    }
    expect(names.size).toBe(3);
  });

  it('show nothing of what they were handed', async () => {
    const { seen, config } = await runWarm({
      executable: ['/bin/sh', '-c', 'echo $TOKEN $1; cat', 'sh', 'word-s3cret'],
      env: { TOKEN: 'env-s3cret' },
      stdin: 'in-s3cret',
    });
    expect(seen.stdout).toBe('env-s3cret word-s3cret\nin-s3cret');
    expect(JSON.stringify(config)).not.toContain('s3cret');
  });

  it('are not for works that may have none, and not for folders of the machine', async () => {
    await runWarm({ executable: ['/bin/true'] });
    const works = [
      shell('true', { warm: false }),
      shell('true', { mounts: [{ source: '/tmp', target: '/data', readOnly: true }] }),
    ];
    for (const work of works) expect((await run(work, warm)).wasWarm).toBe(false);
  });

  it('are adopted when the relay dies in the middle', async () => {
    await runWarm({ executable: ['/bin/true'] });
    const work = shell('echo before; sleep 1; echo after >&2; exit 7');
    const first = new Onlooker();
    const running = warm.run(work, first, never);
    await first.sees('before');
    const second = new Onlooker();
    expect(await cold.adopt(work, undefined, second, never)).toEqual({ kind: 'exited', exitCode: 7 });
    expect([second.stdout, second.stderr]).toEqual(['before\n', 'after\n']);
    const { Config } = await docker.getContainer(executionName(work)).inspect();
    expect(Config.Labels).toHaveProperty(['dev.chasqui.warm']);
    await running;
    await warm.forget(work);
  });

  it('are known never to have begun when the relay died before it handed over the order', async () => {
    const images = new DockerImages(docker, undefined);
    const pool = new WarmContainers(docker, images, 'dying-1', { assistantImage: busyboxImage }, 'dead');
    const work = shell('echo never');
    const kind = pool.kindOf(work, (await images.ensure(busyboxImage, never)) as Image, 2)!;
    const over = pool.begins(kind);
    expect(await pool.take(kind)).toBeUndefined();
    over();
    await wait(1, 'dying-1');
    const { container, input, output } = (await pool.take(kind))!;
    await container.rename({ name: executionName(work) });
    const seen = new Onlooker();
    const adopted = cold.adopt(work, undefined, seen, never);
    await seen.isStarted;
    // A process that ends takes its connections along.
    input.write('set -- /bin/echo alm');
    input.destroy();
    output.destroy();
    expect(await adopted).toMatchObject({ kind: 'not-started', detail: expect.stringContaining('handed') });
    expect(seen.bytes).toBe(0);
    await cold.forget(work);
    await pool.close();
  });

  it('go when another image has their name', async () => {
    const tag = 'chasqui-testbed/changing';
    await docker.getImage(busyboxImage).tag({ repo: tag, tag: '1' });
    const before = await runWarm({ image: `${tag}:1`, executable: ['/bin/sh', '-c', 'echo $WHICH'] });
    await importBusybox(engine!.dockerHost, `${tag}:1`, ['ENV WHICH=second PATH=/bin']);
    const after = await run(
      workOf({ image: `${tag}:1`, executable: ['/bin/sh', '-c', 'echo $WHICH'] }),
      warm,
    );
    expect([before.seen.stdout, after.seen.stdout, after.wasWarm]).toEqual(['\n', 'second\n', false]);
  });

  it('are as many as were needed at once, and never more than they may be', async () => {
    const few = open('few-1', { most: 2 });
    const works = Array.from({ length: 4 }, () => shell('sleep 0.5'));
    await Promise.all(works.map((work) => run(work, few)));
    await wait(2, 'few-1');
    await run(shell('true', { network: true }), few);
    const kinds = async () =>
      new Set((await waiting('few-1')).map(({ HostConfig }) => HostConfig.NetworkMode));
    while ((await kinds()).size < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await waiting('few-1')).toHaveLength(2);
    await few.close!();
    expect(await waiting('few-1')).toEqual([]);
  });

  it('are started once an execution takes long, and not only when it is over', async () => {
    const long = open('long-1');
    const stop = new AbortController();
    const work = shell('sleep 60', { stopGraceMs: 100 });
    const running = long.run(work, new Onlooker(), stop.signal);
    await wait(1, 'long-1');
    stop.abort();
    expect(await running).toEqual({ kind: 'cancelled' });
    await long.forget(work);
    await long.close!();
  });

  it('are none where memory is short, and the command runs as ever', async () => {
    const short = open('short-1', { roomy: () => false });
    for (let n = 0; n < 2; n += 1) {
      expect(await run(shell('echo out'), short)).toMatchObject({
        wasWarm: false,
        seen: { stdout: 'out\n' },
      });
    }
    expect(await waiting('short-1')).toEqual([]);
    await short.close!();
  });

  it('are none where what they wait in cannot be had, and that is said', async () => {
    const said: string[] = [];
    const without = open('without-1', {
      assistantImage: '127.0.0.1:1/no/busybox:1',
      cannot: (sentence) => said.push(sentence),
    });
    await run(shell('true'), without);
    while (said.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await run(shell('echo out'), without)).toMatchObject({
      wasWarm: false,
      seen: { stdout: 'out\n' },
    });
    expect(said).toEqual([expect.stringContaining('127.0.0.1:1/no/busybox:1')]);
    await without.close!();
  });

  it('has complained of nothing else', () => expect(complaints).toEqual([]));
});

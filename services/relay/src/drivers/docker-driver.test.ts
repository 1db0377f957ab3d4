import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  askEngine,
  busyboxImage,
  importBusybox,
  startEngine,
  startRegistry,
  type Engine,
  type Registry,
} from '@chasqui/testbed';
import { dockerDriver } from './docker-driver.js';
import { driverContract, Onlooker } from './driver.contract.js';
import type { Driver, Work } from './driver.js';
import { DockerImages } from './docker-images.js';
import { executionName } from './execution-name.js';
import { workOf } from './work.fixture.js';

const started = await startEngine();
const engine: Engine | undefined = 'unavailable' in started ? undefined : started;
const why = 'unavailable' in started ? started.unavailable : '';
if (!engine) console.warn(`SKIPPED: the Docker driver's tests: ${why}`);

const never = new AbortController().signal;
const shell = (script: string, over: Partial<Work> = {}) =>
  workOf({ image: busyboxImage, executable: ['/bin/sh', '-c', script], ...over });

it('has a container engine wherever CI says that nothing may be missing', () => {
  expect(engine !== undefined || process.env['CI'] !== 'true', why).toBe(true);
});

describe.runIf(engine)('with a real engine', () => {
  let driver: Driver;
  let docker: Docker;
  const run = async (work: Work, signal: AbortSignal = never) => {
    const seen = new Onlooker();
    const outcome = await driver.run(work, seen, signal);
    return { outcome, seen };
  };

  beforeAll(async () => {
    await importBusybox(engine!.dockerHost);
    driver = dockerDriver({ relay: 'fra-1', dockerHost: engine!.dockerHost });
    docker = new Docker({ socketPath: new URL(engine!.dockerHost).pathname });
  });
  afterAll(() => engine?.stop());

  driverContract('docker', () => ({
    driver,
    work: shell,
    missing: () => workOf({ image: busyboxImage, executable: ['/nowhere/at-all'] }),
    printer: ['/bin/printf', '%s\\0'],
    remains: async (work) =>
      (await docker.listContainers({ all: true, filters: { name: [executionName(work)] } })).length,
  }));

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

  it('runs the entrypoint of an image with the words behind it', async () => {
    const image = await importBusybox(engine!.dockerHost, 'chasqui-testbed/entry:1', [
      'ENTRYPOINT ["echo","entry"]',
      'CMD ["of","image"]',
    ]);
    const works = [workOf({ image, args: ['mine'] }), workOf({ image })];
    const outputs = [];
    for (const work of works) {
      outputs.push((await run(work)).seen.stdout);
      await driver.forget(work);
    }
    expect(outputs).toEqual(['entry mine\n', 'entry of image\n']);
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

  it('tells the exit code of every one of 30 short commands, eight at a time', async () => {
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
  });

  describe('and a registry that asks for a login', () => {
    let registry: Registry | undefined;
    let image: string;
    const folder = mkdtempSync(join(tmpdir(), 'chasqui-logins-'));
    const loginFile = join(folder, 'config.json');
    const pull = (reference: string, logins?: string) =>
      dockerDriver({ relay: 'fra-1', dockerHost: engine!.dockerHost, loginFile: logins }).run(
        shell('echo pulled', { image: reference }),
        new Onlooker(),
        never,
      );

    beforeAll(async () => {
      const running = await startRegistry(engine!);
      if ('unavailable' in running) {
        console.warn(`SKIPPED: pulling from a registry: ${running.unavailable}`);
        return;
      }
      registry = running;
      const { address, username, password } = registry;
      image = `${address}/ops/tool`;
      await docker.getImage(busyboxImage).tag({ repo: image, tag: '1' });
      const pushed = await docker
        .getImage(image)
        .push({ tag: '1', authconfig: { username, password, serveraddress: address } });
      await new Promise((resolve) => docker.modem.followProgress(pushed, resolve));
      await docker.getImage(`${image}:1`).remove();
      const login = (text: string) =>
        JSON.stringify({ auths: { [address]: { auth: Buffer.from(text).toString('base64') } } });
      writeFileSync(loginFile, login(`${username}:${password}`));
      writeFileSync(join(folder, 'wrong.json'), login(`${username}:nonsense`));
    });
    afterAll(async () => {
      await registry?.stop();
      rmSync(folder, { recursive: true });
    });

    it('says that it may not pull, without a login and with a wrong one', async (context) => {
      if (!registry) return context.skip();
      for (const logins of [undefined, join(folder, 'wrong.json')]) {
        expect(await pull(`${image}:1`, logins)).toMatchObject({
          kind: 'not-started',
          code: 'image-unauthorised',
        });
      }
    });

    it('says that there is no such image', async (context) => {
      if (!registry) return context.skip();
      expect(await pull(`${image}:2`, loginFile)).toMatchObject({
        kind: 'not-started',
        code: 'image-unknown',
        detail: expect.stringContaining(`${image}:2`),
      });
    });

    it('does not pull what is made for another platform, unless the engine emulates it', async (context) => {
      if (!registry) return context.skip();
      const foreign = await oneOfPlatform(image, 'linux/arm64', 'linux/s390x');
      const { address, username, password } = registry;
      const login = { username, password, serveraddress: address };
      const pushed = await docker.getImage(image).push({ tag: foreign.tag, authconfig: login });
      await new Promise((resolve) => docker.modem.followProgress(pushed, resolve));
      await docker.getImage(`${image}:${foreign.tag}`).remove();
      const reference = `${image}:${foreign.tag}`;
      const { Os, Arch } = await docker.version();
      expect(await pull(reference, loginFile)).toEqual({
        kind: 'not-started',
        code: 'image-platform',
        detail: `${reference} is made for ${foreign.platform}, and the engine runs ${Os}/${Arch}`,
      });
      await expect(docker.getImage(reference).inspect()).rejects.toMatchObject({ statusCode: 404 });
      const images = new DockerImages(docker, loginFile, [foreign.platform]);
      expect(await images.ensure(reference, never)).toMatchObject({ id: foreign.id });
    });

    it('pulls what is missing with the login of the registry, once for all who wait', async (context) => {
      if (!registry) return context.skip();
      const login = dockerDriver({ relay: 'fra-1', dockerHost: engine!.dockerHost, loginFile });
      const works = Array.from({ length: 3 }, () => shell('echo pulled', { image: `${image}:1` }));
      const outcomes = await Promise.all(works.map((work) => login.run(work, new Onlooker(), never)));
      for (const work of works) await login.forget(work);
      expect(outcomes).toEqual(works.map(() => ({ kind: 'exited', exitCode: 0 })));
    });
  });

  /** An image that says of itself that it is made for the first of these platforms that is not the engine's. */
  async function oneOfPlatform(repo: string, ...platforms: string[]) {
    const { Os, Arch } = await docker.version();
    const platform = platforms.find((one) => one !== `${Os}/${Arch}`)!;
    const [os, architecture] = platform.split('/') as [string, string];
    const config = Buffer.from(
      JSON.stringify({ os, architecture, config: {}, rootfs: { type: 'layers', diff_ids: [emptyLayer.id] } }),
    );
    const manifest = [
      { Config: 'config.json', RepoTags: [`${repo}:${architecture}`], Layers: ['layer.tar'] },
    ];
    const folder = mkdtempSync(join(tmpdir(), 'chasqui-foreign-'));
    writeFileSync(join(folder, 'config.json'), config);
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
    writeFileSync(join(folder, 'layer.tar'), emptyLayer.bytes);
    const tar = execFileSync('tar', ['-C', folder, '-c', 'config.json', 'manifest.json', 'layer.tar']);
    rmSync(folder, { recursive: true });
    const { status, text } = await askEngine(engine!.dockerHost, 'POST', '/images/load', tar);
    expect([status, text]).toEqual([200, expect.not.stringContaining('error')]);
    const { Id: id } = await docker.getImage(`${repo}:${architecture}`).inspect();
    return { platform, id, tag: architecture };
  }
});

/** An archive without files. */
const emptyLayer = (() => {
  const bytes = Buffer.alloc(1024);
  return { bytes, id: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
})();

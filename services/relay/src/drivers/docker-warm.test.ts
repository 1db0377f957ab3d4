import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome } from '@chasqui/contracts';
import { askEngine, busyboxImage, importBusybox, startEngine, type Engine } from '@chasqui/testbed';
import { dockerDriver } from './docker-driver.js';
import { DockerImages, type Image } from './docker-images.js';
import { WarmContainers, warmPrefix, type WarmSettings } from './docker-warm.js';
import { driverContract, Onlooker } from './driver.contract.js';
import type { Driver, Work } from './driver.js';
import { executionName } from './execution-name.js';
import { workOf } from './work.fixture.js';

const started = await startEngine();
const engine: Engine | undefined = 'unavailable' in started ? undefined : started;
const why = 'unavailable' in started ? started.unavailable : '';
if (!engine) console.warn(`SKIPPED: containers started ahead: ${why}`);

const never = new AbortController().signal;
const shell = (script: string, over: Partial<Work> = {}) =>
  workOf({ image: busyboxImage, executable: ['/bin/sh', '-c', script], ...over });

it('has a container engine wherever CI says that nothing may be missing', () => {
  expect(engine !== undefined || process.env['CI'] !== 'true', why).toBe(true);
});

describe.runIf(engine)('containers started ahead', () => {
  let docker: Docker;
  let cold: Driver;
  let warm: Driver;
  const complaints: string[] = [];
  const open = (relay: string, over: Partial<WarmSettings> = {}) =>
    dockerDriver({
      relay,
      dockerHost: engine!.dockerHost,
      warm: { assistantImage: busyboxImage, cannot: (said) => complaints.push(said), ...over },
    });
  /** Those of a relay that wait. */
  const waiting = (relay = 'warm-1') =>
    docker.listContainers({ filters: { name: [warmPrefix], label: [`dev.chasqui.relay=${relay}`] } });
  /** Until there are at least so many. */
  const wait = async (count: number, relay?: string) => {
    while ((await waiting(relay)).length < count) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const run = async (work: Work, driver: Driver) => {
    const seen = new Onlooker();
    const outcome = await driver.run(work, seen, never);
    const { Config } = await docker
      .getContainer(executionName(work))
      .inspect()
      .catch(() => ({ Config: undefined }));
    await driver.forget(work);
    return { outcome, seen, wasWarm: 'dev.chasqui.warm' in (Config?.Labels ?? {}), config: Config };
  };
  /** Runs it until it was in a container that was started ahead: the first time there is none of its kind. */
  const runWarm = async (over: Partial<Work>) => {
    for (let tries = 0; tries < 10; tries += 1) {
      const ran = await run(workOf({ image: busyboxImage, ...over }), warm);
      if (ran.wasWarm) return ran;
    }
    throw new Error('it never was');
  };
  const told = ({ outcome, seen }: { outcome: Outcome; seen: Onlooker }) => ({
    outcome,
    stdout: seen.stdout,
    stderr: seen.stderr,
  });

  beforeAll(async () => {
    await importBusybox(engine!.dockerHost);
    docker = new Docker({ socketPath: new URL(engine!.dockerHost).pathname });
    // Programs that cannot be run.
    const made = await docker.createContainer({
      Image: busyboxImage,
      Cmd: [
        'sh',
        '-c',
        'mkdir -p /etc; echo x >/etc/passwd; printf "#!/no/sh\\n" >/bad; echo true >/text; chmod 755 /bad /text',
      ],
    });
    await made.start();
    await made.wait();
    await made.commit({ repo: 'chasqui-testbed/broken', tag: '1' });
    await made.remove();
    cold = dockerDriver({ relay: 'cold-1', dockerHost: engine!.dockerHost });
    warm = open('warm-1');
    await run(shell('true'), warm);
  });
  afterAll(async () => {
    await warm?.close!();
    expect(await waiting()).toEqual([]);
    await engine?.stop();
  });

  describe('for every order', () => {
    /** Has one ready whenever it is given something. */
    const ready: Driver = {
      name: 'docker',
      available: () => warm.available(),
      adopt: (...given) => warm.adopt(...given),
      forget: (work) => warm.forget(work),
      async run(work, watch, signal) {
        await wait(1);
        return warm.run(work, watch, signal);
      },
    };

    driverContract('docker', () => ({
      driver: ready,
      work: shell,
      missing: () => workOf({ image: busyboxImage, executable: ['/nowhere/at-all'] }),
      printer: ['/bin/printf', '%s\\0'],
      remains: async (work) =>
        (await docker.listContainers({ all: true, filters: { name: [executionName(work)] } })).length,
    }));
  });

  describe('are what a cold one is', () => {
    const odd = [
      "it's",
      'a\nb\n',
      '$HOME `id` "x"',
      'āă\u0081\u0088 🏃',
      '',
      ' ',
      '\\',
      '-n',
      '*',
      '\r\t',
      '\u0001',
    ];
    const env = { A: odd.join('|'), chasqui: 'mine', EMPTY: '', PS1: '$ ', PWD: '/elsewhere', SHLVL: '7' };
    it.each<[string, Partial<Work>]>([
      ['words', { executable: ['/bin/sh', '-c', 'cat /proc/$$/cmdline; printf "%s|" "$0" "$@"'], args: odd }],
      ['its environment', { executable: ['/bin/cat', '/proc/self/environ'] }],
      ['the environment of its order', { executable: ['/bin/cat', '/proc/self/environ'], env }],
      ['a PATH of its order', { executable: ['sh', '-c', 'echo $0 $PATH'], env: { PATH: '/nowhere:/bin' } }],
      ['a name that is looked for', { executable: ['sh', '-c', 'echo $0; cat /proc/1/cmdline; nope'] }],
      [
        'signals, user, groups, capabilities, limits',
        {
          executable: [
            '/bin/busybox',
            'grep',
            '-E',
            '^(Sig[A-Z]|Shd|[UG]id|Groups|Cap|NoNew|Seccomp|Umask|NSpid|Threads)',
          ],
          args: ['/proc/1/status'],
        },
      ],
      ['limits', { executable: ['/bin/cat', '/proc/self/limits', '/proc/self/oom_score_adj'] }],
      ['its folder', { executable: ['/bin/busybox', 'pwd'] }],
      [
        'what is open',
        {
          executable: [
            '/bin/sh',
            '-c',
            'cd /proc/1/fd; for fd in *; do echo $fd; done; test -c 0 && echo dev',
          ],
        },
      ],
      [
        'a pipe as input',
        { executable: ['/bin/sh', '-c', 'test -p /proc/self/fd/0 && cat'], stdin: 'one\ntwo' },
      ],
      ['processes', { executable: ['/bin/busybox', 'ps', '-o', 'pid,args'] }],
      ['its end', { executable: ['/bin/sh', '-c', 'echo o; echo e >&2; exit 42'] }],
      ['what begins like a mark', { executable: ['/bin/sh', '-c', 'printf chasqui-12 >&2'] }],
      [
        'devices and mounts',
        { executable: ['/bin/sh', '-c', 'ls /dev; grep -v chasqui /proc/mounts | cut -d" " -f2-3 | sort'] },
      ],
    ])('%s', async (_, over) => {
      const [one, other] = [await run(workOf({ image: busyboxImage, ...over }), cold), await runWarm(over)];
      const plain = (run: typeof one) => {
        const { outcome, stdout, stderr } = told(run);
        const lines = stdout
          .split(/[\n\0]/)
          .map((text) => text.replace(/^HOSTNAME=[0-9a-f]{12}$/, 'HOSTNAME'));
        return { outcome, stderr, stdout: over.executable![1]?.endsWith('environ') ? lines.sort() : lines };
      };
      expect(plain(other)).toEqual(plain(one));
    });

    it('an image without a shell, and its entrypoint and words', async () => {
      const words = ['ENTRYPOINT ["/busybox","printf","%s,"]', 'CMD ["of","image"]'];
      const plain = await oneFileImage('chasqui-testbed/one-file:1', words);
      const image = await oneFileImage('chasqui-testbed/one-file:2', [...words, 'ENV odd.name=1']);
      expect((await runWarm({ image: plain })).seen.stdout).toBe('of,image,');
      expect((await runWarm({ image: plain, args: ["it's", 'mine'] })).seen.stdout).toBe("it's,mine,");
      // A name that a shell does not pass on: such an image is always cold.
      const work = workOf({ image });
      expect(await run(work, warm)).toMatchObject({
        wasWarm: false,
        outcome: { kind: 'exited', exitCode: 0 },
      });
    });

    it.each([
      ['is not there', 'nope'],
      ['cannot be executed', '/etc/passwd'],
      ['has no interpreter', '/bad'],
      ['is nothing that can run', '/text'],
    ])('a program that %s', async (_, program) => {
      const over = { image: 'chasqui-testbed/broken:1' };
      await runWarm({ ...over, executable: ['/bin/true'] });
      const broken = workOf({ ...over, executable: [program] });
      const [one, other] = [await run({ ...broken, executionId: 'cold' }, cold), await run(broken, warm)];
      expect(told(other)).toEqual(told(one));
      expect(other.seen.handles.length).toBeLessThan(2);
    });

    it('killed for want of memory', async () => {
      const kinds = [];
      for (let n = 0; n < 4; n += 1) {
        const { outcome } = await runWarm({
          executable: ['/bin/dd', 'if=/dev/zero', 'of=/dev/null', 'bs=200M', 'count=1'],
          limits: { memoryBytes: 16 * 1024 ** 2, cpus: 1, pids: 16, outputBytes: 1024 },
        });
        expect(outcome).toMatchObject({ exitCode: 137 });
        kinds.push(outcome.kind);
      }
      expect(kinds).toContain('out-of-memory');
    });
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
    expect(await pool.take(kind)).toBeUndefined();
    pool.refill();
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

  /** An image with a single program, and nothing else. */
  async function oneFileImage(name: string, changes: string[]): Promise<string> {
    const from = await docker.createContainer({ Image: busyboxImage });
    const parts: Buffer[] = [];
    for await (const part of await from.getArchive({ path: '/bin/busybox' })) parts.push(part as Buffer);
    await from.remove();
    const [repo, tag] = name.split(':');
    const query = new URLSearchParams([
      ['fromSrc', '-'],
      ['repo', repo!],
      ['tag', tag!],
    ]);
    for (const change of changes) query.append('changes', change);
    await askEngine(engine!.dockerHost, 'POST', `/images/create?${query.toString()}`, Buffer.concat(parts));
    return name;
  }
});

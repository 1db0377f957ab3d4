import type { Outcome } from '@chasqui/contracts';
import { askEngine, busyboxImage } from '@chasqui/testbed';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineForTests, remainsOf, shell } from './docker.fixture.js';
import { warmWorld, type WarmWorld } from './docker-warm.fixture.js';
import { driverContract, Onlooker } from './driver.contract.js';
import type { Driver, Work } from './driver.js';
import { executionName } from './execution-name.js';
import { workOf } from './work.fixture.js';

const engine = await engineForTests('containers started ahead');
const world = engine ? await warmWorld(engine) : ({} as WarmWorld);

describe.runIf(engine)('containers started ahead', () => {
  const { docker, cold, warm, complaints, wait, run, runWarm, close } = world;
  const told = ({ outcome, seen }: { outcome: Outcome; seen: Onlooker }) => ({
    outcome,
    stdout: seen.stdout,
    stderr: seen.stderr,
  });

  beforeAll(async () => {
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
  });
  afterAll(async () => {
    expect(await close?.()).toEqual([]);
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
      remains: (work) => remainsOf(docker, executionName(work)),
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
            '^(Sig[PBIC]|Shd|[UG]id|Groups|Cap|NoNew|Seccomp|Umask|NSpid|Threads)',
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

    it('killed for want of memory', { timeout: 120_000 }, async () => {
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

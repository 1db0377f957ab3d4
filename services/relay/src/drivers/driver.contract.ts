import { afterEach, describe, expect, it } from 'vitest';
import type { Outcome } from '@chasqui/contracts';
import type { Collected, Driver, OutputStream, Watch, Work } from './driver.js';
import { fileContract } from './files.contract.js';
import { imageContract, type ImageOf } from './image.contract.js';

/** What the suite needs to know of the place where a driver runs things. */
export interface DriverUnderTest {
  readonly driver: Driver;
  /** A work that runs this script in a POSIX shell; `over` replaces parts of it. */
  work(script: string, over?: Partial<Work>): Work;
  /** A work whose program does not exist. */
  missing(): Work;
  /** Runs the words as they are with a program that prints each argument followed by a NUL. */
  printer: readonly string[];
  /** How many processes, containers and folders of this work are still there. */
  remains(work: Work): Promise<number>;
}

/** What somebody who watches a driver sees. */
export class Onlooker implements Watch {
  readonly handles: string[] = [];
  readonly order: OutputStream[] = [];
  private readonly kept: Record<OutputStream, Buffer[]> = { stdout: [], stderr: [] };
  private readonly waiting: { text: string; resolve: () => void }[] = [];
  private tellStarted: () => void = () => undefined;
  readonly isStarted = new Promise<void>((resolve) => (this.tellStarted = resolve));
  bytes = 0;
  files: Collected | undefined;
  missing: string | undefined;

  /** With `keep` false it only counts. */
  constructor(private readonly keep = true) {}

  started(handle: string): void {
    this.handles.push(handle);
    this.tellStarted();
  }

  write(stream: OutputStream, bytes: Buffer): undefined {
    this.bytes += bytes.length;
    this.order.push(stream);
    if (this.keep) this.kept[stream].push(Buffer.from(bytes));
    for (const { text, resolve } of this.waiting) if (this.stdout.includes(text)) resolve();
  }

  collected(files: Collected): void {
    this.files = files;
  }

  incomplete(why: string): void {
    this.missing = why;
  }

  get stdout(): string {
    return Buffer.concat(this.kept.stdout).toString();
  }

  get stderr(): string {
    return Buffer.concat(this.kept.stderr).toString();
  }

  get raw(): Buffer {
    return Buffer.concat(this.kept.stdout);
  }

  /** Until it was printed. */
  sees(text: string): Promise<void> {
    return new Promise((resolve) => {
      if (this.stdout.includes(text)) resolve();
      this.waiting.push({ text, resolve });
    });
  }
}

const never = new AbortController().signal;

/** The suite that every driver passes. `open` is asked once for each test file; `imageOf` is given where it runs images. */
export function driverContract(name: string, open: () => DriverUnderTest, imageOf?: ImageOf): void {
  describe(`${name} driver`, () => {
    const works: Work[] = [];
    const made = (work: Work) => {
      works.push(work);
      return work;
    };
    const run = async (work: Work, signal: AbortSignal = never) => {
      const seen = new Onlooker();
      const outcome = await open().driver.run(made(work), seen, signal);
      expect(seen.missing).toBeUndefined();
      return { outcome, seen };
    };

    afterEach(async () => {
      const tested = open();
      for (const work of works) await tested.driver.forget(work);
      const left = await Promise.all(works.splice(0).map((work) => tested.remains(work)));
      expect(left.filter((n) => n > 0)).toEqual([]);
    });

    it('is available', async () => {
      expect(await open().driver.available()).toBe(true);
    });

    it('tells exit code, stdout and stderr apart', async () => {
      const { outcome, seen } = await run(open().work('echo out; echo err >&2; exit 3'));
      expect(outcome).toEqual({ kind: 'exited', exitCode: 3 });
      expect([seen.stdout, seen.stderr]).toEqual(['out\n', 'err\n']);
    });

    it('says that it started, once, before there is output', async () => {
      const { seen } = await run(open().work('echo out'));
      expect(seen.handles).toHaveLength(1);
    });

    it('passes words on byte for byte', async () => {
      const words = [
        '',
        'a b',
        'ünïcödé 🏃',
        'two\nlines',
        '"quoted"',
        "it's",
        '$HOME',
        '*',
        '--flag=1',
        '\\',
        '\t',
      ];
      const { outcome, seen } = await run(open().work('', { executable: open().printer, args: words }));
      expect(outcome).toEqual({ kind: 'exited', exitCode: 0 });
      expect(seen.stdout.split('\0').slice(0, -1)).toEqual(words);
    });

    it('gives the environment of the order, and nothing of the relay', async () => {
      process.env['CHASQUI_TEST_SECRET'] = 'of the relay';
      const { seen } = await run(
        open().work('env', { env: { GREETING: 'hello\nthere', EMPTY: '', WORD: 'ö' } }),
      );
      delete process.env['CHASQUI_TEST_SECRET'];
      expect(seen.stdout).toContain('GREETING=hello\nthere\n');
      expect(seen.stdout).toContain('EMPTY=\n');
      expect(seen.stdout).toContain('WORD=ö\n');
      expect(seen.stdout).not.toContain('of the relay');
    });

    it('writes standard input and closes it', async () => {
      const stdin = 'line ö\n'.repeat(30_000);
      const { seen } = await run(open().work('cat', { stdin }));
      expect(seen.stdout).toBe(stdin);
    });

    it('gives an empty standard input where the order has none', async () => {
      const { outcome, seen } = await run(open().work('cat; echo end'));
      expect([outcome, seen.stdout]).toEqual([{ kind: 'exited', exitCode: 0 }, 'end\n']);
    });

    it('does not mind a command that leaves its input unread', async () => {
      const { outcome, seen } = await run(open().work('echo done; exit 4', { stdin: 'x'.repeat(2_000_000) }));
      expect([outcome, seen.stdout]).toEqual([{ kind: 'exited', exitCode: 4 }, 'done\n']);
    });

    it('tells a death by signal as 128 + its number', async () => {
      // A container's first process cannot kill itself, so a child does the dying; for a plain process the shell passes it on.
      const { outcome } = await run(open().work('sh -c "kill -9 \\$\\$"; exit $?'));
      expect(outcome).toEqual({ kind: 'exited', exitCode: 137 });
    });

    it('passes on bytes that are no text', async () => {
      const { seen } = await run(open().work(String.raw`printf '\000\377\376\200abc\012'`));
      expect(seen.raw.toString('hex')).toBe('00fffe806162630a');
    });

    it('passes on 20 MB without losing a byte', async () => {
      const seen = new Onlooker(false);
      const outcome = await open().driver.run(made(open().work('head -c 20000000 /dev/zero')), seen, never);
      expect([outcome, seen.bytes]).toEqual([{ kind: 'exited', exitCode: 0 }, 20_000_000]);
    });

    it('reads no faster than the watch takes', async () => {
      let taken = 0;
      let atOnce = 0;
      let most = 0;
      const slow: Watch = {
        started: () => undefined,
        write: async (_stream, bytes) => {
          most = Math.max(most, (atOnce += 1));
          await new Promise((resolve) => setImmediate(resolve));
          taken += bytes.length;
          atOnce -= 1;
        },
      };
      await open().driver.run(made(open().work('head -c 3000000 /dev/zero')), slow, never);
      expect([taken, most]).toEqual([3_000_000, 1]);
    });

    fileContract((script, over) => run(open().work(script, over)));
    if (imageOf) imageContract((script, over) => run(open().work(script, over)), imageOf);

    it('says that a program is missing', async () => {
      const { outcome } = await run(open().missing());
      expect(outcome).toMatchObject({ kind: 'not-started', code: 'executable-missing' });
    });

    it('stops a command with its children when told to', async () => {
      const stop = new AbortController();
      const seen = new Onlooker();
      const work = made(open().work('sleep 300 & sleep 300 & echo ready; wait', { stopGraceMs: 300 }));
      const running = open().driver.run(work, seen, stop.signal);
      await seen.sees('ready');
      stop.abort();
      expect(await running).toEqual({ kind: 'cancelled' });
    });

    it('stops a command that does not listen to SIGTERM', async () => {
      const stop = new AbortController();
      const seen = new Onlooker();
      const work = made(
        open().work(`trap 'echo no' TERM; echo ready; while :; do sleep 0.05; done`, { stopGraceMs: 500 }),
      );
      const running = open().driver.run(work, seen, stop.signal);
      await seen.sees('ready');
      stop.abort();
      expect(await running).toEqual({ kind: 'cancelled' });
      expect(seen.stdout).toBe('ready\nno\n');
    });

    it('lets a command that is asked to end do so within its grace, and passes on what it still says', async () => {
      const stop = new AbortController();
      const seen = new Onlooker();
      const work = made(
        open().work(`trap 'echo bye; echo gone >&2; exit 3' TERM; echo ready; while :; do sleep 0.05; done`, {
          stopGraceMs: 3_600_000,
        }),
      );
      const running = open().driver.run(work, seen, stop.signal);
      await seen.sees('ready');
      stop.abort();
      expect(await running).toEqual({ kind: 'cancelled' });
      expect(seen.stdout).toBe('ready\nbye\n');
      // Some shells say on stderr that their child was asked to end, too.
      expect(seen.stderr).toMatch(/gone\n$/);
    });

    it('starts nothing when told to stop before', async () => {
      const { outcome, seen } = await run(open().work('echo out'), AbortSignal.abort());
      expect([outcome, seen.handles]).toEqual([{ kind: 'cancelled' } satisfies Outcome, []]);
    });

    it('says that what it does not find cannot be known', async () => {
      const seen = new Onlooker();
      const outcome = await open().driver.adopt(open().work('echo never'), undefined, seen, never);
      expect(outcome).toMatchObject({ kind: 'unknown' });
      expect(seen.bytes).toBe(0);
    });

    it('forgets what never was', async () => {
      await open().driver.forget(open().work('echo never'));
    });
  });
}

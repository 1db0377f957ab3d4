import { createHash } from 'node:crypto';
import type { Outcome } from '@chasqui/contracts';
import { describe, expect, it } from 'vitest';
import type { Collected, FileIn, Work } from './driver.js';
import { fileVariables } from './file-variables.js';

/** Runs a script with files, and answers what it came to. */
export type Run = (
  script: string,
  over: Partial<Work>,
) => Promise<{
  outcome: Outcome;
  seen: { readonly stdout: string; readonly stderr: string; readonly files: Collected | undefined };
}>;

const out = { path: '/files/out', count: 3, fileBytes: 200_000, allBytes: 300_000 };
const withFiles = (files: Pick<Work, 'filesIn' | 'filesOut'>) => ({ ...files, env: fileVariables(files) });
const given = (key: string, bytes: Buffer): FileIn => ({ key, path: `/files/in/${key}.bin`, bytes });
const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

/** What every driver holds of files. */
export function fileContract(run: Run): void {
  describe('files', () => {
    it('go in byte for byte, and may be large or empty', async () => {
      const large = Buffer.alloc(1_000_000, every);
      const filesIn = [given('large', large), given('empty', Buffer.alloc(0))];
      const { outcome, seen } = await run(
        'wc -c <"$CHASQUI_FILE_LARGE"; wc -c <"$CHASQUI_FILE_EMPTY"; md5sum <"$CHASQUI_FILE_LARGE"',
        withFiles({ filesIn }),
      );
      expect([outcome, seen.stderr]).toEqual([{ kind: 'exited', exitCode: 0 }, '']);
      const sum = createHash('md5').update(large).digest('hex');
      expect(seen.stdout.split('\n').map((line) => line.trim())).toEqual(['1000000', '0', `${sum}  -`, '']);
    });

    it('go in as standard input, whatever their bytes are', async () => {
      const { seen } = await run('md5sum; cat', { stdin: every });
      expect(seen.stdout).toContain(createHash('md5').update(every).digest('hex'));
    });

    it('come out byte for byte, whatever they are called', async () => {
      const { outcome, seen } = await run(
        String.raw`cd "$CHASQUI_FILES_OUT" && ls -A && printf '\000\377\n' >'a b.bin' && : >.empty && head -c 150000 /dev/zero >ünï; echo done`,
        withFiles({ filesOut: out }),
      );
      expect([outcome, seen.stdout, seen.stderr]).toEqual([{ kind: 'exited', exitCode: 0 }, 'done\n', '']);
      expect(named(seen.files)).toEqual({
        '.empty': '',
        'a b.bin': '\0\xff\n',
        ünï: '\0'.repeat(150_000),
      });
      expect(seen.files?.leftOut).toEqual([]);
    });

    it('come out of a command that failed, too, and may be none', async () => {
      const failed = await run('echo why >"$CHASQUI_FILES_OUT/log"; exit 3', withFiles({ filesOut: out }));
      expect(failed.outcome).toEqual({ kind: 'exited', exitCode: 3 });
      expect(named(failed.seen.files)).toEqual({ log: 'why\n' });
      const none = await run('echo nothing', withFiles({ filesOut: out }));
      expect(none.seen.files).toMatchObject({ files: [], leftOut: [] });
      expect((await run('echo nothing', {})).seen.files).toBeUndefined();
    });

    it('come out only where they are files and small enough, and no link is followed', async () => {
      const { seen } = await run(
        `cd "$CHASQUI_FILES_OUT"; echo 1 >one; ln -s /etc/passwd link; ln -s one inner; mkdir folder; echo 2 >folder/two; mkfifo pipe;
         head -c 200001 /dev/zero >large`,
        withFiles({ filesOut: out }),
      );
      expect(named(seen.files)).toEqual({ one: '1\n' });
      expect(byName(seen.files)).toEqual({
        folder: 'no-file',
        inner: 'no-file',
        large: 'too-large',
        link: 'no-file',
        pipe: 'no-file',
      });
    });

    it('come out only so many, and so much of them in all', async () => {
      const many = await run(
        'cd "$CHASQUI_FILES_OUT"; for n in 1 2 3 4 5; do echo $n >$n; done',
        withFiles({ filesOut: out }),
      );
      expect(many.seen.files?.files).toHaveLength(3);
      expect(Object.values(byName(many.seen.files))).toEqual(['too-many', 'too-many']);
      const large = await run(
        'cd "$CHASQUI_FILES_OUT"; head -c 160000 /dev/zero >1; head -c 160000 /dev/zero >2',
        withFiles({ filesOut: out }),
      );
      expect(large.seen.files?.files).toHaveLength(1);
      expect(Object.values(byName(large.seen.files))).toEqual(['too-large']);
    });
  });
}

function named(collected: Collected | undefined): Record<string, string> {
  return Object.fromEntries(
    (collected?.files ?? []).map(({ name, bytes }) => [name, bytes.toString('latin1')]),
  );
}

function byName(collected: Collected | undefined): Record<string, string> {
  return Object.fromEntries((collected?.leftOut ?? []).map(({ name, why }) => [name, why]));
}

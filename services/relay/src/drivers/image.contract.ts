import { describe, expect, it } from 'vitest';
import type { Run } from './files.contract.js';
import { fileVariables } from './file-variables.js';

/** Makes an image of a busybox that runs this by itself, in `/tmp`, and answers its name. */
export type ImageOf = (entrypoint: readonly string[], cmd: readonly string[]) => Promise<string>;

/** What every driver holds of an image's own program that runs images. */
export function imageContract(run: Run, imageOf: ImageOf): void {
  describe('an image that names its program', () => {
    const script = 'echo "$0 $* in $PWD"; cat; echo err >&2; echo kept >"$CHASQUI_FILES_OUT/file"; exit 3';

    it('is run like any other', async () => {
      const image = await imageOf(['sh', '-c', script, 'tool'], ['of', 'image']);
      const filesOut = { path: '/files/out', count: 1, fileBytes: 100, allBytes: 100 };
      const env = fileVariables({ filesOut });
      const own = { image, executable: [], stdin: 'given\n', filesOut, env };
      const { outcome, seen } = await run('', own);
      expect([outcome, seen.stdout, seen.stderr]).toEqual([
        { kind: 'exited', exitCode: 3 },
        'tool of image in /tmp\ngiven\n',
        'err\n',
      ]);
      expect(seen.files?.files).toEqual([{ name: 'file', bytes: Buffer.from('kept\n') }]);
      // Words take the place of the image's own, and not of its program.
      const worded = await run('', { ...own, args: ['mine', '$HOME $(PWD)'] });
      expect(worded.seen.stdout).toBe('tool mine $HOME $(PWD) in /tmp\ngiven\n');
    });

    it('may be one of words alone', async () => {
      const image = await imageOf([], ['echo', 'words']);
      expect((await run('', { image, executable: [] })).seen.stdout).toBe('words\n');
      const worded = await run('', { image, executable: [], args: ['printf', '%s,', 'other'] });
      expect(worded.seen.stdout).toBe('other,');
    });
  });
}

import { z } from 'zod';
import { filePath, fileTarget } from './checked-values.js';

/** What a command takes and gives of files. */
export interface CommandFiles {
  /** Those that go in, in the order of the bundle. */
  readonly in?: readonly CommandFile[];
  /** The folder that files are collected from. */
  readonly out?: string;
}

export interface CommandFile {
  /** What the command calls it: `photo`. */
  readonly key: string;
  /** An absolute path, or `stdin`. */
  readonly to: string;
  readonly description?: string;
  readonly required: boolean;
}

const target = fileTarget.describe(
  'The path that it stands under inside the container, or `stdin`. `CHASQUI_FILE_` and its name tells it to the command.',
);

export const FileFiles = z
  .strictObject({
    in: z
      .record(
        z.string(),
        z.union([
          target,
          z.strictObject({
            to: target,
            description: z.string().describe('One line for people, shown in help.').optional(),
            required: z.boolean().describe('`true` where it is not said.').optional(),
          }),
        ]),
      )
      .meta({ propertyNames: { pattern: '^[a-z][a-z0-9_-]{0,63}$' } as never })
      .describe(
        'Files that people give, by the names that `--file` has for them. All but one on standard input stand in the same folder. 1 MiB in all.',
      )
      .optional(),
    out: filePath
      .describe(
        'The folder whose files are kept with the run when it is over; `CHASQUI_FILES_OUT` tells it to the command. 20 files, 1 MiB each, 4 MiB in all.',
      )
      .optional(),
  })
  .describe('Files that go in with the command, and that come out of it.');

/** What stands in a file without faults, with what it leaves unsaid. */
export function commandFilesOf({ in: given, out }: z.infer<typeof FileFiles>): CommandFiles {
  return {
    ...(given && {
      in: Object.entries(given).map(([key, fields]) =>
        typeof fields === 'string' ? { key, to: fields, required: true } : { key, required: true, ...fields },
      ),
    }),
    ...(out !== undefined && { out }),
  };
}

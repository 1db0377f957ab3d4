import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { exitCodes, Stop } from '../stop.js';
import { askHidden } from '../terminal/ask-hidden.js';

/**
 * A value from where it was given: the word itself, a file, or standard input; a secret's never from the word, which everybody on the machine
 * can read in the list of processes. The line feed at the end of a file or of standard input is no part of it. @throws Stop for two sources
 */
export async function readGiven(
  key: string,
  word: string | undefined,
  { fromFile, secret }: { readonly fromFile?: string; readonly secret?: true },
): Promise<string> {
  if (word !== undefined && secret)
    throw new Stop(
      'a secret is not given as a word, where others can see it; leave it out and type it, or give it on standard input or with --from-file',
      exitCodes.usage,
    );
  if (word !== undefined && fromFile !== undefined)
    throw new Stop('give the value or --from-file, not both', exitCodes.usage);
  if (word !== undefined) return word;
  if (fromFile !== undefined) return withoutEnd(await fileText(fromFile));
  if (process.stdin.isTTY) return askHidden(`${key}: `);
  return withoutEnd(await text(process.stdin));
}

async function fileText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    throw new Stop(`${file} cannot be read: ${(thrown as NodeJS.ErrnoException).code}`);
  }
}

function withoutEnd(given: string): string {
  return given.replace(/\r?\n$/, '');
}

import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Stop } from '../stop.js';

/** A bundle file's text; `-` is standard input. */
export async function readBundleFile(file: string): Promise<string> {
  if (file === '-') return await text(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    const why =
      { ENOENT: 'there is no such file', EISDIR: 'it is a folder', EACCES: 'you may not read it' }[
        code ?? ''
      ] ?? code;
    throw new Stop(`${file} cannot be read: ${why}`);
  }
}

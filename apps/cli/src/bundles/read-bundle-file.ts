import { readFile } from 'node:fs/promises';
import { buffer, text } from 'node:stream/consumers';
import { Stop } from '../stop.js';

/** A bundle file's text; `-` is standard input. */
export async function readBundleFile(file: string): Promise<string> {
  return file === '-' ? await text(process.stdin) : (await readBytes(file)).toString();
}

/** The same byte for byte. */
export async function readBytes(file: string): Promise<Buffer> {
  if (file === '-') return await buffer(process.stdin);
  try {
    return await readFile(file);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    const why =
      { ENOENT: 'there is no such file', EISDIR: 'it is a folder', EACCES: 'you may not read it' }[
        code ?? ''
      ] ?? code;
    throw new Stop(`${file} cannot be read: ${why}`);
  }
}

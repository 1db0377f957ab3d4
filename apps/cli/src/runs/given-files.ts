import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { Stop } from '../stop.js';

/** A file as the API takes it with a line. */
export interface GivenFile {
  readonly as?: string;
  readonly name: string;
  readonly base64: string;
}

/** All that is sent, in bytes; the API says more precisely what it takes. */
const most = 1024 * 1024;

/** What `--file` names: `photo=./a.png`, or a path alone. @throws Stop where one cannot be read, or they are too large */
export function givenFiles(words: readonly string[]): GivenFile[] {
  let bytes = 0;
  return words.map((word) => {
    const [, as, path] = /^(?:([a-z][a-z0-9_-]*)=)?(.+)$/s.exec(word) ?? [];
    if (path === undefined)
      throw new Stop('--file needs a path: --file ./report.csv, or --file report=./report.csv');
    const about = { ...(as !== undefined && { as }), name: basename(path) };
    try {
      bytes += statSync(path).size;
      if (bytes > most) throw new Stop(`${path} is too large: files may have 1 MiB in all`);
      return { ...about, base64: readFileSync(path).toString('base64') };
    } catch (thrown) {
      if (thrown instanceof Stop) throw thrown;
      throw new Stop(`${path} cannot be read: ${(thrown as Error).message}`);
    }
  });
}

/** One more `--file`. */
export function another(word: string, before: readonly string[] = []): string[] {
  return [...before, word];
}

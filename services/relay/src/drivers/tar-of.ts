import { posix } from 'node:path';
import type { FileIn } from './driver.js';

const block = 512;

/** The files, by their own names, as a tar archive (POSIX.1-1988 ustar): read by everybody, and never large. */
export function tarOf(files: readonly FileIn[]): Buffer {
  return Buffer.concat([
    ...files.flatMap(({ path, bytes }) => [
      headerOf(posix.basename(path), bytes.length),
      bytes,
      Buffer.alloc((block - (bytes.length % block)) % block),
    ]),
    Buffer.alloc(2 * block),
  ]);
}

function headerOf(name: string, size: number): Buffer {
  const header = Buffer.alloc(block);
  const octal = (value: number, at: number, length: number) =>
    header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  header.write(name, 0, 100);
  octal(0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  header.write('        0', 148, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  octal(
    header.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  return header;
}

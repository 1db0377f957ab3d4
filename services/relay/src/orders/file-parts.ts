import { fileLimits, type FilePart } from '@chasqui/contracts';
import type { Collected } from '../drivers/driver.js';

/** Files as they are reported: in parts, each of which fits into a message. A file that is empty has one. */
export function partsOf(files: Collected['files']): Pick<FilePart, 'name' | 'part' | 'parts' | 'base64'>[] {
  const { partBytes } = fileLimits;
  return files.flatMap(({ name, bytes }) => {
    const parts = Math.max(1, Math.ceil(bytes.length / partBytes));
    return Array.from({ length: parts }, (_, part) => ({
      name,
      part,
      parts,
      base64: bytes.subarray(part * partBytes, (part + 1) * partBytes).toString('base64'),
    }));
  });
}

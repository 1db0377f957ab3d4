import { fileLimits, type FilePart } from '@chasqui/contracts';
import type { Collected } from '../drivers/driver.js';

/** What a part says of its file, beside whose it is. */
export type PartOfFile = Pick<FilePart, 'name' | 'part' | 'parts' | 'base64'>;

/** A file as it is reported: in parts, each of which fits into a message. One that is empty has one. */
export function* partsOf({ name, bytes }: Collected['files'][number]): Generator<PartOfFile> {
  const { partBytes } = fileLimits;
  const parts = Math.max(1, Math.ceil(bytes.length / partBytes));
  for (let part = 0; part < parts; part += 1) {
    const base64 = bytes.subarray(part * partBytes, (part + 1) * partBytes).toString('base64');
    yield { name, part, parts, base64 };
  }
}

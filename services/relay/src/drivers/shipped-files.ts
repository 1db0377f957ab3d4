import type { LeftOutFile, OutFolder } from '@chasqui/contracts';
import { Collecting } from './collecting.js';
import type { Collected } from './driver.js';
import type { FrameKind } from './frames.js';

/** Files as they come in frames. */
export class ShippedFiles {
  private readonly files: { name: string; parts: Buffer[] }[] = [];
  private readonly leftOut: LeftOutFile[] = [];

  take(kind: FrameKind, bytes: Buffer): undefined {
    if (kind === 'n') this.files.push({ name: bytes.toString(), parts: [] });
    else if (kind === 'f') this.files.at(-1)?.parts.push(Buffer.from(bytes));
    else if (kind === 'x') {
      const [why, ...name] = bytes.toString().split(' ');
      this.leftOut.push({ name: name.join(' '), why: why as LeftOutFile['why'] });
    }
  }

  /** All of them, once the last frame came; before that none is certainly whole. */
  collected(folder: OutFolder, isWhole: boolean): Collected {
    if (!isWhole) return { files: [], leftOut: [], lost: 'what carried them ended too early' };
    const found = new Collecting(folder);
    for (const { name, parts } of this.files) found.add(name, Buffer.concat(parts));
    for (const { name, why } of this.leftOut) found.leave(name, why);
    return found;
  }
}

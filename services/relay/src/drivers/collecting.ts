import { FileName, type LeftOutFile, type OutFolder } from '@chasqui/contracts';
import type { Collected } from './driver.js';

/** So many of those that were left out are told of by name. */
const mostLeftOut = 20;

/** Files that are collected from a folder, within its limits; whatever a driver finds there is offered to it, one after another. */
export class Collecting implements Collected {
  readonly files: { name: string; bytes: Buffer }[] = [];
  readonly leftOut: LeftOutFile[] = [];
  private left: number;

  constructor(private readonly limits: OutFolder) {
    this.left = limits.allBytes;
  }

  /** Whether there is room for a file of this name and so many bytes; what there is none for is left out. */
  hasRoom(name: string, bytes: number): boolean {
    const { count, fileBytes } = this.limits;
    if (!FileName.safeParse(name).success) return this.leave(name, 'bad-name');
    if (this.files.length >= count) return this.leave(name, 'too-many');
    if (bytes > fileBytes || bytes > this.left) return this.leave(name, 'too-large');
    return true;
  }

  add(name: string, bytes: Buffer): void {
    if (!this.hasRoom(name, bytes.length)) return;
    this.left -= bytes.length;
    this.files.push({ name, bytes });
  }

  leave(name: string, why: LeftOutFile['why']): false {
    const shown = name.replaceAll(/\p{Cc}/gu, '?').slice(0, 200);
    if (this.leftOut.length < mostLeftOut) this.leftOut.push({ name: shown, why });
    return false;
  }
}

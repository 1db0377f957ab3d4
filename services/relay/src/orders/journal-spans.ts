import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { JournalEntry } from './journal-line.js';

/** A place in the journal's file. */
export interface Span {
  readonly at: number;
  readonly bytes: number;
}

/** Where the lines of one execution are. */
export type Spans = Partial<Record<JournalEntry['kind'], Span>>;

/** How much is written at a time. */
const partBytes = 1024 ** 2;

/** Copies lines into an empty file, one after another, and answers where they are there. They are on disk then. Throws when they do not fit. */
export async function copySpans(
  from: readonly Spans[],
  source: FileHandle,
  target: FileHandle,
): Promise<Spans[]> {
  let part = Buffer.alloc(partBytes);
  let used = 0;
  let size = 0;
  const copied: Spans[] = [];
  for (const spans of from) {
    const moved: Spans = {};
    for (const [kind, { at, bytes }] of inOrder(spans)) {
      if (used + bytes > part.length) {
        await target.writev([part.subarray(0, used)]);
        used = 0;
        if (bytes > part.length) part = Buffer.alloc(bytes);
      }
      readSync(source.fd, part, used, bytes, at);
      moved[kind] = { at: size, bytes };
      used += bytes;
      size += bytes;
    }
    copied.push(moved);
  }
  await target.writev([part.subarray(0, used)]);
  if ((await target.stat()).size !== size)
    throw Object.assign(new Error('the disk is full'), { code: 'ENOSPC' });
  await target.datasync();
  return copied;
}

/** The lines of one execution as they were written. */
export function inOrder(spans: Spans): [JournalEntry['kind'], Span][] {
  return (Object.entries(spans) as [JournalEntry['kind'], Span][]).sort(([, a], [, b]) => a.at - b.at);
}

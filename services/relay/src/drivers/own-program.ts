import type { NotStarted } from './docker-images.js';
import type { Work } from './driver.js';
import type { ImageProgram } from './image-programs.js';

/** What a pod is made of where its command names no program. */
export interface OwnProgram {
  readonly work: Work;
  /** Why what runs there is not known; then it runs as it is, and its streams are not kept apart. */
  readonly merged?: string;
}

/**
 * A work that leaves its program to its image, with the words that an engine would run: the image's entrypoint, and behind it the work's
 * own words or, without any, those of the image; of exactly the image that was looked at. Where they are not known it runs all the same,
 * unless it has files to come out or is given something to read. Pure.
 */
export function ownProgram(
  work: Work,
  found: ImageProgram | { readonly why: string },
): OwnProgram | NotStarted {
  if ('why' in found) {
    const { filesOut, stdin = '' } = work;
    if (!filesOut && stdin.length === 0) return { work, merged: found.why };
    return { kind: 'not-started', code: 'entrypoint-unknown', detail: `${work.image}: ${found.why}` };
  }
  const words = [...found.entrypoint, ...(work.args.length > 0 ? work.args : found.cmd)];
  if (words.length === 0) {
    const detail = `${work.image} names neither an entrypoint nor a command, and its bundle no executable`;
    return { kind: 'not-started', code: 'executable-missing', detail };
  }
  return { work: { ...work, image: found.pinned, executable: words, args: [] } };
}

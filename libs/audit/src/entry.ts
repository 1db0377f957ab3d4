import { hashOf } from './hash.js';

/** One row of the audit log. Written once and never changed; what comes of a command or an action later is another entry about the same. */
export interface Entry {
  /** A UUID of version 7. */
  readonly id: string;
  /** ISO 8601 with microseconds, UTC. */
  readonly at: string;
  readonly kind: 'command' | 'action';
  /** The run or the action that it is about. */
  readonly about: string;
  /** 0 for the first entry about it; that of the highest step tells all that is known. */
  readonly step: number;
  readonly content: Readonly<Record<string, unknown>>;
}

/** What a block keeps of an entry: whoever changes anything in it changes this. */
export function hashOfEntry({ id, at, kind, about, step, content }: Entry): string {
  return hashOf({ id, at, kind, about, step, content });
}

import { randomUUID } from 'node:crypto';
import type { Topic } from '@chasqui/contracts';
import { z } from 'zod';

/** What the tests send one another. */
export interface Note {
  n: number;
  more?: string | undefined;
}

/** A topic of its own for each test, so that a broker can serve them all. */
export function noteTopic(partitions = 3): Topic<Note> {
  return {
    name: `notes.${randomUUID()}`,
    schema: z.object({ n: z.number(), more: z.string().optional() }),
    retentionMs: 3_600_000,
    partitions,
  };
}

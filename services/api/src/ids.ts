import * as crypto from 'node:crypto';

/** Node has it since 24.16; its type declarations do not yet. */
const { randomUUIDv7 } = crypto as unknown as { randomUUIDv7: (this: void) => string };

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** A new id that sorts by time: UUID version 7 (RFC 9562 §5.7). */
export function newId(): string {
  return randomUUIDv7();
}

import * as crypto from 'node:crypto';

/** A new id that sorts by time: UUID version 7 (RFC 9562 §5.7). Node has it since 24.16; its type declarations do not yet. */
export const newId: () => string = (crypto as unknown as { randomUUIDv7(): string }).randomUUIDv7;

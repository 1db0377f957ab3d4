import { isUtf8 } from 'node:buffer';
import { topics, type DeadLetter } from '@chasqui/contracts';
import { outgoing } from './outgoing.js';
import type { Outgoing } from './transport.js';
import type { RawMessage } from './deliver.js';

/** Thrown by a handler that knows it can never handle this message: it is parked at once, without further tries. */
export class Park extends Error {
  constructor(
    readonly reason: DeadLetter['reason'],
    readonly detail: string,
  ) {
    super(detail);
    this.name = 'Park';
  }
}

const keptBytes = 256 * 1024;

/** The dead letter of a message: as it was, with where it came from and why it stays. */
export function deadLetter(message: RawMessage, why: Park, parkedBy: string, parkedAt: number): Outgoing {
  const bytes = Buffer.from(message.value).subarray(0, keptBytes);
  const letter: DeadLetter = {
    topic: message.topic,
    key: message.key,
    headers: message.headers,
    ...body(bytes),
    reason: why.reason,
    detail: why.detail.slice(0, 4000),
    parkedBy,
    parkedAt,
  };
  return outgoing(topics.deadLetters, {}, message.key, letter, message.headers);
}

function body(bytes: Buffer): Pick<DeadLetter, 'text' | 'base64'> {
  // A cut may fall inside a character; up to three bytes less, and it is text again.
  for (let less = 0; less <= 3 && less <= bytes.length; less++) {
    const cut = bytes.subarray(0, bytes.length - less);
    if (isUtf8(cut)) return { text: cut.toString('utf8') };
    if (bytes.length < keptBytes) break;
  }
  return { base64: bytes.toString('base64') };
}

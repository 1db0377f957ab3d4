import type { Outgoing } from './transport.js';

/** The most that one message may have, in bytes, with room for the headers around two million characters of sealed text. */
export const maxMessageBytes = 2 * 1024 * 1024;

/** What headers and the broker's own words may take of that. */
const aroundBytes = 64 * 1024;

/** Throws a `RangeError` for a value that is too large to be carried. */
export function mustFit(messages: readonly Outgoing[], mostBytes = maxMessageBytes): void {
  for (const { topic, value } of messages) {
    const bytes = Buffer.byteLength(value);
    if (bytes > mostBytes - aroundBytes)
      throw new RangeError(`a message of ${bytes} bytes is too large for ${topic}`);
  }
}

import type { Contact } from './contact.js';
import { pause } from './pause.js';

/** Does what needs the broker again and again until it is done, saying once that the broker is away. Throws the signal's reason when that ends it. */
export async function keepTrying<T>(
  work: () => Promise<T>,
  contact: Contact,
  signal: AbortSignal,
): Promise<T> {
  for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, 2000)) {
    try {
      return await work();
    } catch (error) {
      contact.failed((error as Error).message);
      await pause(waitMs, signal);
      signal.throwIfAborted();
    }
  }
}

import type { Hear } from './chat.js';
import { Recent } from './recent.js';

const tenMinutes = 600_000;

/**
 * Passes each message on once, however often the provider delivers its event: the same adapter and id within ten minutes is the
 * same message. One that could not be passed on may be heard again; one that is still on its way is waited for, not passed on twice.
 */
export function hearOnce(hear: Hear, now?: () => number): Hear {
  const heard = new Recent<Promise<void>>(tenMinutes, 10_000, now);
  return async (message) => {
    const key = `${message.adapter}\n${message.workspace ?? ''}\n${message.id}`;
    const before = heard.get(key);
    if (before) return before;
    const passedOn = hear(message);
    heard.set(key, passedOn);
    try {
      await passedOn;
    } catch (cause) {
      heard.delete(key);
      throw cause;
    }
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Driver } from '../drivers/driver.js';
import type { RelayEvents } from '../events.js';
import type { Attempt } from './entries.js';

/** Has a driver remove what is left of an execution. Tried some seconds long, and what stays then is told. */
export async function forget(
  driver: Driver,
  attempt: Attempt,
  events: Pick<RelayEvents, 'leftBehind'>,
): Promise<void> {
  for (let left = 5; ; left -= 1) {
    try {
      return await driver.forget(attempt);
    } catch (error) {
      if (left === 0) return events.leftBehind(attempt, driver.name, error);
      await delay(1000);
    }
  }
}

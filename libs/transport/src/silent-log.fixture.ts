import type { TransportLog } from './transport-log.js';

/** For tests that make things fail on purpose. */
export const silentLog: TransportLog = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

import { randomUUID } from 'node:crypto';
import type { Work } from './driver.js';

/** A work for tests: everything modest, nothing to run. */
export function workOf(over: Partial<Work> = {}): Work {
  return {
    runId: 'run-1',
    executionId: randomUUID(),
    attempt: 1,
    executable: [],
    args: [],
    env: {},
    limits: { memoryBytes: 64 * 1024 ** 2, cpus: 1, pids: 64, outputBytes: 1024 ** 2 },
    network: false,
    writableRoot: false,
    allowRoot: false,
    ...over,
  };
}

import { randomUUID } from 'node:crypto';
import type { Order } from '@chasqui/contracts';

/** An order for tests: a minute to start, ten seconds to run, nothing to do. */
export function orderOf(over: Partial<Order> = {}): Order {
  const executionId = randomUUID();
  return {
    kind: 'order',
    relay: 'fra-1',
    runId: `run-${executionId.slice(0, 8)}`,
    executionId,
    attempt: 1,
    idempotencyKey: executionId,
    issuedAt: Date.now(),
    startBy: Date.now() + 60_000,
    timeoutMs: 10_000,
    bundle: 'test',
    version: '1.0.0',
    command: 'test',
    executable: [],
    args: [],
    env: {},
    limits: { memoryBytes: 64 * 1024 ** 2, cpus: 1, pids: 64, outputBytes: 1024 ** 2 },
    network: false,
    writableRoot: false,
    asker: { id: 'u-1', username: 'alice', email: 'alice@example.com' },
    ...over,
  };
}

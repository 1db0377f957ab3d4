import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Work } from '@chasqui/relay/drivers/driver';
import { processDriver } from '@chasqui/relay/drivers/process-driver';
import { inTurns, through, type Runner } from './ways.js';

/** The process driver against a bare `spawn` of the same, in turns. Prints a Markdown table. */
export async function benchProcesses(quick: boolean): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'chq-bench-'));
  const bare: Runner = async ({ executable }) => {
    const start = performance.now();
    const child = spawn(executable[0]!, executable.slice(1), { stdio: ['ignore', 'pipe', 'pipe'], env: {} });
    const printed = once(child.stdout, 'data').then(() => performance.now() - start);
    await once(child, 'close');
    return { first: await printed, end: performance.now() - start };
  };
  const rounds = [
    [1, quick ? 50 : 300],
    [8, quick ? 20 : 100],
  ] as const;
  try {
    await inTurns(
      [
        ['bare spawn', bare],
        ['process driver', through(processDriver(home))],
      ],
      rounds,
      echo,
    );
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function echo(): Work {
  return {
    runId: 'bench',
    executionId: randomUUID(),
    attempt: 1,
    executable: ['/bin/sh', '-c', 'echo {}; echo err >&2; exit 3'],
    args: [],
    env: {},
    limits: { memoryBytes: 64 * 1024 ** 2, cpus: 1, pids: 64, outputBytes: 1024 ** 2 },
    network: false,
    writableRoot: false,
    allowRoot: false,
  };
}

import type { Limits } from '@chasqui/contracts';

const MiB = 1024 * 1024;

/** What an execution may use where its bundle does not say. The relay's policy may lower it. */
const usual: Limits = { memoryBytes: 256 * MiB, cpus: 1, pids: 128, outputBytes: MiB };

export function limitsOf(asked: Partial<Limits> = {}): Limits {
  return { ...usual, ...asked };
}

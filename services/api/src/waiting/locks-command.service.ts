import { refusal, type Refusal } from '@chasqui/contracts';
import type { DataRecord, Records } from '@chasqui/filters';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Ask } from '../built-ins/built-in.js';
import { builtInHelp } from '../built-ins/names.js';
import { readLocks, type Lock } from './locks.js';

/** What those need who look at what others run. */
const readRuns = 'chasqui:read-runs';

/** `locks`: who holds which lock, and who waits for it. */
@Injectable()
export class LocksCommand {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  async records({ words, asker, known }: Ask): Promise<Records | Refusal> {
    if (words.length > 0) return refusal('bad-usage', { usage: builtInHelp.locks.usage });
    if (!asker.permissions.has(readRuns)) return refusal('not-permitted', { permission: readRuns });
    const locks = await readLocks(this.dataSource.manager, known.now);
    return {
      records: locks.flatMap(rowsOf),
      view: { kind: 'table', columns: ['name', 'who', 'state', 'since', 'until', 'command', 'run'] },
    };
  }
}

/** Whoever has it, and then who waits for it in their order. */
function rowsOf({ name, kind, holders, waiting }: Lock): DataRecord[] {
  const has = holders.map(({ username: who, command, runId: run, since = null, lostUntil = null }) => {
    const state = lostUntil === null ? 'has it' : 'lost';
    return { name, kind, who, state, since, until: lostUntil, command, run };
  });
  const waits = waiting.map(({ username: who, command, runId: run, position, until = null }) => ({
    name,
    kind,
    who,
    state: `waits, ${position} of ${waiting.length}`,
    since: null,
    until,
    command,
    run,
  }));
  return [...has, ...waits];
}

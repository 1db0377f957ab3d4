import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Heartbeat } from '@chasqui/contracts';
import { seal } from '@chasqui/sealing';
import { boardOf, heartbeatOf, nameOf } from './board-of.js';

/** What one relay is to an instance of the API that hears it, without the broker and the database. */
export interface Hearing {
  readonly relays: number;
  /** Of one heartbeat: opened, checked and taken up, CPU time in microseconds. */
  readonly cpuUs: number;
  /** Of a sealed heartbeat, in bytes. */
  readonly bytes: number;
  /** Of one relay on the board, its keys among it, in KiB of heap. */
  readonly heapKiB: number;
}

/** Seals ten heartbeats of each, and hears them as the consumer of heartbeats does. */
export async function benchHearing(relays: number): Promise<Hearing> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const before = process.memoryUsage().heapUsed;
  const now = Date.now();
  const board = await boardOf(relays, now);
  for (let index = 0; index < relays; index++) board.heard(heartbeatOf(index, now), now);
  board.views(now);
  collect();
  const heapKiB = (process.memoryUsage().heapUsed - before) / 1024 / relays;

  let bytes = 0;
  let cpu = 0;
  let heard = 0;
  for (let round = 1; round <= 10; round++) {
    const at = now + round * 5_000;
    const sealed = Array.from({ length: relays }, (_, index) => {
      const { keys } = board.ringOf(nameOf(index))!.inUse(at)!;
      return seal(heartbeatOf(index, at), nameOf(index), 'from-relay', keys.reports);
    });
    bytes = sealed[0]!.length;
    const busy = process.cpuUsage();
    for (const [index, text] of sealed.entries()) {
      const opened = board.ringOf(nameOf(index))!.open(text, 'from-relay', (keys) => keys.reports, at);
      if (typeof opened === 'string') throw new Error(opened);
      board.heard(Heartbeat.parse(opened.message), at);
    }
    const { user, system } = process.cpuUsage(busy);
    // The first are for the compiler.
    if (round > 2) {
      cpu += user + system;
      heard += relays;
    }
  }
  return { relays, cpuUs: cpu / heard, bytes, heapKiB };
}

import { startSolo } from '@chasqui/solo/start-solo';
import { RelayBoard } from '@chasqui/api/relays/board.service';
import { Bundles } from '@chasqui/api/bundles/bundles.service';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { idleDriver } from './idle-driver.js';
import { benchBundle, Load, type Figures } from './load.js';
import { memoryOf, type Memory } from './memory-of.js';

/** Solo mode, as `npm start` runs it but for the driver; the load is in the same process, and so part of what is measured. */
export async function inSolo(
  rounds: readonly { inFlight: number; commands: number }[],
): Promise<{ figures: Figures[]; memory: Memory }> {
  const data = await mkdtemp(`${tmpdir()}/chq-bench-`);
  let load: Load | undefined;
  const policy = `${data}/policy.yaml`;
  await writeFile(policy, 'executables: [/bin/true]\n');
  const solo = await startSolo({
    data,
    policy,
    as: 'admin',
    drivers: [idleDriver((mark) => load?.note(mark))],
  });
  try {
    await solo.api.get(Bundles).install(benchBundle, 'the benchmark', { enable: true });
    await solo.api.get(RelayBoard).load();
    load = await Load.open(solo.transport, solo.terminal, 'admin');
    await load.measure(1, 100);
    const figures: Figures[] = [];
    for (const { inFlight, commands } of rounds) figures.push(await load.measure(inFlight, commands));
    return { figures, memory: memoryOf(process.pid) };
  } finally {
    await solo.stop();
    await rm(data, { recursive: true, force: true });
  }
}

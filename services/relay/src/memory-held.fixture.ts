import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What this process holds on to, in bytes, once everything is collected that nobody needs: how much garbage there is depends on how busy the machine is. */
export function memoryHeld(): number {
  collect();
  // What buffers held is given back beside the program; the next collection waits for that.
  collect();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + Math.max(external, arrayBuffers);
}

/** What it holds on to more than before, at most, while something runs. */
export async function mostMemoryHeld(work: () => Promise<unknown>): Promise<number> {
  const before = memoryHeld();
  let most = 0;
  const look = () => void (most = Math.max(most, memoryHeld() - before));
  const looking = setInterval(look, 300);
  try {
    await work();
    look();
    return most;
  } finally {
    clearInterval(looking);
  }
}

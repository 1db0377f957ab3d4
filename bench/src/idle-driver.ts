import type { Driver } from '@chasqui/relay/drivers/driver';
import { now, type Mark } from './marks.js';

/** A driver that runs nothing and is done at once: what remains is everything but the driver. It goes by the name of the process driver. */
export function idleDriver(note: (mark: Mark) => void): Driver {
  return {
    name: 'process',
    available: async () => true,
    async run(work, watch) {
      const handedAt = now();
      watch.started('nothing');
      await watch.write('stdout', Buffer.from('done\n'));
      note({ runId: work.runId, handedAt, finishedAt: now() });
      return { kind: 'exited', exitCode: 0 };
    },
    adopt: async () => ({ kind: 'unknown', detail: 'nothing was run' }),
    forget: async () => undefined,
  };
}

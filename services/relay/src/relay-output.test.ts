import { describe, expect, it } from 'vitest';
import type { Finished, Report } from '@chasqui/contracts';
import { mostMemoryHeld } from './memory-held.fixture.js';
import { last, printed, RelayWorld, script } from './relay-world.fixture.js';

describe('what a relay passes on', () => {
  it('keeps head and tail of 20 MB of output, and says how much is gone', async () => {
    await using world = await RelayWorld.open();
    const reports = await world.api.ask(
      script('echo head; head -c 20000000 /dev/zero; echo tail', {
        limits: { memoryBytes: 1, cpus: 1, pids: 1, outputBytes: 100_000 },
      }),
    );
    const end = last(reports) as Finished;
    expect(end).toMatchObject({
      outcome: { kind: 'exited', exitCode: 0 },
      outputBytes: 20_000_010,
      droppedBytes: 19_900_010,
    });
    const text = printed(reports, 'stdout');
    expect([text.length, text.startsWith('head\n'), text.endsWith('tail\n')]).toEqual([100_000, true, true]);
    expect(end.gapBefore).toBeGreaterThan(0);
  });

  it('tells binary output as it was', async () => {
    await using world = await RelayWorld.open();
    const reports = await world.api.ask({ executable: ['/usr/bin/printf'], args: ['\\377\\000\\376'] });
    expect(printed(reports, 'stdout')).toBe('\xff\x00\xfe');
  });

  it.each([
    ['a gigabyte of output', 'head -c 1000000000 /dev/zero', 1_000_000_000],
    ['a line of 50 MB', "head -c 50000000 /dev/zero | tr '\\0' x", 50_000_000],
  ])('holds no more memory for %s than for a little', { timeout: 240_000 }, async (_, line, bytes) => {
    await using world = await RelayWorld.open();
    await world.api.ask(script('head -c 20000000 /dev/zero'));
    let end: Report | undefined;
    const held = await mostMemoryHeld(async () => {
      end = last(await world.api.ask(script(line, { timeoutMs: 200_000 })));
    });
    expect(end).toMatchObject({
      outcome: { kind: 'exited', exitCode: 0 },
      outputBytes: bytes,
      droppedBytes: bytes - 1024 ** 2,
    });
    // The megabyte that is kept several times over: as it was printed, sealed, on its way and at this API.
    expect(held).toBeLessThan(32 * 1024 ** 2);
  });
});

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Finished } from '@chasqui/contracts';
import { makeRelayToken, keysOf, readRelayToken, seal } from '@chasqui/sealing';
import { orderOf } from './orders/order.fixture.js';
import { kinds, last, RelayWorld, script } from './relay-world.fixture.js';

describe('the orders that a relay takes', () => {
  it('takes orders that were sealed with the token it had before, and reports with the one it has', async () => {
    const before = makeRelayToken('fra-1');
    await using world = await RelayWorld.open({ previousSecret: readRelayToken(before)!.secret });
    const order = orderOf({ relay: 'fra-1', ...script('echo hi') });
    await world.api.sendWith(before, order);
    expect(last(await world.api.endOf(order))).toMatchObject({ kind: 'finished' });
    await world.api.sendWith(makeRelayToken('fra-1'), { ...order, executionId: 'x' });
    await world.api.until(() => world.api.deadLetters.length === 1);
    expect(world.api.deadLetters).toMatchObject([{ reason: 'unsealed' }]);
  });

  it('refuses what comes too late, by the clock of the API', async () => {
    await using world = await RelayWorld.open({}, { clockAhead: 120_000 });
    await world.api.until(() => world.api.heartbeats.some(({ nonce }) => nonce === undefined));
    const reports = await world.api.ask(script('true', { startBy: Date.now() + 60_000 }));
    expect(reports).toMatchObject([{ kind: 'refused', code: 'order-late' }]);
  });

  it('does not run an order twice, however often it comes, and tells its end again', async () => {
    await using world = await RelayWorld.open();
    const marks = join(world.folder, 'marks');
    const order = orderOf(script(`echo x >> ${marks}; sleep 0.2`));
    await Promise.all([world.api.send(order), world.api.send(order)]);
    await world.api.endOf(order);
    // The journal settles an execution when its last report has arrived, which is a moment after we have it.
    for (
      let n = 0;
      world.api.reports.filter(({ kind }) => kind === 'finished').length < 2 && n < 100;
      n += 1
    ) {
      await world.api.send(order);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const ends = world.api.reports.filter((report): report is Finished => report.kind === 'finished');
    expect(ends.length).toBeGreaterThanOrEqual(2);
    expect(ends[1]).toEqual(ends[0]);
    expect(readFileSync(marks, 'utf8')).toBe('x\n');
    expect(world.api.reports.some(({ kind }) => kind === 'refused')).toBe(false);
  });

  it('runs another attempt of the same execution', async () => {
    await using world = await RelayWorld.open();
    const order = orderOf(script('true'));
    await world.api.send(order);
    await world.api.endOf(order);
    await world.api.send({ ...order, attempt: 2 });
    await world.api.until(() => world.api.reports.some((r) => r.kind === 'finished' && r.attempt === 2));
  });

  it('parks what was not sealed for it, and runs nothing of it', async () => {
    await using world = await RelayWorld.open();
    const other = readRelayToken(makeRelayToken('fra-1'))!;
    const order = orderOf(script(`touch ${world.folder}/ran`));
    const { keys } = world.api;
    const foreign = [
      seal(order, 'fra-1', 'to-relay', (await keysOf('fra-1', other.secret)).orders),
      seal(order, 'ams-1', 'to-relay', keys.orders),
      seal(order, 'fra-1', 'from-relay', keys.orders),
      seal({ ...order, relay: 'ams-1' }, 'fra-1', 'to-relay', keys.orders),
      'aaaa.bbbb.cccc.dddd.eeee',
    ];
    for (const sealed of foreign) await world.api.sendSealed(sealed);
    await world.api.sendSealed(seal({ kind: 'order', nonsense: true }, 'fra-1', 'to-relay', keys.orders));
    await world.api.sendSealed('no sealed text at all');
    await world.api.until(() => world.api.deadLetters.length === 7);
    expect(world.api.deadLetters.map(({ reason }) => reason).sort()).toEqual([
      'malformed',
      'malformed',
      ...Array<string>(5).fill('unsealed'),
    ]);
    expect(kinds(await world.api.ask(script('true')))).toEqual(['started', 'finished']);
    expect(existsSync(`${world.folder}/ran`)).toBe(false);
  });

  it('refuses what its policy does not allow, naming what it does', async () => {
    await using world = await RelayWorld.open();
    const reports = await world.api.ask({ executable: ['/usr/bin/id'] });
    expect(reports).toMatchObject([
      {
        kind: 'refused',
        code: 'policy',
        detail: 'policy, executables: only /bin/sh and /usr/bin/printf may be started, not /usr/bin/id',
      },
    ]);
  });

  it('says that it has no driver for an order', async () => {
    await using world = await RelayWorld.open({ drivers: ['process', 'docker'] });
    const reports = await world.api.ask({ image: 'busybox', executable: [] });
    expect(reports).toMatchObject([
      { kind: 'refused', code: 'no-driver', detail: expect.stringContaining('no container engine answers') },
    ]);
  });
});

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { orderOf } from './orders/order.fixture.js';
import { kinds, last, printed, RelayWorld, script } from './relay-world.fixture.js';

describe('a relay', () => {
  it('runs an order and reports its start, its output and its end', async () => {
    await using world = await RelayWorld.open();
    const reports = await world.api.ask(
      script('echo out; echo err >&2; sleep 0.3; printf later; exit 3', { env: { A: 'b' } }),
    );
    expect(kinds(reports)).toEqual(['started', 'output', 'finished']);
    expect([printed(reports, 'stdout'), printed(reports, 'stderr')]).toEqual(['out\nlater', 'err\n']);
    expect(last(reports)).toMatchObject({
      relay: 'fra-1',
      epoch: 0,
      outcome: { kind: 'exited', exitCode: 3 },
      outputBytes: 13,
      droppedBytes: 0,
    });
  });

  it('says when it lives by the API’s clock, as soon as it knows that', async () => {
    await using world = await RelayWorld.open({ heartbeatMs: 60_000 }, { clockAhead: 3_600_000 });
    await world.api.until(() => world.api.heartbeats.some(({ at }) => at !== undefined));
    const [first, second] = world.api.heartbeats;
    expect([first!.at, first!.nonce]).toEqual([undefined, expect.any(String)]);
    expect(second!.at! - second!.sentAt).toBeGreaterThan(3_590_000);
  });

  it('says that it lives as soon as a broker is back that was away', async () => {
    await using world = await RelayWorld.open({ heartbeatMs: 3_600_000 });
    await world.api.until(() => world.api.heartbeats.some(({ at }) => at !== undefined));
    const before = world.api.heartbeats.length;
    const backAt = Date.now();
    world.brokerIsBack();
    await world.api.until(() => world.api.heartbeats.length > before);
    expect(world.api.heartbeats[before]!.sentAt).toBeGreaterThanOrEqual(backAt);
  });

  it('tells a command how to reach the store, where it may and can', async () => {
    // In halves, because whole it would be masked.
    const order = () =>
      script('t=$CHASQUI_STORE_TOKEN; echo "$CHASQUI_API_URL ${t%.c} ${t#a.}"', { storeToken: 'a.b.c' });
    await using near = await RelayWorld.open({ apiUrl: 'http://127.0.0.1:7400' });
    expect(printed(await near.api.ask(order()), 'stdout')).toBe('http://127.0.0.1:7400 a.b b.c\n');
    await using far = await RelayWorld.open();
    expect(printed(await far.api.ask(order()), 'stdout')).toBe('  \n');
  });

  it('numbers the chunks of all streams and reports in one row', async () => {
    await using world = await RelayWorld.open();
    const reports = await world.api.ask(
      script('for i in 1 2 3 4; do echo $i; echo $i >&2; sleep 0.08; done'),
    );
    const seqs = reports.flatMap((report) => ('chunks' in report ? report.chunks.map(({ seq }) => seq) : []));
    expect(seqs).toEqual(seqs.map((_, i) => i));
  });

  it('says what the API should know of it, and learns its clock', async () => {
    await using world = await RelayWorld.open(
      { tags: ['dc=fra', 'gpu'], slots: 3 },
      { clockAhead: 3_600_000 },
    );
    await world.api.until(() => world.api.heartbeats.some(({ nonce }) => nonce === undefined));
    const [first, ...others] = world.api.heartbeats;
    const { clockOffsetMs } = others.find(({ at }) => at !== undefined)!;
    expect(clockOffsetMs).toBeLessThan(-3_500_000);
    expect(first).not.toHaveProperty('clockOffsetMs');
    expect(first).toMatchObject({
      relay: 'fra-1',
      tags: ['dc=fra', 'gpu'],
      drivers: ['process'],
      slots: 3,
      inFlight: 0,
      draining: false,
      version: '0.1.0',
    });
    expect(first!.platform).toMatch(/^linux\/(amd64|arm64)$/);
    expect(new Set([first, ...others].map((h) => h!.instance)).size).toBe(1);
    const [started] = await world.api.ask(script('true', { startBy: Date.now() + 3_660_000 }));
    expect(started!.at - Date.now()).toBeGreaterThan(3_500_000);
    expect(world.lines.some(({ msg }) => String(msg).includes('more than 2 s'))).toBe(true);
  });

  it('says that a program is missing', async () => {
    await using world = await RelayWorld.open({ drivers: ['process'] });
    rmSync(join(world.folder, 'gone'), { force: true });
    const reports = await world.api.ask(script('exec /nowhere/at-all'));
    expect(last(reports)).toMatchObject({ outcome: { kind: 'exited', exitCode: 127 } });
  });

  it('stops what takes too long, and keeps what it printed', async () => {
    await using world = await RelayWorld.open();
    const reports = await world.api.ask(script('echo begun; sleep 300', { timeoutMs: 300 }));
    expect(last(reports)).toMatchObject({ kind: 'finished', outcome: { kind: 'timed-out' } });
    expect(printed(reports, 'stdout')).toBe('begun\n');
  });

  it('writes the run on every line about it', async () => {
    await using world = await RelayWorld.open();
    const order = orderOf(script('true'));
    await world.api.send(order);
    await world.api.endOf(order);
    const lines = world.lines.filter(({ execution }) => execution === order.executionId);
    expect(lines.map(({ msg }) => msg)).toEqual([
      'an order was taken',
      'an execution started',
      'an execution finished',
    ]);
    expect(lines.every(({ runId }) => runId === order.runId)).toBe(true);
  });
});

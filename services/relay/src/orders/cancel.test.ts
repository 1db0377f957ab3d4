import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Cancel, Order } from '@chasqui/contracts';
import { RelayWorld, script } from '../relay-world.fixture.js';
import { orderOf } from './order.fixture.js';

function cancelOf({ relay, runId, executionId, attempt, startBy }: Order): Cancel {
  return { kind: 'cancel', relay, runId, executionId, attempt, startBy, issuedAt: Date.now(), by: 'ann' };
}

const order = (text: string) => orderOf(script(text));
const ends = async (world: RelayWorld, of: Order) => (await world.api.endOf(of)).at(-1);
const begun = (world: RelayWorld, of: Order) =>
  world.api.until(() => world.api.of(of.executionId).some(({ kind }) => kind === 'output'));
const heard = (world: RelayWorld, times: number) =>
  world.api.until(() => world.lines.filter(({ by }) => by === 'ann').length >= times);

it('stops what runs, and keeps what it printed', async () => {
  await using world = await RelayWorld.open();
  const runs = order('echo begun; sleep 300');
  await world.api.send(runs);
  await begun(world, runs);
  await world.api.send(cancelOf(runs));
  expect(await ends(world, runs)).toMatchObject({ outcome: { kind: 'cancelled' }, outputBytes: 6 });
});

it('lets a command end by itself once it was asked to', async () => {
  await using world = await RelayWorld.open();
  const tidies = order('trap "echo tidied; exit 0" TERM; echo begun; while :; do sleep 0.05; done');
  await world.api.send(tidies);
  await begun(world, tidies);
  await world.api.send(cancelOf(tidies));
  expect(await ends(world, tidies)).toMatchObject({ outcome: { kind: 'cancelled' } });
  expect(JSON.stringify(world.api.of(tidies.executionId))).toContain('tidied');
});

it('never starts what waits for a slot', async () => {
  await using world = await RelayWorld.open({ slots: 1 });
  const runs = order('echo begun; sleep 300');
  const waits = order(`touch ${world.folder}/ran`);
  await world.api.send(runs);
  await begun(world, runs);
  await world.api.send(waits);
  await world.api.send(cancelOf(waits));
  expect(await world.api.endOf(waits)).toMatchObject([{ kind: 'refused', code: 'cancelled' }]);
  await world.api.send(cancelOf(runs));
  await ends(world, runs);
  await world.api.ask(script('true'));
  expect(existsSync(`${world.folder}/ran`)).toBe(false);
});

it('does not start what is cancelled before its order comes', async () => {
  await using world = await RelayWorld.open();
  const late = order(`touch ${world.folder}/ran`);
  await world.api.send(cancelOf(late));
  expect(await world.api.endOf(late)).toMatchObject([{ kind: 'refused', code: 'cancelled' }]);
  await world.api.send(late);
  await world.api.ask(script('true'));
  expect(world.api.of(late.executionId).every(({ kind }) => kind === 'refused')).toBe(true);
  expect(existsSync(`${world.folder}/ran`)).toBe(false);
});

it('says nothing of what it never had and can no longer start', async () => {
  await using world = await RelayWorld.open();
  await world.api.ask(script('true'));
  const old = orderOf({ startBy: Date.now() - 60_000 });
  await world.api.send(cancelOf(old));
  await heard(world, 1);
  await world.api.ask(script('true'));
  expect(world.api.of(old.executionId)).toEqual([]);
});

it('sends the report again of what had ended, and changes nothing', async () => {
  await using world = await RelayWorld.open();
  const over = order('exit 3');
  await world.api.send(over);
  await ends(world, over);
  const before = world.api.of(over.executionId).length;
  await world.api.send(cancelOf(over));
  await world.api.send(cancelOf(over));
  await heard(world, 2);
  await world.api.ask(script('true'));
  const reports = world.api.of(over.executionId);
  for (const report of reports.slice(before))
    expect(report).toMatchObject({ kind: 'finished', outcome: { kind: 'exited', exitCode: 3 } });
});

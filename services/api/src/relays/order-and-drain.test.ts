import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { messageKey } from '../commands/run-id.js';
import { newId } from '../ids.js';
import { apiWorld, until, type ApiWorld } from '../api-world.fixture.js';

const two = `
chasqui_bundle_version: 1
name: two
version: 1.0.0
description: For lines of two stages
commands:
  list: { description: Lists, output: ndjson, executable: [/bin/echo], rules: [allow] }
  each: { description: One by one, input: each, executable: [/bin/echo], rules: [allow] }
`;

whenPostgres('an order and a drain at the same time', (serverUrl) => {
  let world: ApiWorld;
  let fra: Awaited<ReturnType<ApiWorld['relay']>>;
  let ams: Awaited<ReturnType<ApiWorld['relay']>>;
  beforeAll(async () => {
    world = await apiWorld(serverUrl);
    fra = await world.relay('fra-1', ['dc=fra']);
    ams = await world.relay('ams-1', ['dc=ams']);
    await world.call('POST', '/bundles', { source: two, enable: true });
  });
  afterAll(() => world[Symbol.asyncDispose]());
  afterEach(() => world.call('POST', '/relays/fra-1/resume'));

  /** Until a statement that begins so waits for another transaction. */
  const waits = (statement: string) =>
    until(async () => {
      const waiting = `select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query ilike $1 || '%'`;
      return (await world.dataSource.query<unknown[]>(waiting, [statement])).length > 0;
    });
  const recording = 'with held as';
  const drains = 'select revoked_at, tags from relays';
  const holds = 'select name,';

  const drained = [
    `update revisions set revision = revision + 1 where of = 'relays'`,
    `select from relays where name = 'fra-1' for update`,
    `update relays set drain_at = now(), drained_at = now() where name = 'fra-1'`,
  ];

  /** Drains it as another instance does that finds it empty, and is not done before a statement of `meanwhile` waits for that. */
  async function whileDraining<T>(statement: string, meanwhile: () => Promise<T>): Promise<T> {
    const held = world.dataSource.createQueryRunner();
    await held.startTransaction();
    for (const one of drained) await held.query(one);
    const done = meanwhile();
    await waits(statement);
    await held.commitTransaction();
    await held.release();
    return done;
  }

  it('is decided again where the relay is empty by the time that the order is written', async () => {
    const { body } = await whileDraining(recording, () =>
      world.call('POST', '/runs', { line: 'try:it --on dc=fra' }),
    );
    expect(body.reply.text).toContain('fra-1 has it and is draining since');
    const elsewhere = await world.call('POST', '/runs', { line: 'try:it' });
    expect(elsewhere.body).toMatchObject({ relay: 'ams-1' });
    await ams.finish(await ams.order());
    expect(fra.orders).toEqual([]);
    expect((await world.call('GET', '/relays/fra-1')).body.unfinished).toBe(0);
  });

  it('is waited for by the drain where the order was there first', async () => {
    // The same message is being recorded elsewhere, which comes to nothing: so this record waits with all that it holds.
    const id = newId();
    const elsewhere = world.dataSource.createQueryRunner();
    await elsewhere.startTransaction();
    await elsewhere.query(
      `insert into runs (id, message_key, line, status, adapter, room, sender, in_reply_to, accepted_at)
       values ($1, $2, 'try:it', 'accepted', 'terminal', 'terminal', 'admin', $3, now())`,
      [newId(), messageKey({ adapter: 'terminal', id }), id],
    );
    await world.say('try:it --on dc=fra', { id });
    await waits(recording);
    const draining = world.call('POST', '/relays/fra-1/drain', {});
    await waits(drains);
    await elsewhere.rollbackTransaction();
    await elsewhere.release();
    const { body } = await draining;
    expect(body).toMatchObject({ unfinished: 1 });
    expect(body.drain).not.toHaveProperty('emptySince');
    await fra.finish(await fra.order());
  });

  it('is decided again for a later stage, too', async () => {
    const before = fra.orders.length;
    const id = await world.say('two:list --on dc=ams | two:each $n --on dc=fra');
    const first = await until(() => ams.orders.find(({ command }) => command === 'list'));
    const reply = await whileDraining(holds, async () => {
      await ams.finish(first, { chunks: [{ seq: 0, stream: 'stdout', text: '{"n":1}\n' }], outputBytes: 8 });
      return until(() => world.replies.find((one) => one.inReplyTo === id && one.mark === 'failed'));
    });
    expect(reply.text).toContain('fra-1 has it and is draining since');
    expect(fra.orders.length).toBe(before);
  });
});

import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Commands } from '../commands/commands.service.js';
import { messageOf } from './firing.js';
import { Schedules } from './schedules.service.js';
import { schedulesWorld, until, type SchedulesWorld } from './schedules-world.fixture.js';

const hour = 3_600_000;
/** Never while these tests run: they say themselves what time it is. */
const yearly = `'0 9 1 6 * Europe/Berlin'`;

whenPostgres('a schedule', (server) => {
  let world: SchedulesWorld;
  let token: string;
  beforeAll(async () => {
    world = await schedulesWorld(server);
    token = await world.person('ann', 'chasqui:own-schedules', 'try:more');
  });
  afterAll(async () => world[Symbol.asyncDispose]());

  const create = (name: string, line: string, more = '') =>
    world.answerTo(`schedule create ${yearly} '${line}' --name ${name} ${more}`, 'ann', 'ops');

  describe('that is due', () => {
    it('fires once, however many instances look, and answers where it was made', async () => {
      expect(await create('once', 'try:it now')).toContain('once runs as you: try:it now\nnext ');
      const dueAt = await world.nextOf('once');
      const before = world.relay.orders.length;
      await world.fire(dueAt - 1);
      expect(await world.runsOf('once')).toEqual([]);
      for (let at = 0; at < 5; at++) await world.fire(dueAt + at);

      const [run, ...more] = await world.runsOf('once');
      expect(more).toEqual([]);
      expect(run).toMatchObject({ line: 'try:it now', username: 'ann', room: 'ops', thread: null });
      expect(run!.schedule).toEqual(expect.objectContaining({ name: 'once', of: 'ann', dueAt }));
      const order = await until(() => world.relay.orders[before]);
      expect(order.runId).toBe(run!.id);
      await world.take(order, 'it is done\n');
      const reply = await until(() =>
        world.replies.find(({ runId, mark }) => runId === run!.id && mark === 'succeeded'),
      );
      expect(reply.room).toBe('ops');
      expect(reply.text).toMatch(
        /^schedule once of ann, due \w{3} \d{4}-06-01 09:00 Europe\/Berlin\nit is done$/,
      );
      expect(await world.nextOf('once')).toBeGreaterThan(dueAt + 300 * 24 * hour);
      expect(world.relay.orders).toHaveLength(before + 1);
    });

    it('stands in the log as what it is', async () => {
      const [run] = await world.runsOf('once');
      const [entry] = await world.dataSource.query(
        `select content from audit_entries where kind = 'command' and about = $1 and step = 0`,
        [run!.id],
      );
      expect(entry.content).toMatchObject({
        origin: 'schedule',
        method: 'schedule',
        schedule: { name: 'once' },
        user: { username: 'ann' },
      });
      const told = await world.call('GET', `/runs/${run!.id}`);
      expect(told.body.schedule).toMatchObject({ name: 'once' });
    });

    it('is one run also where whoever fired it died before saying so', async () => {
      await create('crash', 'try:it');
      const dueAt = await world.nextOf('crash');
      const [claimed] = await world.instances[0]!.get(Schedules).claim(dueAt);
      const runId = '01990000-0000-7000-8000-000000000001';
      const schedule = {
        run: { id: claimed!.id, name: 'crash', of: 'ann', dueAt, zone: 'UTC' },
        as: claimed!.owner.id,
      };
      await world.instances[0]!.get(Commands).accept(messageOf(claimed!, dueAt, dueAt), runId, { schedule });

      await world.fire(dueAt + 10_000);
      expect(await world.nextOf('crash')).toBe(dueAt);
      await world.fire(dueAt + 31_000);
      expect(await world.runsOf('crash')).toMatchObject([{ id: runId }]);
      expect(await world.nextOf('crash')).toBeGreaterThan(dueAt);
    });

    it('is taken up by another where whoever was at it died before it fired', async () => {
      await create('orphan', 'try:it');
      const dueAt = await world.nextOf('orphan');
      await world.instances[0]!.get(Schedules).claim(dueAt);
      await world.fire(dueAt + 10_000);
      expect(await world.runsOf('orphan')).toEqual([]);
      await world.fire(dueAt + 31_000);
      expect(await world.runsOf('orphan')).toHaveLength(1);
    });

    it('does not count as missed where it was fired, and nobody lived to say so', async () => {
      await create('late', 'try:it');
      const dueAt = await world.nextOf('late');
      await world.fire(dueAt);
      await world.dataSource.query(
        `update schedules set next_at = to_timestamp($1 / 1000.0), attempts = 1 where name = 'late'`,
        [dueAt],
      );
      await world.fire(dueAt + hour);
      expect(await world.runsOf('late')).toHaveLength(1);
      expect(await world.row('late')).toMatchObject({ missed_count: 0 });
    });
  });

  describe('that was missed', () => {
    it('is left out where it says nothing else, and that is counted', async () => {
      await create('skipped', 'try:it');
      const dueAt = await world.nextOf('skipped');
      await world.fire(dueAt + hour);
      expect(await world.runsOf('skipped')).toEqual([]);
      expect(await world.row('skipped')).toMatchObject({ missed_count: 1 });
      expect(await world.nextOf('skipped')).toBeGreaterThan(dueAt);
      expect(await world.answerTo('schedule show skipped', 'ann')).toContain('skip; 1 left out');
    });

    it('runs once where it says so, and tells that it is late', async () => {
      await create('made-up', 'try:it', '--missed once');
      const dueAt = await world.nextOf('made-up');
      await world.fire(dueAt + 800 * 24 * hour);
      const [run, ...more] = await world.runsOf('made-up');
      expect(more).toEqual([]);
      expect(run!.schedule).toMatchObject({ dueAt, late: true });
      const order = await until(() => world.relay.orders.find(({ runId }) => runId === run!.id));
      await world.take(order, 'x');
      const reply = await until(() =>
        world.replies.find(({ runId, mark }) => runId === run!.id && mark === 'succeeded'),
      );
      expect(reply.text).toContain(', late\n');
    });
  });

  describe('runs as whoever made it', () => {
    it('with the rights they have when it fires', async () => {
      await create('rights', 'try:more');
      const first = await world.nextOf('rights');
      await world.fire(first);
      expect(await world.runsOf('rights')).toMatchObject([{ status: 'accepted' }]);

      await world.call('DELETE', '/roles/ann/permissions/try:more');
      await world.fire(await world.nextOf('rights'));
      expect((await world.runsOf('rights'))[1]).toMatchObject({ status: 'refused', code: 'not-allowed' });

      await world.call('DELETE', '/roles/ann/permissions/chasqui:own-schedules');
      await world.fire(await world.nextOf('rights'));
      expect((await world.runsOf('rights'))[2]).toMatchObject({ status: 'refused', code: 'not-permitted' });
      for (const permission of ['try:more', 'chasqui:own-schedules'])
        await world.call('PUT', `/roles/ann/permissions/${permission}`);
    });

    it('and with no more than the token that made it', async () => {
      const scoped = (
        await world.call(
          'POST',
          '/users/ann/tokens',
          { name: 'narrow', scopes: ['chasqui:own-schedules'] },
          token,
        )
      ).body.token;
      const body = { when: '0 9 1 6 *', line: 'try:more', name: 'narrow' };
      const made = await world.call('POST', '/schedules', body, scoped);
      expect(made.body).toMatchObject({
        schedule: { scopes: ['chasqui:own-schedules'], adapter: 'http' },
        warning: expect.stringContaining('try:more'),
      });
      await world.fire(await world.nextOf('narrow'));
      expect(await world.runsOf('narrow')).toMatchObject([
        { status: 'refused', code: 'not-allowed', scopes: ['chasqui:own-schedules'] },
      ]);
      // What was made without such a token is more than this one can set going.
      for (const verb of ['run', 'resume']) {
        const refused = await world.call('POST', `/schedules/rights/${verb}`, undefined, scoped);
        expect(refused).toMatchObject({ status: 403, body: { error: { code: 'scoped-token' } } });
      }
    });

    it('and are not stopped by a token that is for something else', async () => {
      const body = { name: 'elsewhere', scopes: ['try:more'] };
      const elsewhere = (await world.call('POST', '/users/ann/tokens', body, token)).body.token;
      for (const [method, at] of [
        ['POST', '/schedules/rights/pause'] as const,
        ['DELETE', '/schedules/rights'] as const,
      ])
        expect(await world.call(method, at, undefined, elsewhere)).toMatchObject({
          status: 403,
          body: { error: { code: 'scoped-token' } },
        });
    });

    it('and no more once they are deactivated: it says so once, and rests', async () => {
      await world.person('eve', 'chasqui:own-schedules');
      await world.answerTo(`schedule create ${yearly} try:it --name gone`, 'eve', 'ops');
      const dueAt = await world.nextOf('gone');
      await world.call('PATCH', '/users/eve', { active: false });
      const before = world.relay.orders.length;
      await world.fire(dueAt);
      await world.fire(dueAt + 400 * 24 * hour);
      const [run, ...more] = await world.runsOf('gone');
      expect(more).toEqual([]);
      expect(run).toMatchObject({ status: 'refused', code: 'inactive-person' });
      await until(() => world.replies.find(({ runId, room }) => runId === run!.id && room === 'ops'));
      expect(world.relay.orders).toHaveLength(before);
      expect(await world.row('gone')).toMatchObject({ paused_code: 'inactive-person' });
      expect(await world.answerTo('schedule show eve/gone')).toContain(
        'paused: whoever made it is deactivated',
      );
    });
  });

  it('fires by hand as well, once, and keeps its timetable', async () => {
    await create('by-hand', 'try:it');
    const dueAt = await world.nextOf('by-hand');
    const answer = await world.answerTo('schedule run by-hand', 'ann');
    const id = /its run is (\S+)/.exec(answer)![1];
    await world.fire(Date.now());
    await until(async () => (await world.runsOf('by-hand')).length > 0);
    await world.fire(Date.now());
    expect(await world.runsOf('by-hand')).toMatchObject([{ id, schedule: { byHand: true } }]);
    expect(await world.nextOf('by-hand')).toBe(dueAt);
  });

  it('makes no schedules', async () => {
    await world.answerTo(`alias set breed 'schedule create "0 9 1 6 *" "try:it" --name child'`, 'ann');
    expect(await create('parent', 'breed')).toContain('schedule is not for a schedule');
    await world.answerTo(`alias set breed 'try:it'`, 'ann');
    await create('parent', 'breed');
    await world.answerTo(`alias set breed 'schedule create "0 9 1 6 *" "try:it" --name child'`, 'ann');
    await world.fire(await world.nextOf('parent'));
    expect(await world.runsOf('parent')).toMatchObject([{ status: 'refused', code: 'bad-schedule' }]);
    expect(await world.row('child')).toBeUndefined();
  });
});

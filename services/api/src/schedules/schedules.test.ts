import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schedulesWorld, type SchedulesWorld } from './schedules-world.fixture.js';

const secretBundle = `
chasqui_bundle_version: 1
name: vault
version: 1.0.0
description: Takes a secret
commands:
  open:
    description: Opens
    executable: [/bin/echo]
    rules: [allow]
    options: { key: { type: string, secret: true } }
`;

whenPostgres('schedules', (server) => {
  let world: SchedulesWorld;
  let ann: string;
  let bob: string;
  beforeAll(async () => {
    world = await schedulesWorld(server);
    ann = await world.person('ann', 'chasqui:own-schedules');
    bob = await world.person('bob');
    await world.person('op', 'chasqui:manage-schedules', 'chasqui:own-schedules');
    await world.call('POST', '/bundles', { source: secretBundle, enable: true });
  });
  afterAll(async () => world[Symbol.asyncDispose]());

  const create = (written: string, sender = 'ann') => world.answerTo(`schedule create ${written}`, sender);

  describe('are looked at when they are made', () => {
    it.each([
      [`'0 25 * * *' 'try:it'`, '"25" is no hour: hours are 0 to 23'],
      [`'0 9 * * mon-fri Europe/Berln' 'try:it'`, 'did you mean Europe/Berlin?'],
      [`'0 0 31 2 *' 'try:it'`, 'never comes'],
      [`'@daily' 'try:itt'`, 'did you mean try:it?'],
      [`'@daily' 'try:it "'`, 'try:it "\n       ^'],
      [`'@daily' 'try:it --on =fra'`, '=fra'],
      [`'@daily' 'try:it > #nowhere'`, 'nowhere'],
      [`'@daily' '!!'`, 'write the line out'],
      [`'@daily' 'register'`, 'register is not for a schedule'],
      [`'@daily' 'schedule list'`, 'schedule is not for a schedule'],
      [`'@daily' 'try:it' --name 'Big Name'`, 'cannot be the name'],
      [`'@daily' 'try:it' --missed twice`, '--missed is skip or once'],
      [`'@daily' try:it now`, 'usage: schedule create'],
      [`'@daily'`, 'usage: schedule create'],
    ])('%s is refused', async (written, why) => {
      expect(await create(written)).toContain(why);
      expect((await world.call('GET', '/schedules', undefined, ann)).body.schedules).toEqual([]);
    });

    it('and taken with a warning where the line would be refused as things are', async () => {
      const answer = await create(`'0 9 1 6 * Europe/Berlin' '!try:more' --name warned`);
      expect(answer).toMatch(/^warned runs as you: try:more\nnext \w{3} \d{4}-06-01 09:00 Europe\/Berlin; /);
      expect(answer).toContain('it would not run as things are: you need try:more');
      expect(await world.answerTo('schedule remove warned', 'ann')).toContain('warned is gone');
    });

    it('and keep no secrets, nor does the run that wanted to', async () => {
      for (const line of [`'vault:open --key s3cret'`, `vault:open --key s3cret`])
        expect(await create(`'@daily' ${line}`)).toMatch(/secret in it|usage/);
      const kept = await world.dataSource.query(`select line from runs where line like '%s3cret%'`);
      expect(kept).toEqual([]);
    });
  });

  describe('belong to whoever made them', () => {
    it('and are made by who may', async () => {
      expect(await create(`'@daily' 'try:it'`, 'bob')).toContain('you need chasqui:own-schedules');
      const body = { when: '@daily', line: 'try:it' };
      expect((await world.call('POST', '/schedules', body, bob)).status).toBe(403);
    });

    it('are seen, paused and removed by others who may, and run by nobody else', async () => {
      await create(`'0 9 1 6 *' 'try:it' --name hers`);
      for (const verb of ['show', 'pause', 'run', 'remove'])
        expect(await world.answerTo(`schedule ${verb} ann/hers`, 'bob')).toContain('no schedule ann/hers');
      expect(await world.answerTo('schedule list all', 'bob')).toContain('chasqui:manage-schedules');
      expect(await world.answerTo('schedule list all', 'op')).toContain('ann/hers');
      expect(await world.answerTo('schedule run ann/hers', 'op')).toContain('only ann can run hers');
      expect(await world.answerTo('schedule pause ann/hers', 'op')).toContain(
        'ann/hers is paused; schedule resume ann/hers lets it go on',
      );
      expect(await world.answerTo('schedule list', 'ann')).toContain('paused by op');
      await world.fire(Date.parse('2999-06-01T09:00Z'));
      expect(await world.runsOf('hers')).toEqual([]);
      expect(await world.answerTo('schedule resume ann/hers', 'op')).toContain('hers goes on: next');
      await world.answerTo('schedule pause hers', 'ann');
      expect(await world.answerTo('schedule resume ann/hers', 'op')).toContain('only ann can resume hers');
      expect(await world.answerTo('schedule remove ann/hers', 'op')).toContain('hers is gone');
      expect(await world.answerTo('schedule show hers', 'ann')).toContain('no schedule hers');
    });

    it('and what was done to them stands in the log', async () => {
      const actions = await world.dataSource.query<{ action: string; name: string }[]>(
        `select content ->> 'action' as action, content -> 'resource' ->> 'name' as name from audit_entries
         where kind = 'action' and step = 1 and content ->> 'action' like 'schedules.%' and content -> 'resource' ->> 'name' = 'ann/hers' order by at`,
      );
      expect(actions.map(({ action }) => action)).toEqual([
        'schedules.create',
        'schedules.run',
        'schedules.pause',
        'schedules.resume',
        'schedules.pause',
        'schedules.resume',
        'schedules.remove',
      ]);
    });
  });

  describe('over REST', () => {
    it('are made, shown, paused, resumed, run and removed', async () => {
      const body = { when: '0 9 1 6 * Asia/Kolkata', line: '!try:it', missed: 'once' };
      const made = await world.call('POST', '/schedules', body, ann);
      expect(made).toMatchObject({
        status: 201,
        body: { schedule: { name: 'try-it', line: 'try:it', state: 'on' } },
      });
      expect(made.body.schedule.next[0]).toMatch(/-06-01T03:30:00.000Z$/);
      expect((await world.call('POST', '/schedules', { ...body, name: 'try-it' }, ann)).status).toBe(409);
      const at = '/schedules/try-it';
      expect((await world.call('POST', `${at}/pause`, undefined, ann)).body).toMatchObject({
        pausedBy: 'ann',
        next: [],
      });
      expect((await world.call('POST', `${at}/resume`, undefined, ann)).body.next).toHaveLength(3);
      expect((await world.call('GET', `${at}?user=ann`)).body).toMatchObject({
        owner: 'ann',
        adapter: 'http',
      });
      expect((await world.call('GET', at)).status).toBe(404);
      expect((await world.call('POST', `${at}/run?user=ann`)).status).toBe(403);
      const { runId } = (await world.call('POST', `${at}/run`, undefined, ann)).body;
      await world.fire(Date.now());
      expect(await world.runsOf('try-it')).toMatchObject([{ id: runId, username: 'ann' }]);
      expect((await world.call('DELETE', at, undefined, ann)).status).toBe(204);
      expect((await world.call('GET', at, undefined, ann)).status).toBe(404);
    });

    it('answer in a room that is named, if Chasqui knows it and whoever asks is known there', async () => {
      await world.dataSource.query(
        `insert into rooms (adapter, workspace, id, name) values ('terminal', '', 'r-ops', 'ops'), ('slack', 'T1', 'C1', 'ops')`,
      );
      const body = { when: '0 9 1 6 *', line: 'try:it', name: 'there' };
      const into = (answerIn: object) => world.call('POST', '/schedules', { ...body, answerIn }, ann);
      expect((await into({ adapter: 'slack', workspace: 'T1', room: '#ops' })).status).toBe(422);
      expect((await into({ adapter: 'terminal', room: '#nowhere' })).status).toBe(422);
      const made = await into({ adapter: 'terminal', room: '#ops' });
      expect(made.body.schedule).toMatchObject({ adapter: 'terminal', room: 'ops' });
      await world.fire(await world.nextOf('there'));
      expect(await world.runsOf('there')).toMatchObject([{ room: 'r-ops' }]);
    });
  });

  it('are so many and no more', async () => {
    await world.dataSource.query(
      `insert into schedules (id, owner, name, cron, zone, line, missed, place)
       select gen_random_uuid(), u.id, 'many-' || n, '0 9 1 6 *', 'UTC', 'try:it', 'skip', '{}'
       from users u, generate_series(1, 50) n where u.username = 'op'`,
    );
    expect(await create(`'@daily' 'try:it'`, 'op')).toContain('you have 50 schedules');
  });

  it('go with whoever made them', async () => {
    await world.person('leaver', 'chasqui:own-schedules');
    await create(`'0 9 1 6 *' 'try:it' --name left`, 'leaver');
    await world.call('DELETE', '/users/leaver');
    expect(await world.row('left')).toBeUndefined();
  });
});

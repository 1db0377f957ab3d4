import { expect, it } from 'vitest';
import { chasqui } from '../../test/chasqui.js';
import { pretendServer } from '../../test/pretend-server.js';

const schedule = {
  id: '01990000-0000-7000-8000-000000000001',
  name: 'nightly',
  owner: 'ann',
  when: '0 9 * * mon-fri Europe/Berlin',
  zone: 'Europe/Berlin',
  line: 'ops:report',
  missed: 'skip',
  adapter: 'slack',
  room: 'ops',
  state: 'on',
  next: ['2026-11-23T08:00:00.000Z', '2026-11-24T08:00:00.000Z'],
  missedCount: 0,
  createdAt: '2026-11-20T08:00:00.000Z',
};
const paused = { ...schedule, state: 'paused by ann', next: [] };

it.each([
  [[], {}],
  [['--name', 'nightly', '--missed', 'once'], { name: 'nightly', missed: 'once' }],
  [['--room', '#ops'], { answerIn: { adapter: 'slack', room: '#ops' } }],
  [
    ['--room', '#ops', '--adapter', 'chat', '--workspace', 'T1'],
    { answerIn: { adapter: 'chat', room: '#ops', workspace: 'T1' } },
  ],
])('creates with %j', async (more, body) => {
  const { url, asked } = await pretendServer({
    'POST /schedules': [201, { schedule, warning: 'you need x' }],
  });
  const { stdout } = await chasqui([
    'schedule',
    'create',
    schedule.when,
    '!ops:report',
    ...more,
    '--url',
    url,
  ]);
  expect(asked[0]!.body).toEqual({ when: schedule.when, line: 'ops:report', missed: 'skip', ...body });
  expect(stdout).toBe(
    'nightly runs as you: ops:report\nnext 2026-11-23 08:00 UTC, 2026-11-24 08:00 UTC\nit would not run as things are: you need x\n',
  );
});

it('lists yours, and those of others with whose they are', async () => {
  const { url, asked } = await pretendServer({
    'GET /schedules': [200, { schedules: [schedule] }],
    'GET /schedules?user=all': [200, { schedules: [paused] }],
  });
  const own = await chasqui(['schedule', 'list', '--url', url]);
  expect(own.stdout).toMatch(
    /^NAME +WHEN +LINE +STATE +NEXT +LAST\nnightly +0 9 .* Europe\/Berlin +ops:report +on +2026-11-23 08:00 UTC +-\n$/,
  );
  const all = await chasqui(['schedule', 'list', '--user', 'all', '--url', url]);
  expect(all.stdout).toMatch(/\nann\/nightly +.* paused by ann +-/);
  expect(asked).toHaveLength(2);
});

it.each([
  ['pause', 'POST /schedules/nightly/pause', paused, 'nightly: paused by ann\nnothing until it is resumed\n'],
  ['resume', 'POST /schedules/nightly/resume', schedule, /^nightly: on\nnext 2026-11-23 08:00 UTC/],
  ['show', 'GET /schedules/nightly', schedule, /when: +0 9 .* Europe\/Berlin\n[^]*answers in: slack, ops\n/],
  ['run', 'POST /schedules/nightly/run', { runId: 'r-1' }, /"chasqui runs show r-1"/],
  ['remove', 'DELETE /schedules/nightly', undefined, 'the schedule nightly is gone\n'],
])('%ss one of yours', async (verb, what, answer, said) => {
  const { url, asked } = await pretendServer({ [what]: answer ? [200, answer] : [204] });
  const { stdout } = await chasqui(['schedule', verb, 'nightly', '--url', url]);
  expect(asked[0]!.what).toBe(what);
  expect(stdout).toMatch(said);
});

it('names one of somebody else by its owner', async () => {
  const { url, asked } = await pretendServer({ 'DELETE /schedules/nightly?user=ann': [204] });
  await chasqui(['schedule', 'remove', 'ann/nightly', '--url', url]);
  expect(asked[0]!.what).toBe('DELETE /schedules/nightly?user=ann');
  expect(await chasqui(['schedule', 'remove', 'a/b/c', '--url', url])).toMatchObject({ exitCode: 1 });
});

import type { Explanation } from '@chasqui/contracts';
import { expect, it } from 'vitest';
import { chasqui } from '../../test/chasqui.js';
import { pretendServer } from '../../test/pretend-server.js';

const allowed: Explanation = {
  line: 'try:it',
  who: { username: 'ann', groups: ['dev'], permissions: [] },
  where: { adapter: 'http', room: 'http', direct: true, origin: 'api', at: Date.UTC(2026, 10, 22, 12) },
  outcome: 'allowed',
  stages: [{ kind: 'filter', name: 'count' }],
  targets: ['#ops'],
};
const refused: Explanation = {
  ...allowed,
  outcome: 'refused',
  refusal: { code: 'bad-syntax', message: 'that line cannot be read', place: 'x |\n   ^' },
  stages: [],
};

it('asks for a person, a place and a time, and says the answer', async () => {
  const { url, asked } = await pretendServer({ 'POST /simulate': [200, allowed] });
  const where = ['--adapter', 'slack', '--room', '#ops', '--direct', '--at', '2026-11-22T13:00:00+01:00'];
  const { exitCode, stdout } = await chasqui(['why', '!try:it', '--user', 'ann', ...where], {
    env: { CHASQUI_URL: url },
  });
  expect(exitCode).toBe(0);
  expect(stdout).toBe(`allowed: it would be answered without a relay
line       try:it
who        ann, in dev
where      over HTTP, from the API, 2026-11-22 12:00 UTC
command    count, a filter
result to  #ops
`);
  expect(asked[0]!.body).toEqual({
    line: 'try:it',
    user: 'ann',
    adapter: 'slack',
    room: '#ops',
    direct: true,
    at: '2026-11-22T13:00:00+01:00',
  });
});

it('asks for somebody imagined', async () => {
  const { url, asked } = await pretendServer({ 'POST /simulate': [200, allowed] });
  const who = ['--permission', 'a:b', '--permission', 'c:d', '--group', 'ops'];
  await chasqui(['why', '!!', ...who], { env: { CHASQUI_URL: url } });
  expect(asked[0]!.body).toEqual({ line: '!!', as: { groups: ['ops'], permissions: ['a:b', 'c:d'] } });
});

it('ends with 1 where the line is refused, and shows the place', async () => {
  const { url } = await pretendServer({ 'POST /simulate': [200, refused] });
  const { exitCode, stdout } = await chasqui(['why', 'x |'], { env: { CHASQUI_URL: url } });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^refused: that line cannot be read\nx \|\n {3}\^\nline /);
});

it('gives all of it as JSON', async () => {
  const { url } = await pretendServer({ 'POST /simulate': [200, refused] });
  const { stdout } = await chasqui(['why', 'x |', '--json'], { env: { CHASQUI_URL: url } });
  expect(JSON.parse(stdout)).toEqual(refused);
});

it.each([
  [['why', 'a:b', 'c'], "quote the line, so that it is one word: chasqui why 'a:b c'"],
  [['why', 'a:b', '--user', 'ann', '--permission', 'a:b'], 'say one'],
])('refuses %j', async (words, sentence) => {
  const { exitCode, stderr } = await chasqui(words);
  expect(exitCode).toBe(64);
  expect(stderr).toContain(sentence);
});

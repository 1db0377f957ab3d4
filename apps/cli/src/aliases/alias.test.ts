import { expect, it } from 'vitest';
import { chasqui } from '../../test/chasqui.js';
import { pretendServer } from '../../test/pretend-server.js';

const setAt = '2026-01-01T00:00:00.000Z';
const own = { name: 'up', line: `ops:status  "a b"`, site: false, setAt, setBy: 'ann' };
const site = { name: 'up', line: 'ops:up', site: true, setAt, setBy: 'root' };

it('lists yours, then those of the site', async () => {
  const { url } = await pretendServer({ 'GET /aliases': [200, { aliases: [own, site] }] });
  expect((await chasqui(['alias', 'list', '--url', url])).stdout).toMatch(
    /^NAME  LINE +OF +SET +BY\nup +ops:status "a b" +you +\d+d ago +ann\nup +ops:up +site .* root\n$/,
  );
  const { stdout } = await chasqui(['alias', 'list', '--site', '--json', '--url', url]);
  expect(JSON.parse(stdout)).toEqual({ aliases: [site] });
});

it('shows the line as it was set, yours before the site’s', async () => {
  const { url } = await pretendServer({ 'GET /aliases': [200, { aliases: [own, site] }] });
  expect((await chasqui(['alias', 'show', 'up', '--url', url])).stdout).toBe(`ops:status  "a b"\n`);
  expect((await chasqui(['alias', 'show', 'up', '--site', '--url', url])).stdout).toBe('ops:up\n');
  expect(await chasqui(['alias', 'show', 'down', '--url', url])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('there is no alias down'),
  });
});

it.each([
  [[], { line: 'ops:status | count' }],
  [['--site'], { line: 'ops:status | count', site: true }],
])('sets with %j', async (more, body) => {
  const { url, asked } = await pretendServer({ 'PUT /aliases/up': [200, { ...own, ...body }] });
  const { stdout } = await chasqui(['alias', 'set', 'up', '!ops:status | count', ...more, '--url', url]);
  expect(asked).toMatchObject([{ what: 'PUT /aliases/up', body }]);
  expect(stdout).toBe('up now stands for: ops:status | count\n');
});

it.each([
  [[], 'DELETE /aliases/up'],
  [['--site'], 'DELETE /aliases/up?site=true'],
])('removes with %j', async (more, what) => {
  const { url, asked } = await pretendServer({ [what]: [204] });
  const { stdout } = await chasqui(['alias', 'remove', 'up', ...more, '--url', url]);
  expect([asked[0]!.what, stdout]).toEqual([what, 'the alias up is gone\n']);
});

it('says what the server says against it', async () => {
  const message = 'where is a filter already, and an alias does not take its place. choose another name';
  const { url } = await pretendServer({
    'PUT /aliases/where': [409, { error: { code: 'alias-taken', message } }],
  });
  const { exitCode, stderr } = await chasqui(['alias', 'set', 'where', 'ops:status', '--url', url]);
  expect([exitCode, stderr]).toEqual([1, `chasqui: ${message}\n`]);
});

import { verifyExport } from '@chasqui/audit';
import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { adminToken, apiWorld, until, type ApiWorld } from '../api-world.fixture.js';

whenPostgres('an export of the audit log', (serverUrl) => {
  let world: ApiWorld;
  beforeAll(async () => {
    world = await apiWorld(serverUrl);
    await world.call('POST', '/users', { username: 'ann', email: 'ann@example.org' });
    await said('=1+1');
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const said = async (line: string) => {
    const id = await world.say(line);
    return until(() => world.replies.find((reply) => reply.inReplyTo === id));
  };
  const get = (query: string) =>
    fetch(`${world.api.url}/audit/export?${query}`, { headers: { authorization: `Bearer ${adminToken}` } });
  const text = async (query: string) => (await get(query)).text();

  it('verifies, with the public key that REST tells and a checkpoint of before', async () => {
    const { checkpoint, key } = (await world.call('GET', '/audit/checkpoint')).body;
    await said('whoami');
    const lines = (await text('')).split('\n');
    const later = (await world.call('GET', '/audit/checkpoint')).body.checkpoint;
    expect((await world.call('GET', '/audit/key')).body).toEqual(key);
    expect(
      await verifyExport(lines, { keys: [key.publicKey], ...(checkpoint && { checkpoint }) }),
    ).toMatchObject({
      kind: 'whole',
      unsealed: 0,
      before: 'nothing',
      to: later,
      pinned: true,
    });
  });

  it('of some time has the blocks of that time, and says that others are not there', async () => {
    const { n } = (await world.call('GET', '/audit/checkpoint')).body.checkpoint;
    const [{ at }] = await world.dataSource.query(`select at from audit_blocks where n = $1`, [n]);
    const lines = (await text(`since=${new Date(at).toISOString()}`)).split('\n');
    expect(await verifyExport(lines)).toMatchObject({
      kind: 'whole',
      from: { n },
      before: n === 1 ? 'nothing' : 'not-here',
    });
  });

  it('as CSV is no formula', async () => {
    const rows = (await text('of=commands&format=csv')).split('\r\n');
    expect(rows[0]).toMatch(/^run,acceptedAt,finishedAt,userId,username,email,line,/);
    expect(rows.filter((row) => row.includes(`,'=1+1,`))).toHaveLength(1);
    const answer = await get('of=actions&format=csv');
    expect(answer.headers.get('content-type')).toContain('text/csv');
    await answer.text();
    expect((await world.call('GET', '/audit/export?format=csv')).status).toBe(422);
  });

  it('has the rows that are asked for, and all of them', async () => {
    for (let n = 0; n < 3; n++) await world.call('POST', '/groups', { name: `g${n}` });
    const rows = (await text('of=actions&kind=group'))
      .trim()
      .split('\n')
      .map((row) => JSON.parse(row));
    expect(rows.map(({ resource }) => resource.name)).toEqual(['g2', 'g1', 'g0']);
    expect(await text('of=commands&user=nobody')).toBe('');
  });

  it('says what of it a chat may see', async () => {
    expect((await said('logs')).text).toMatch(/^at +user +channel +relay +status +line\n/);
    expect((await said('logs 1 status=refused | pluck line')).text).toBe('line  =1+1');
    for (const line of ['logs nothing', 'logs 0', 'logs size=3', 'logs since=never'])
      expect((await said(line)).text).toContain('usage: logs [COUNT]');
    const id = await world.say('logs user=all', { sender: 'ann' });
    const reply = await until(() => world.replies.find(({ inReplyTo }) => inReplyTo === id));
    expect(reply.text).toContain('chasqui:read-audit');
  });

  it('is not that of somebody who had the name before', async () => {
    const told = async (line: string) => {
      const id = await world.say(line, { sender: 'eve' });
      return (await until(() => world.replies.find(({ inReplyTo }) => inReplyTo === id))).text;
    };
    const make = () => world.call('POST', '/users', { username: 'eve', email: 'eve@example.org' });
    await make();
    await told('=first-eve');
    await world.call('DELETE', '/users/eve');
    await make();
    await told('=second-eve');
    const { token } = (await world.call('POST', '/users/eve/tokens', { name: 'laptop' })).body;
    for (const lines of [
      await told('logs'),
      (await world.call('GET', '/audit/commands', undefined, token)).text,
    ]) {
      expect(lines).toContain('second-eve');
      expect(lines).not.toContain('first-eve');
    }
  });

  it('is nobody’s for being called “all”', async () => {
    await world.call('POST', '/users', { username: 'all', email: 'all@example.org' });
    const told = async (line: string) => {
      const id = await world.say(line, { sender: 'all' });
      return (await until(() => world.replies.find(({ inReplyTo }) => inReplyTo === id))).text;
    };
    await told('whoami');
    expect(await told('logs')).toMatch(/ all .* whoami$/);
    expect(await told('logs')).not.toContain('admin');
    expect(await told('logs user=all')).toContain('chasqui:read-audit');
    expect(await told('logs user=all | count')).toContain('chasqui:read-audit');
  });
});

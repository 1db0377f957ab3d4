import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ordersOf, until, waitingWorld, type WaitingWorld } from './waiting-world.fixture.js';

whenPostgres('who holds and who waits', (serverUrl) => {
  let world: WaitingWorld;
  let first: string;
  let second: string;
  let builds: string[];
  beforeAll(async () => {
    world = await waitingWorld(serverUrl);
    const fra = await world.relay('fra-1', ['dc=fra']);
    await world.call('POST', '/users', { username: 'ann', email: 'ann@example.org' });
    first = await world.runOf('ops:deploy prod', 'ann');
    const order = await until(() => ordersOf(fra.orders, first)[0]);
    await fra.report(order, { kind: 'started' });
    await world.stands(first, 'running');
    second = await world.runOf('ops:rollback --wait 1h');
    builds = [];
    for (let at = 0; at < 3; at++) builds.push(await world.runOf('ops:build'));
    await until(async () =>
      (await world.executions(builds[2]!)).some(({ waits_for }) => waits_for === 'limit'),
    );
    await until(async () => (await world.run(second)).executions[0].waits?.position === 1);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const answer = async (line: string, sender = 'admin') => {
    const id = await world.say(line, { sender });
    return until(() => world.replies.find(({ inReplyTo, mark }) => inReplyTo === id && mark !== 'running'));
  };

  it('is told over REST to those who may see what others run', async () => {
    const { body } = await world.call('GET', '/locks');
    expect(body.locks).toEqual([
      {
        kind: 'limit',
        name: 'ops:build',
        most: 2,
        holders: [
          { runId: builds[0], username: 'admin', command: 'ops:build' },
          { runId: builds[1], username: 'admin', command: 'ops:build' },
        ],
        waiting: [
          {
            runId: builds[2],
            username: 'admin',
            command: 'ops:build',
            position: 1,
            until: expect.any(String),
          },
        ],
      },
      {
        kind: 'lock',
        name: 'ops:deploy-prod',
        holders: [{ runId: first, username: 'ann', command: 'ops:deploy', since: expect.any(String) }],
        waiting: [
          {
            runId: second,
            username: 'admin',
            command: 'ops:rollback',
            position: 1,
            until: expect.any(String),
          },
        ],
      },
    ]);
    const { body: token } = await world.call('POST', '/users/ann/tokens', { name: 'test' });
    expect((await world.call('GET', '/locks', undefined, token.token)).status).toBe(403);
  });

  it('is told in a chat, and can be filtered', async () => {
    const { text } = await answer('locks');
    expect(text).toContain('has it');
    expect(text).toContain('waits, 1 of 1');
    expect((await answer('locks | where who=ann | pluck name')).text).toContain('ops:deploy-prod');
    expect((await answer('locks', 'ann')).text).toBe(
      'you need chasqui:read-runs for that; an administrator can give it to one of your groups',
    );
  });

  it('is told of a run, with its position and its end', async () => {
    expect((await answer(`run show ${second}`)).text).toMatch(
      new RegExp(
        `waits for +the lock ops:deploy-prod, which ann has \\(run ${first}\\); it is next; given up at `,
      ),
    );
  });

  it('is told of a line before it is said', async () => {
    const ask = async (line: string) => (await world.call('POST', '/simulate', { line })).body;
    expect(await ask('ops:deploy test --wait 5m')).toMatchObject({
      outcome: 'allowed',
      stages: [{ relay: 'fra-1', waits: { lock: 'ops:deploy-test', lockMs: 300_000 } }],
    });
    expect(await ask('ops:build')).toMatchObject({
      stages: [{ waits: { concurrency: 2, lockMs: 600_000 } }],
    });
    const [nowhere] = (await ask('ops:patient --on dc=sin')).stages;
    expect(nowhere).toMatchObject({ relay: '', waits: { relayMs: 600_000 }, selector: 'dc=sin' });
    expect((await answer('why ops:patient --on dc=sin')).text).toContain(
      'allowed: it would wait for a relay, because none fits now',
    );
  });
});

import { expect, it } from 'vitest';
import { chasqui } from '../../test/chasqui.js';
import { pretendServer } from '../../test/pretend-server.js';

const env = { CHASQUI_TOKEN: 't' };

it('says who has which lock, and who waits for it in their order', async () => {
  const api = await pretendServer({
    'GET /locks': [
      200,
      {
        locks: [
          {
            kind: 'lock',
            name: 'ops:deploy-prod',
            holders: [{ runId: 'r1', username: 'ann', command: 'ops:deploy' }],
            waiting: [
              { runId: 'r2', username: 'bob', command: 'ops:rollback', position: 1 },
              { runId: 'r3', username: 'eve', command: 'ops:deploy', position: 2 },
            ],
          },
        ],
      },
    ],
  });
  const { stdout } = await chasqui(['locks', '--url', api.url], { env });
  expect(
    stdout.split('\n').map((line) =>
      line
        .trim()
        .split(/ {2,}/)
        .filter((cell) => cell !== '-'),
    ),
  ).toEqual([
    ['NAME', 'WHO', 'STATE', 'SINCE', 'UNTIL', 'COMMAND', 'RUN'],
    ['ops:deploy-prod', 'ann', 'has it', 'ops:deploy', 'r1'],
    ['ops:deploy-prod', 'bob', 'waits, 1 of 2', 'ops:rollback', 'r2'],
    ['ops:deploy-prod', 'eve', 'waits, 2 of 2', 'ops:deploy', 'r3'],
    [''],
  ]);
});

it('says it where there is none', async () => {
  const api = await pretendServer({ 'GET /locks': [200, { locks: [] }] });
  const answer = await chasqui(['locks', '--url', api.url], { env });
  expect(answer.stdout).toBe('nobody has a lock, and nobody waits for one\n');
});

it('runs show tells what a run waits for', async () => {
  const waits = {
    for: 'lock',
    key: 'ops:deploy-prod',
    position: 2,
    until: '2126-01-01T12:31:00.000Z',
    holders: [{ username: 'ann', runId: 'r9', command: 'ops:deploy' }],
  };
  const run = { id: 'r1', line: 'ops:deploy prod', status: 'accepted', adapter: 'http' };
  const executions = [{ id: 'e1', relay: 'fra-1', status: 'waiting', waits }];
  const api = await pretendServer({ 'GET /runs/r1': [200, { ...run, executions }] });
  const { stdout } = await chasqui(['runs', 'show', 'r1', '--url', api.url], { env });
  expect(stdout).toContain(
    'waits for the lock ops:deploy-prod, which ann has (run r9); 1 other before it; given up at 2126-01-01 12:31 UTC',
  );
});

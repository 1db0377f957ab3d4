import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, expect, it } from 'vitest';
import { engineAnswers, engineClient, enginePlatform } from './docker-engine.js';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

/** An engine that answers each path as it is told, 500 to all else. */
async function engine(answers: Readonly<Record<string, string>>): Promise<string> {
  const server = createServer((request, response) => {
    const answer = answers[request.url ?? ''];
    response.writeHead(answer === undefined ? 500 : 200).end(answer);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('says whether it answers, and what it runs', async () => {
  const version = JSON.stringify({ Version: '27.3.1', Os: 'linux', Arch: 'arm64' });
  const host = await engine({ '/_ping': 'OK', '/version': version });
  expect(await engineAnswers(host)).toBe(true);
  expect(await enginePlatform(host)).toBe('linux/arm64');
});

it('says why it does not', async () => {
  const host = await engine({});
  expect(await engineAnswers(host)).toEqual({ why: `no container engine answers at ${host}: status 500` });
  expect(await enginePlatform(host)).toBeUndefined();
  expect(await engineAnswers('unix:///nowhere/docker.sock')).toMatchObject({
    why: expect.stringContaining('ENOENT'),
  });
});

it('does not guess what it runs', async () => {
  expect(await enginePlatform(await engine({ '/version': '{}' }))).toBeUndefined();
});

it('has a client that is cheap to make a text of, as docker-modem does at each call with all that hangs on its agent', async () => {
  const { modem } = (await engineClient('unix:///nowhere.sock')) as unknown as { modem: { agent: object } };
  expect(inspect({ agent: modem.agent }, { showHidden: true, depth: null }).length).toBeLessThan(100);
});

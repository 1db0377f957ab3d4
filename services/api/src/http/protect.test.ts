import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { whenPostgres } from '@chasqui/testbed/when';
import { describe, expect, it } from 'vitest';
import { adminToken, apiWorld, until } from '../api-world.fixture.js';
import { httpAdapter } from './http-adapter.js';

interface Refused {
  readonly error: { readonly code: string };
}

whenPostgres('the API over HTTP', (serverUrl) => {
  it('sends headers that keep browsers from mischief, and no HSTS without TLS', async () => {
    await using world = await apiWorld(serverUrl);
    const { headers } = await fetch(`${world.api.url}/health/live`);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy':
        "default-src 'none';frame-ancestors 'none';base-uri 'none';form-action 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'referrer-policy': 'no-referrer',
    });
    expect(headers.get('strict-transport-security')).toBeNull();
  });

  it('takes no longer addresses, headers and bodies than it must, and says so', async () => {
    await using world = await apiWorld(serverUrl);
    const ask = async (
      path: string,
      init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {},
    ) => {
      const response = await fetch(`${world.api.url}${path}`, {
        ...init,
        headers: { authorization: `Bearer ${adminToken}`, ...init.headers },
      });
      return { status: response.status, code: ((await response.json()) as Refused).error.code };
    };
    expect(await ask(`/users?q=${'x'.repeat(9_000)}`)).toEqual({ status: 414, code: 'too-large' });
    expect(await ask('/users', { headers: { 'x-long': 'x'.repeat(20_000) } })).toEqual({
      status: 431,
      code: 'too-large',
    });
    const large = (bytes: number) => ({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ source: 'x'.repeat(bytes) }),
    });
    expect(await ask('/groups', large(140_000))).toEqual({ status: 413, code: 'too-large' });
    expect((await ask('/bundles', large(900_000))).status).toBe(422);
  });

  it('answers whoever asks too often with 429 and how long to wait, by user, address and bad tokens', async () => {
    const rates = {
      reads: { most: 5, withinMs: 60_000 },
      unknown: { most: 2, withinMs: 60_000 },
    };
    await using world = await apiWorld(serverUrl, { config: { rates } });
    const ask = (token: string) =>
      fetch(`${world.api.url}/me`, { headers: { authorization: `Bearer ${token}` } });
    for (let asked = 0; asked < 5; asked++) expect((await ask(adminToken)).status).not.toBe(429);
    const refused = await ask(adminToken);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(((await refused.json()) as Refused).error).toMatchObject({
      code: 'too-many-requests',
      message: expect.stringContaining('requests of admin; wait'),
    });
    expect([(await ask('wrong')).status, (await ask('wrong')).status]).toEqual([401, 401]);
    expect((await ask('wrong')).status).toBe(429);
  });

  it('documents 429 for every operation', async () => {
    await using world = await apiWorld(serverUrl);
    const { body } = await world.call('GET', '/openapi.json');
    const operations = Object.values(
      body.paths as Record<string, Record<string, { responses: object }>>,
    ).flatMap((path) => Object.values(path));
    expect(operations.filter(({ responses }) => !('429' in responses))).toEqual([]);
  });

  it('tells somebody who floods a chat once, and runs nothing of the flood', async () => {
    const rates = { lines: { most: 3, withinMs: 60_000 } };
    await using world = await apiWorld(serverUrl, { config: { rates } });
    for (let said = 0; said < 10; said++) await world.say('help');
    await world.say('help', { sender: 'somebody-else' });
    await until(() => world.replies.length >= 5);
    const runs = await world.dataSource.query('select count(*)::int as count from runs');
    expect(runs).toEqual([{ count: 4 }]);
    const texts = world.replies.map((reply) => JSON.stringify(reply));
    expect(texts.filter((text) => text.includes('you said more than 3 lines within 60 s'))).toHaveLength(1);
  });
});

describe('a client that sends slowly', () => {
  it('is cut off, and told why', async () => {
    const adapter = httpAdapter({ headWithinMs: 150, requestWithinMs: 300 });
    const fastify = adapter.getInstance();
    fastify.post('/', async () => 'done');
    await fastify.listen({ port: 0, host: '127.0.0.1' });
    try {
      const { port } = fastify.server.address() as AddressInfo;
      const drip = (begin: string) =>
        new Promise<string>((resolve) => {
          let heard = '';
          let drops: NodeJS.Timeout | undefined;
          const socket = connect(port, '127.0.0.1', () => {
            socket.write(begin);
            drops = setInterval(() => socket.write('x'), 20);
          });
          socket.on('data', (data) => (heard += String(data)));
          socket.on('error', () => undefined);
          socket.on('close', () => {
            clearInterval(drops);
            resolve(heard);
          });
        });
      const [head, body] = await Promise.all([
        drip('GET / HTTP/1.1\r\nhost: x\r\nx-long: '),
        drip(
          'POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n',
        ),
      ]);
      expect(head).toMatch(/^HTTP\/1.1 408 .*"code":"too-slow"/s);
      expect(body).toMatch(/^HTTP\/1.1 408 .*"code":"too-slow"/s);
    } finally {
      await fastify.close();
    }
  });
});

it('believes what a proxy says of the address of a client only from proxies it was told of', async () => {
  const ask = async (trustedProxies: string[]) => {
    const fastify = httpAdapter({ place: { trustedProxies } }).getInstance();
    fastify.get('/', async (request) => request.ip);
    const answer = await fastify.inject({
      url: '/',
      remoteAddress: '10.1.2.3',
      headers: { 'x-forwarded-for': '198.51.100.7' },
    });
    return answer.body;
  };
  expect(await ask([])).toBe('10.1.2.3');
  expect(await ask(['10.0.0.0/8'])).toBe('198.51.100.7');
  expect(await ask(['192.168.0.0/16'])).toBe('10.1.2.3');
});

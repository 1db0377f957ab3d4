import { describe, expect, it } from 'vitest';
import { readiness, serveHealth, type Checks } from '@chasqui/telemetry';

describe('the health port', () => {
  it('is alive and ready while every check holds', async () => {
    await using health = await open({ broker: async () => true, journal: async () => true });
    expect(await health.get('/health/live')).toEqual({ status: 200, body: { live: true } });
    expect(await health.get('/health/ready')).toEqual({
      status: 200,
      body: { ready: true, checks: { broker: 'ok', journal: 'ok' } },
    });
  });

  it('is alive but not ready when a check fails or throws, and names each', async () => {
    await using health = await open({
      broker: async () => 'no broker answers',
      journal: async () => Promise.reject(new Error('disk full')),
      driver: async () => true,
    });
    expect((await health.get('/health/live')).status).toBe(200);
    expect(await health.get('/health/ready')).toEqual({
      status: 503,
      body: { ready: false, checks: { broker: 'no broker answers', journal: 'disk full', driver: 'ok' } },
    });
  });

  it('serves the metrics text as it is given', async () => {
    await using health = await open({});
    const response = await fetch(`${health.address}/metrics`);
    expect([response.headers.get('content-type'), await response.text()]).toEqual([
      'text/plain',
      'up 1\n# EOF\n',
    ]);
  });

  it('names its paths to who asks for another', async () => {
    await using health = await open({});
    expect(await health.get('/')).toEqual({
      status: 404,
      body: { paths: ['/health/live', '/health/ready', '/metrics'] },
    });
  });
});

it('counts a check that does not answer in time as amiss', async () => {
  expect(await readiness({ database: () => new Promise(() => {}) }, 1)).toEqual({
    ready: false,
    checks: { database: 'no answer within 1 ms' },
  });
});

async function open(checks: Checks) {
  const metrics = async () => ({ contentType: 'text/plain', text: 'up 1\n# EOF\n' });
  const server = await serveHealth({ host: '127.0.0.1', port: 0, checks, metrics });
  const address = `http://127.0.0.1:${server.port}`;
  return {
    address,
    async get(path: string) {
      const response = await fetch(address + path);
      return { status: response.status, body: await response.json() };
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readiness, type Checks } from './readiness.js';
import type { MetricsText } from './start-telemetry.js';

// An ES import reads every name `node:http` has, WebSocket among them, and so loads Node's fetch: 12 MiB.
const { createServer } = process.getBuiltinModule('node:http');

export interface HealthSettings {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly checks: Checks;
  readonly metrics: () => Promise<MetricsText>;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * What an orchestrator asks a process that serves nothing else over HTTP: `/health/live` (200 while the event loop turns),
 * `/health/ready` (200, or 503, with each check by name) and `/metrics`. Throws if the port cannot be had.
 */
export async function serveHealth({ host, port, checks, metrics }: HealthSettings): Promise<HealthServer> {
  const routes: Record<string, (response: ServerResponse) => Promise<void>> = {
    '/health/live': async (response) => json(response, 200, { live: true }),
    '/health/ready': async (response) => {
      const state = await readiness(checks);
      json(response, state.ready ? 200 : 503, state);
    },
    '/metrics': async (response) => {
      const { contentType, text } = await metrics();
      response.writeHead(200, { 'content-type': contentType }).end(text);
    },
  };
  const server = createServer((request, response) => {
    const route = routes[request.url?.split('?')[0] ?? ''];
    if (!route || (request.method !== 'GET' && request.method !== 'HEAD'))
      return json(response, 404, { paths: Object.keys(routes) });
    route(response).catch((error: unknown) => json(response, 500, { error: String(error) }));
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}

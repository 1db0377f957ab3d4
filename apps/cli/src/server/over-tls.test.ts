import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../config.js';
import { apiClient } from './api-client.js';

const folder = mkdtempSync(join(tmpdir(), 'chq-cli-tls-'));
/** A certificate that vouches for itself, for localhost alone. */
const ca = join(folder, 'cert.pem');
const key = join(folder, 'key.pem');
let server: Server;
let port: number;

beforeAll(async () => {
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const files = ['-keyout', key, '-out', ca, '-days', '2'];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files, ...names], {
    stdio: 'pipe',
  });
  server = createServer({ cert: readFileSync(ca), key: readFileSync(key) }, (request, response) =>
    response.end(JSON.stringify({ sent: request.headers.authorization })),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

const ask = (url: string, options: object = {}, env: NodeJS.ProcessEnv = {}) =>
  apiClient(readConfig({ url, ...options }, { CHASQUI_TOKEN: 'told', ...env }, folder)).get('/me');

it('trusts the authority of --ca, and of CHASQUI_CA_FILE', async () => {
  const url = `https://localhost:${port}`;
  expect(await ask(url, { ca })).toEqual({ sent: 'Bearer told' });
  expect(await ask(url, {}, { CHASQUI_CA_FILE: ca })).toEqual({ sent: 'Bearer told' });
});

it('says why it does not trust a server, and what to do', async () => {
  await expect(ask(`https://localhost:${port}`)).rejects.toThrow(
    /is not trusted: no authority that is trusted here vouches for its certificate .*--ca FILE/,
  );
  await expect(ask(`https://127.0.0.1:${port}`, { ca })).rejects.toThrow(/certificate is for another host/);
  expect(() => ask(`https://localhost:${port}`, { ca: join(folder, 'none') })).toThrow(
    /the certificates in .* cannot be read: ENOENT/,
  );
});

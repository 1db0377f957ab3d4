import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, get, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { createLogger } from '@chasqui/telemetry';
import { makeAuthority, type Certificate } from '@chasqui/testbed';
import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { apiWorld, configWith, until } from '../api-world.fixture.js';
import { followCertificate, readCertificate } from './certificate.js';

const authority = makeAuthority();
const folder = mkdtempSync(join(tmpdir(), 'chq-tls-'));
afterAll(() => rmSync(folder, { recursive: true }));
const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
const put = ({ cert, key }: Certificate) => {
  writeFileSync(files.certFile, cert);
  writeFileSync(files.keyFile, key);
};
const first = authority.issue('localhost', '127.0.0.1');
beforeEach(() => put(first));

describe('a certificate that cannot be used', () => {
  it.each<[string, () => void, string]>([
    ['is not there', () => rmSync(files.certFile), `CHASQUI_TLS_CERT_FILE: ${files.certFile} cannot be read`],
    ['is none', () => writeFileSync(files.certFile, 'hello'), 'is no certificate in PEM'],
    ['has no key', () => writeFileSync(files.keyFile, 'hello'), 'is no key in PEM'],
    [
      'has the key of another',
      () => writeFileSync(files.keyFile, authority.issue('localhost').key),
      `${files.keyFile} is not the key of the certificate in ${files.certFile}`,
    ],
  ])('%s, and stops the start with a sentence', (_, spoil, sentence) => {
    spoil();
    expect(() => readCertificate(files)).toThrow(sentence);
  });
});

it('is read again when it changes, a broken one is told of and not used, and connections go on', async () => {
  const said: string[] = [];
  const logger = createLogger({
    service: 'api',
    level: 'info',
    destination: { write: (line) => void said.push(line) },
  });
  const server: Server = createServer(readCertificate(files), (_, response) => response.end('here'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = followCertificate(server, files, logger, 20);
  const serial = () =>
    new Promise<string>((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', ca: authority.ca }, () => {
        resolve(socket.getPeerX509Certificate()!.serialNumber);
        socket.destroy();
      });
      socket.once('error', reject);
    });
  try {
    const kept = connect({ port, host: '127.0.0.1', ca: authority.ca });
    const before = await serial();

    writeFileSync(files.keyFile, 'half a ke');
    await until(() => said.some((line) => line.includes('the one before stays')));
    expect(await serial()).toBe(before);

    put(authority.issue('localhost', '127.0.0.1'));
    await until(async () => (await serial()) !== before);

    kept.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
    const answer = await new Promise<string>((resolve) => kept.once('data', (data) => resolve(String(data))));
    expect(answer).toContain('200 OK');
    kept.destroy();
  } finally {
    stop();
    server.close();
    server.closeAllConnections();
  }
});

whenPostgres('the API with a certificate', (serverUrl) => {
  it('answers by TLS 1.2 or later alone, and tells browsers to stay with it', async () => {
    const http = { ...configWith().http, tls: files, secure: true };
    await using world = await apiWorld(serverUrl, { config: { http }, prepare: false });
    const { port } = new URL(world.api.url!);
    expect(world.api.url).toMatch(/^https:/);
    const headers = await new Promise<NodeJS.Dict<string | string[]>>((resolve, reject) => {
      get({ port, host: '127.0.0.1', path: '/health/live', ca: authority.ca, agent: false }, (response) => {
        response.resume();
        resolve(response.headers);
      }).once('error', reject);
    });
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
    expect(await handshake(Number(port), { maxVersion: 'TLSv1.1', minVersion: 'TLSv1.1' })).toBe('refused');
    expect(await handshake(Number(port), { maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' })).toBe('refused');
    expect(await handshake(Number(port), { maxVersion: 'TLSv1.2' })).toBe('TLSv1.2');
    expect(await handshake(Number(port), {})).toBe('TLSv1.3');
  });
});

function handshake(port: number, options: object): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', ca: authority.ca, ...options }, () => {
      resolve(socket.getProtocol()!);
      socket.destroy();
    });
    socket.once('error', () => resolve('refused'));
  });
}

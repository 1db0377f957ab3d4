import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { makeAuthority } from '@chasqui/testbed';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askRegistry } from './ask-registry.js';

describe('a registry behind TLS', () => {
  let server: Server;
  let url: URL;
  const authority = makeAuthority();
  const trusted = getCACertificates('default');
  beforeAll(async () => {
    server = createServer(authority.issue('127.0.0.1'), (asked, answer) =>
      answer.setHeader('x-path', asked.url!).end('a manifest'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/v2/a/manifests/1`);
  });
  afterAll(() => {
    setDefaultCACertificates(trusted);
    server.close();
  });

  const ask = () => askRegistry(url, 'GET', {}, AbortSignal.timeout(5000));

  it('is not asked where nobody vouches for it, and that is said', async () => {
    await expect(ask()).rejects.toThrow(/^127\.0\.0\.1:\d+ cannot be asked: .*(SIGNATURE|SELF_SIGNED)/);
  });

  it('is asked where its authority is trusted, as by NODE_EXTRA_CA_CERTS', async () => {
    setDefaultCACertificates([...trusted, authority.ca]);
    const { status, headers, body } = await ask();
    expect([status, headers['x-path'], body.toString()]).toEqual([200, '/v2/a/manifests/1', 'a manifest']);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { registryLogin, registryOf } from './registry-login.js';

const folder = mkdtempSync(join(tmpdir(), 'chasqui-login-'));
const file = join(folder, 'config.json');
const auth = (text: string) => ({ auth: Buffer.from(text).toString('base64') });
writeFileSync(
  file,
  JSON.stringify({
    auths: { 'ghcr.io': auth('ops:pass:word'), 'https://index.docker.io/v1/': auth('hub:secret') },
  }),
);
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ['busybox', 'docker.io'],
  ['library/busybox:1', 'docker.io'],
  ['ghcr.io/org/app:1', 'ghcr.io'],
  ['localhost/app', 'localhost'],
  ['registry:5000/app@sha256:0', 'registry:5000'],
])('%s comes from %s', (reference, registry) => expect(registryOf(reference)).toBe(registry));

it('finds the login of an image', async () => {
  expect(await registryLogin('ghcr.io/org/app:1', file)).toEqual({
    username: 'ops',
    password: 'pass:word',
    serveraddress: 'ghcr.io',
  });
  expect(await registryLogin('org/app', file)).toMatchObject({ username: 'hub', password: 'secret' });
  expect(await registryLogin('other.io/app', file)).toBeUndefined();
  expect(await registryLogin('ghcr.io/org/app', join(folder, 'nothing'))).toBeUndefined();
});

it('says that the file is of no use', async () => {
  writeFileSync(join(folder, 'broken'), '{');
  await expect(registryLogin('ghcr.io/org/app', join(folder, 'broken'))).rejects.toThrow(
    /registry logins .* cannot be read/,
  );
});

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAdapterToken, readRelayToken, readSecretKey } from '@chasqui/sealing';
import { output } from './with-tools.js';

describe('the secrets of the Compose stack', () => {
  let directory: string;
  const make = (...relays: string[]) =>
    output(process.execPath, 'deploy/docker/make-secrets.mjs', directory, ...relays);
  const read = (path: string) => readFileSync(join(directory, path), 'utf8');
  const everything = () =>
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'chasqui-secrets-'));
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  it('are of the kind each reader takes, and nobody else may read them', () => {
    make('fra-1=dc=fra,gpu', 'adapter:slack');
    expect(readSecretKey(read('api/secret-key'))).toHaveLength(32);
    expect(readRelayToken(read('fra-1/token'))?.relay).toBe('fra-1');
    expect(read('api/enrol-relays')).toBe(`${read('fra-1/token')} dc=fra,gpu\n`);
    expect(readAdapterToken(read('adapter-slack/token'))?.adapter).toBe('slack');
    expect(read('api/enrol-adapters')).toBe(`${read('adapter-slack/token')}\n`);
    expect(read('migrate/postgres-password')).toBe(read('postgres/password'));
    expect(read('api/database-password')).not.toBe(read('postgres/password'));
    expect(read('api/bootstrap-token')).toMatch(/^chq_[\w-]{43}$/);
    expect(statSync(join(directory, 'api/admin')).mode & 0o777).toBe(0o700);
    expect(everything().map((file) => (statSync(file).mode & 0o777).toString(8))).toEqual(
      Array(9).fill('600'),
    );
  });

  it('are made once: at the next start they are the same, and a new relay joins them', () => {
    make('fra-1=dc=fra');
    const before = [read('api/secret-key'), read('fra-1/token'), read('postgres/password')];
    expect(make('fra-1=dc=fra', 'ams-1=dc=ams')).toBe('made ams-1/token\n');
    expect([read('api/secret-key'), read('fra-1/token'), read('postgres/password')]).toEqual(before);
    expect(read('api/enrol-relays').split('\n')).toHaveLength(3);
  });
});

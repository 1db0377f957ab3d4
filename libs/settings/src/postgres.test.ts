import { describe, expect, it } from 'vitest';
import { postgresTls, postgresTlsFaults, postgresTlsShape, readSettings, withoutSslMode } from './index.js';

const url = (mode: string) => `postgres://chasqui@db:5432/chasqui?sslmode=${mode}&application_name=x`;
const tls = (environment: Record<string, string>, at?: string) =>
  postgresTls(readSettings(environment, postgresTlsShape), at);
const faults = (environment: Record<string, string>, at?: string) =>
  postgresTlsFaults(readSettings(environment, postgresTlsShape), at);

describe('TLS with the database', () => {
  it.each<[string, Record<string, string>, string | undefined, boolean]>([
    ['is off where nothing is said', {}, undefined, false],
    ['is on by its setting', { DATABASE_TLS: 'true' }, undefined, true],
    ['is on by a certificate', { DATABASE_TLS_CA: 'pem' }, undefined, true],
    ['is on by any sslmode of the URL', {}, url('prefer'), true],
    ['is off by sslmode=disable', {}, url('disable'), false],
    ['is off by its setting, whatever the URL says', { DATABASE_TLS: 'false' }, url('require'), false],
  ])('%s', (_, environment, at, on) => expect(tls(environment, at) !== false).toBe(on));

  it.each<[string, Record<string, string>, boolean, boolean]>([
    ['everything, where nothing is said', {}, true, true],
    ['only the authority', { DATABASE_TLS_VERIFY: 'verify-ca' }, true, false],
    ['nothing, where somebody insists', { DATABASE_TLS_VERIFY: 'require' }, false, true],
  ])('checks %s', (_, environment, authority, name) => {
    const options = tls({ DATABASE_TLS: 'true', ...environment });
    expect(options).toMatchObject({ rejectUnauthorized: authority, minVersion: 'TLSv1.2' });
    expect((options as { checkServerIdentity?: unknown }).checkServerIdentity === undefined).toBe(name);
  });

  it('says what does not fit together', () => {
    expect(faults({ DATABASE_TLS_CERT: 'pem' })).toEqual([
      'DATABASE_TLS_CERT: belongs together with DATABASE_TLS_KEY; give both or none',
    ]);
    expect(faults({ DATABASE_TLS: 'false', DATABASE_TLS_CA: 'pem' })[0]).toMatch(/^DATABASE_TLS: is off/);
    expect(faults({ DATABASE_TLS: 'true' }, url('disable'))[0]).toMatch(/^DATABASE_TLS: is on, and/);
    expect(faults({}, url('no-verify'))[0]).toMatch(/sslmode=no-verify is none of .*DATABASE_TLS_VERIFY/);
    expect(faults({}, `${url('require')}&sslrootcert=/ca.pem`)).toEqual([
      'DATABASE_URL: sslrootcert is not read; set DATABASE_TLS_CA_FILE',
    ]);
    expect(faults({ DATABASE_TLS: 'true' }, url('verify-full'))).toEqual([]);
  });

  it('leaves nothing of it in the URL, where the driver would find it', () => {
    expect(withoutSslMode(url('require'))).toBe('postgres://chasqui@db:5432/chasqui?application_name=x');
  });
});

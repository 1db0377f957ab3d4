import { makeAuthority, startPostgres, type PostgresServer } from '@chasqui/testbed';
import { whenPostgres } from '@chasqui/testbed/when';
import { postgresTls, postgresTlsShape, readSettings, type Environment } from '@chasqui/settings';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase } from './database.js';

whenPostgres('a PostgreSQL that speaks TLS', () => {
  const authority = makeAuthority();
  let server: PostgresServer;
  let plain: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres({ tls: authority.issue('localhost') });
    plain = await startPostgres();
  }, 60_000);
  afterAll(async () => {
    await server?.stop();
    await plain?.stop();
  });

  const open = (environment: Environment, url = server.url.replace('127.0.0.1', 'localhost')) => {
    const set = readSettings(environment, postgresTlsShape);
    return openDatabase({ url, connections: 4, tls: postgresTls(set, url) }, () => undefined);
  };

  it('is spoken with encrypted, and only believed by its authority and name', async () => {
    const dataSource = await open({ DATABASE_TLS: 'true', DATABASE_TLS_CA: authority.ca });
    const [{ ssl, version }] = await dataSource.query(
      'select ssl, version from pg_stat_ssl where pid = pg_backend_pid()',
    );
    await dataSource.destroy();
    expect({ ssl, version }).toEqual({ ssl: true, version: 'TLSv1.3' });
  });

  it('is spoken with encrypted where its URL says sslmode, and that means verify-full', async () => {
    const url = `${server.url.replace('127.0.0.1', 'localhost')}?sslmode=require`;
    await expect(open({}, url)).rejects.toThrow('DATABASE_TLS_CA_FILE');
    const dataSource = await open({ DATABASE_TLS_CA: authority.ca }, url);
    const [{ ssl }] = await dataSource.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()');
    await dataSource.destroy();
    expect(ssl).toBe(true);
  });

  it('is believed by another name where only its authority is asked for', async () => {
    const environment = { DATABASE_TLS_CA: authority.ca, DATABASE_TLS_VERIFY: 'verify-ca' };
    const dataSource = await open(environment, server.url);
    expect(dataSource.isInitialized).toBe(true);
    await dataSource.destroy();
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'of another authority',
      () => open({ DATABASE_TLS_CA: makeAuthority().ca }),
      /DATABASE_TLS_CA: .* not of an authority that is trusted here/,
    ],
    ['of an authority that nobody named', () => open({ DATABASE_TLS: 'true' }), /DATABASE_TLS_CA_FILE/],
    [
      'under another name',
      () => open({ DATABASE_TLS_CA: authority.ca }, server.url),
      /DATABASE_URL: the certificate of the database is for another host/,
    ],
    [
      'with a wrong password',
      () =>
        open(
          { DATABASE_TLS_CA: authority.ca },
          server.url.replace('127.0.0.1', 'localhost').replace(':postgres@', ':alpaca@'),
        ),
      /DATABASE_URL: the database refuses: password authentication failed/,
    ],
    [
      'that does not speak it',
      () => open({ DATABASE_TLS: 'true' }, plain.url),
      /DATABASE_TLS: is on, and the database does not speak TLS/,
    ],
  ])('%s is refused in a sentence that says what to mend', async (_, opening, sentence) => {
    await expect(opening()).rejects.toThrow(sentence);
  });
});

import { connect } from 'node:net';
import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminToken, apiWorld, type ApiWorld } from '../api-world.fixture.js';
import { addressOf, filledWith, operationsOf, type Described } from './operations.fixture.js';

/*
 * Whatever is sent to whichever operation: it is refused or it is done, in a way that the operation's description names, and never is a refusal
 * ours to mend (500). What one operation checks for itself is tested beside it; here it is all of them.
 */
whenPostgres('whatever is sent', (serverUrl) => {
  let world: ApiWorld;
  let operations: Described[];
  beforeAll(async () => {
    world = await apiWorld(serverUrl);
    operations = await operationsOf(world.api.url!);
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  /** Sends it as it is, and answers the status, and the text if it is short. */
  async function send(
    { method }: Pick<Described, 'method'>,
    path: string,
    more: { body?: string; token?: string; headers?: Record<string, string> } = {},
  ) {
    const response = await fetch(world.api.url! + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(more.token !== '' && { authorization: `Bearer ${more.token ?? adminToken}` }),
        ...(more.body !== undefined && { 'content-type': 'application/json' }),
        ...more.headers,
      },
      body: more.body,
    });
    return { status: response.status, text: await response.text() };
  }

  /** Who and what there is, which no bad input may change. */
  const people = async () =>
    JSON.stringify(
      await Promise.all(
        ['users', 'groups', 'group_members', 'roles', 'group_roles', 'role_permissions'].map((table) =>
          world.dataSource.query(`select to_jsonb(t) as row from ${table} t order by 1`),
        ),
      ),
    );

  const named = ({ method, path }: Described) => `${method} ${path}`;
  const guarded = () => operations.filter((one) => !one.isPublic);
  const withBody = () => operations.filter((one) => one.body !== undefined);

  describe('without a token', () => {
    it.each(['', 'chq_unknown', 'null', 'undefined', '.', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.'])(
      'or with %j for one, every operation that needs one answers 401 and nothing else, whatever else is wrong',
      async (token) => {
        for (const operation of guarded()) {
          const body = operation.body && '{"nonsense":';
          const { status, text } = await send(operation, addressOf(operation, { username: '\0' }), {
            token,
            body,
          });
          expect(`${named(operation)} ${status}`).toBe(`${named(operation)} ${body ? status : 401}`);
          expect([400, 401], named(operation)).toContain(status);
          expect(text).not.toContain('admin@localhost');
        }
      },
    );

    it.each([
      '/USERS',
      '//users',
      '/users/',
      '/./users',
      '/bundles/../users',
      '/bundles/%2e%2e/users',
      '/bundles/..%2fusers',
      '/openapi.json/../users',
      '/users;/openapi.json',
      '/users%00',
      '/%75sers',
      '/users?/openapi.json',
      '/users#/openapi.json',
    ])('%s leads nowhere that needs one', async (path) => {
      const { head, body } = await raw(world.api.url!, `GET ${path} HTTP/1.1`);
      expect(head).toMatch(/^HTTP\/1\.1 (400|401|404) /);
      expect(body).not.toContain('admin@localhost');
    });

    it.each(['X-HTTP-Method-Override: GET', 'X-Original-URL: /openapi.json', 'X-Forwarded-For: 127.0.0.1'])(
      '“%s” opens nothing',
      async (header) => {
        const { head } = await raw(world.api.url!, 'GET /users HTTP/1.1', [header]);
        expect(head).toMatch(/^HTTP\/1\.1 401 /);
      },
    );
  });

  describe('keys', () => {
    it('that an operation does not know are refused, so that nobody sets what is not theirs to set', async () => {
      const before = await people();
      const sly = {
        id: '00000000-0000-0000-0000-000000000000',
        active: true,
        isAdmin: true,
        groups: ['admin'],
      };
      const taken: string[] = [];
      for (const operation of withBody()) {
        const filled = filledWith('x', operation.body!);
        if (typeof filled !== 'object') continue;
        const { 'zz-unknown': _, ...known } = { 'zz-unknown': 1, ...filled } as Record<string, unknown>;
        const body = JSON.stringify({ ...known, 'zz-unknown': 1, createdAt: '2000-01-01T00:00:00Z', ...sly });
        const { status, text } = await send(operation, addressOf(operation), { body });
        if (status < 400) taken.push(`${named(operation)}: ${status} ${text}`);
      }
      expect(taken).toEqual([]);
      expect(await people()).toBe(before);
    });

    it.each([
      '{"__proto__":{"active":true},"username":"eve","email":"eve@example.org"}',
      '{"constructor":{"prototype":{"polluted":1}},"username":"eve","email":"eve@example.org"}',
      '{"username":"eve","email":"eve@example.org","toString":1}',
      '{"username":"eve","email":"eve@example.org","__proto__":null}',
      '[{"username":"eve","email":"eve@example.org"}]',
      '"eve"',
      'null',
    ])('%s makes nobody', async (body) => {
      const { status } = await send({ method: 'POST' }, '/users', { body });
      expect(status).toBe(400);
      expect(({} as { polluted?: number }).polluted).toBeUndefined();
    });

    it('named like what every object has are no names of anything', async () => {
      for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])
        for (const operation of operations.filter(
          ({ method, parameters }) => method === 'GET' && parameters.some((one) => one.in === 'path'),
        )) {
          const values = Object.fromEntries(operation.parameters.map((one) => [one.name, name]));
          const { status } = await send(operation, addressOf(operation, values));
          expect([200, 400, 401, 403, 404, 422], `${named(operation)} ${name} ${status}`).toContain(status);
        }
    });
  });

  describe('texts', () => {
    const texts = {
      'SQL in quotes': `' or 1=1; drop table users; --`,
      'SQL in a cast': `1::text) union select username from users --`,
      'a pattern of LIKE': `%_\\`,
      'a dollar quote': `$$; delete from users; $$`,
      'a NUL': 'a\0b',
      'a lone surrogate': 'a\ud800b',
      'what is no character': '\uffff\u{1ffff}',
      'text that runs backwards': '\u202ea\u2066b',
      'no width': '\u200b\u200d\ufeff',
      'marks without a letter': '\u0301'.repeat(300),
      'a path': '../../../../etc/passwd',
      'a path, encoded once more': '..%2f..%2fetc%2fpasswd',
      'a line break': 'a\r\nX-Injected: 1',
      'a template': '{{ constructor.constructor("return process")() }}${7*7}',
      'a hundred thousand letters': 'a'.repeat(100_000),
    };

    it.each(Object.entries(texts))(
      '%s, as every value of every operation, is refused or found nowhere, as described',
      async (_, text) => {
        const before = await people();
        // In an address there is no half of a pair to begin with.
        const inAddress = text.toWellFormed();
        // One that is longer than a name may be fits no route.
        const tooLong = text.length > 300 ? ['404', '414', '431'] : [];
        for (const operation of operations) {
          const values = Object.fromEntries(operation.parameters.map(({ name }) => [name, inAddress]));
          const inQuery = operation.parameters.filter((one) => one.in === 'query');
          const addresses = [
            addressOf(operation, values),
            ...inQuery.map(({ name }) => `${addressOf(operation)}?${name}=${encodeURIComponent(inAddress)}`),
          ];
          const body = operation.body && JSON.stringify(filledWith(text, operation.body));
          for (const address of addresses) {
            const { status, text: said } = await send(operation, address, { body });
            const answer = `${named(operation)} at ${address.slice(0, 100)}: ${status} ${said.slice(0, 300)}`;
            expect([...operation.statuses, ...tooLong], answer).toContain(String(status));
            expect(status, answer).toBeLessThan(500);
          }
        }
        expect(await people()).toBe(before);
      },
      60_000,
    );

    it.each([
      'аdmin',
      'ａｄｍｉｎ',
      'admin\u200b',
      'ADMIN',
      'admın',
      'admin ',
      ' admin',
      'ad\u00admin',
      '\u202eadmin',
      'admin\u0301',
    ])('the user name %j, which looks like admin, is refused', async (username) => {
      const body = JSON.stringify({ username, email: 'eve@example.org' });
      expect((await send({ method: 'POST' }, '/users', { body })).status).toBe(400);
    });
  });

  describe('numbers', () => {
    it.each([
      '-1',
      '0',
      '1e400',
      '99999999999999999999',
      '0x10',
      'NaN',
      'Infinity',
      '1.5',
      '',
      ' ',
      '10;',
      '١٠',
    ])('a limit of %j is refused, or is one', async (limit) => {
      for (const operation of operations.filter((one) =>
        one.parameters.some(({ name }) => name === 'limit'),
      )) {
        const { status } = await send(
          operation,
          `${addressOf(operation)}?limit=${encodeURIComponent(limit)}`,
        );
        expect([200, 400, 401, 404], named(operation)).toContain(status);
      }
    });

    it('said twice are refused', async () => {
      for (const operation of operations)
        for (const { name } of operation.parameters.filter((one) => one.in === 'query')) {
          const { status } = await send(operation, `${addressOf(operation)}?${name}=1&${name}=2`);
          expect([400, 401], `${named(operation)} ${name}: ${status}`).toContain(status);
        }
    });
  });

  describe('bodies', () => {
    it.each([
      ['a hundred thousand deep', '['.repeat(100_000) + ']'.repeat(100_000)],
      [
        'of a hundred thousand keys',
        JSON.stringify(Object.fromEntries(Array.from({ length: 50_000 }, (__, n) => [`k${n}`, n]))),
      ],
      ['with a number that no machine holds', `{"username":${'9'.repeat(10_000)},"email":1e999999}`],
      ['cut short', '{"username":"eve"'],
      ['empty', ''],
      ['with two ends', '{}{}'],
    ])('%s are refused by every operation', async (_, body) => {
      for (const operation of withBody()) {
        const { status, text } = await send(operation, addressOf(operation), { body });
        expect(
          [400, 401, 403, 404, 413, 415, 422],
          `${named(operation)}: ${status} ${text.slice(0, 300)}`,
        ).toContain(status);
      }
    });

    it('larger than the server takes are refused', async () => {
      for (const operation of withBody()) {
        const { status } = await send(operation, addressOf(operation), {
          body: `"${'x'.repeat(3_000_000)}"`,
        });
        expect([401, 413], named(operation)).toContain(status);
      }
    });

    it.each([
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/json, text/plain',
      'text/json',
      'application/jsonp',
      'application/xml',
      '',
    ])('called %j are taken by no operation that takes JSON alone', async (type) => {
      const before = await people();
      for (const operation of withBody().filter((one) => !one.takesText)) {
        const { status } = await send(operation, addressOf(operation), {
          body: '{"username":"eve","email":"eve@example.org"}',
          headers: { 'content-type': type },
        });
        expect([400, 401, 403, 404, 409, 415, 422], `${named(operation)}: ${status}`).toContain(status);
      }
      if (!type.startsWith('application/json')) expect(await people()).toBe(before);
    });
  });

  describe('methods', () => {
    it('that a path has not are not found, and do nothing', async () => {
      const before = await people();
      const has = Map.groupBy(operations, ({ path }) => path);
      for (const [path, own] of has)
        for (const method of [
          'GET',
          'PUT',
          'POST',
          'PATCH',
          'DELETE',
          'OPTIONS',
          'QUERY',
          'PROPFIND',
          'LOCK',
        ]) {
          const address = addressOf({ ...own[0]!, path });
          if (operations.some((one) => one.method === method && fits(address, one.path))) continue;
          const { status } = await send({ method }, address);
          expect([404, 405], `${method} ${path}`).toContain(status);
        }
      expect(await people()).toBe(before);
    });

    it.each(['TRACE /users', 'CONNECT /users', 'FOO /users', 'get /users', 'GET  /users'])(
      '%s is not answered with anything',
      async (line) => {
        const { head, body } = await raw(world.api.url!, `${line} HTTP/1.1`, [
          `Authorization: Bearer ${adminToken}`,
        ]);
        expect(head).not.toMatch(/^HTTP\/1\.1 2/);
        expect(body).not.toContain('admin@localhost');
      },
    );
  });

  it('is no way to make the framing of requests mean two things', async () => {
    for (const headers of [
      ['Content-Length: 5', 'Transfer-Encoding: chunked'],
      ['Content-Length: 5', 'Content-Length: 6'],
      ['Transfer-Encoding: chunked, identity'],
      ['Content-Length: -1'],
      ['Content-Length: 0x5'],
    ]) {
      const { head } = await raw(world.api.url!, 'POST /users HTTP/1.1', [
        `Authorization: Bearer ${adminToken}`,
        'Content-Type: application/json',
        ...headers,
      ]);
      expect(head, headers.join()).toMatch(/^(HTTP\/1\.1 4\d\d |$)/);
    }
  });
});

/** Whether an address may be one of a path with `{name}` in it. */
function fits(address: string, path: string): boolean {
  const parts = path.split(/\{\w+\}/).map((part) => RegExp.escape(part));
  return new RegExp(`^${parts.join('[^/]+')}$`).test(address);
}

/** A request as it is, which no client of ours would let out; and all that comes back. */
function raw(
  url: string,
  line: string,
  headers: readonly string[] = [],
): Promise<{ head: string; body: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () =>
      socket.end([line, `Host: ${hostname}`, 'Connection: close', ...headers, '', ''].join('\r\n')),
    );
    const done = () => {
      const at = answer.indexOf('\r\n\r\n');
      resolve({ head: answer.slice(0, at < 0 ? undefined : at), body: at < 0 ? '' : answer.slice(at) });
    };
    socket.on('data', (part) => (answer += part.toString('latin1')));
    socket.on('error', done);
    socket.on('close', done);
  });
}

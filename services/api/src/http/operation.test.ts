import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Outage } from '@chasqui/contracts';
import pg from 'pg';
import { QueryFailedError } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Authenticator } from './authenticator.js';
import { decorate, openHttpApp, type HttpApp } from './http-app.fixture.js';
import { Operation } from './operation.js';
import { Asker, type Principal } from './principal.js';
import { Problem } from './problem.js';

const ann: Principal = {
  id: '6f2c',
  username: 'ann',
  email: 'ann@example.org',
  active: true,
  kind: 'person',
  groups: ['ops'],
  roles: [],
  permissions: ['chasqui:read-things'],
  scoped: [],
  tokenId: 't1',
};
const principals: Record<string, Principal> = {
  'ann-token': ann,
  'bob-token': { ...ann, username: 'bob', permissions: [] },
  'gone-token': { ...ann, username: 'gone', active: false },
};

const Thing = z.strictObject({ name: z.string(), size: z.number(), colour: z.string().optional() });

class ThingsController {
  open() {
    return { ok: true };
  }

  mine(asker: Principal) {
    return { username: asker.username };
  }

  forgotten() {
    return { secret: true };
  }

  make({ name }: { name: string }, { size }: { size: number }, { colour }: { colour?: string }) {
    return { name, size, colour };
  }

  async fail({ how }: { how: string }): Promise<null> {
    if (how === 'bug') throw new Error('at secret.ts:3: select * from users');
    if (how === 'sql')
      throw new QueryFailedError(
        'select * from passwords',
        ['hunter2'],
        new Error('relation "passwords" does not exist'),
      );
    if (how === 'outage') throw new Outage('broker-unavailable', {}, { cause: new Error('kafka-1:9092') });
    if (how === 'refused') throw new Problem(418, 'teapot', 'Ask for tea.', { short: true, stout: true });
    if (how === 'text') throw 'a string';
    const client = new pg.Client({ host: '127.0.0.1', port: 1, user: 'x' });
    await client.connect();
    return null;
  }
}
Controller('things')(ThingsController);
const on = decorate.bind(undefined, ThingsController);
on('open', [
  Get('open'),
  Operation({ summary: 'Anybody', permission: 'public', answers: { 200: z.object({ ok: z.boolean() }) } }),
]);
on(
  'mine',
  [
    Get('mine'),
    Operation({
      summary: 'The signed in',
      permission: 'signed-in',
      answers: { 200: z.object({ username: z.string() }) },
    }),
  ],
  [Asker()],
);
on('forgotten', [Get('forgotten')]);
on(
  'make',
  [
    Post(':name'),
    Operation({
      summary: 'Everything',
      permission: 'chasqui:read-things',
      params: z.object({ name: z.string().regex(/^[a-z]+$/, 'a name is letters') }),
      query: z.object({ size: z.coerce.number().int().max(9).default(3) }),
      body: z.object({ colour: z.string().optional() }),
      answers: { 202: Thing },
      errors: [404],
    }),
  ],
  [Param(), Query(), Body()],
);
on(
  'fail',
  [
    Get('fails/:how'),
    Operation({
      summary: 'Fails',
      permission: 'public',
      params: z.object({ how: z.string() }),
      answers: { 200: z.null() },
    }),
  ],
  [Param()],
);

let http: HttpApp;
beforeAll(async () => {
  const authenticator: Authenticator = { whoIs: async (token) => principals[token] };
  http = await openHttpApp({
    controllers: [ThingsController],
    providers: [{ provide: Authenticator, useValue: authenticator }],
  });
});
afterAll(async () => http[Symbol.asyncDispose]());

describe('who may call', () => {
  it('answers anybody where anybody may call, even with a token that is none', async () => {
    expect(await http.call('GET', '/things/open')).toMatchObject({ status: 200, body: { ok: true } });
    expect(await http.call('GET', '/things/open', { token: 'nonsense' })).toMatchObject({ status: 200 });
  });

  it('hands the person to the handler', async () => {
    const { status, body, headers } = await http.call('GET', '/things/mine', { token: 'bob-token' });
    expect({ status, body }).toEqual({ status: 200, body: { username: 'bob' } });
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    ['nothing', {}, 'not-signed-in'],
    ['an unknown token', { authorization: 'Bearer nonsense' }, 'bad-token'],
    ['a key of every object', { authorization: 'Bearer __proto__x' }, 'bad-token'],
    ['an empty token', { authorization: 'Bearer ' }, 'not-signed-in'],
    ['a password', { authorization: 'Basic YTpi' }, 'not-signed-in'],
    ['two tokens', { authorization: 'Bearer ann-token bob-token' }, 'not-signed-in'],
    ['a token of somebody deactivated', { authorization: 'Bearer gone-token' }, 'inactive-person'],
  ])('refuses %s', async (_, headers, code) => {
    const { status, body, headers: answered } = await http.call('GET', '/things/mine', { headers });
    expect({ status, code: body.error.code }).toEqual({ status: 401, code });
    expect(answered.get('www-authenticate')).toBe('Bearer');
  });

  it('names the permission that is missing, before it looks at what was sent', async () => {
    const { status, body } = await http.call('POST', '/things/UPPER', {
      token: 'bob-token',
      body: { colour: 7 },
    });
    expect(status).toBe(403);
    expect(body.error).toMatchObject({
      code: 'lacks-permission',
      facts: { permission: 'chasqui:read-things' },
    });
    expect(body.error.message).toContain('chasqui:read-things');
  });

  it('does not answer a route that is no operation', async () => {
    const { status, body } = await http.call('GET', '/things/forgotten', { token: 'ann-token' });
    expect({ status, code: body.error.code }).toEqual({ status: 500, code: 'bug' });
  });
});

describe('what is taken', () => {
  const make = (path: string, sent: object) => http.call('POST', path, { token: 'ann-token', ...sent });

  it('hands checked values over, and answers with the status it says', async () => {
    expect(await make('/things/chair?size=7', { body: { colour: 'red' } })).toMatchObject({
      status: 202,
      body: { name: 'chair', size: 7, colour: 'red' },
    });
    expect(await make('/things/chair', { body: {} })).toMatchObject({ body: { name: 'chair', size: 3 } });
  });

  it.each([
    [
      'an unknown key of the body',
      '/things/chair',
      { body: { colour: 'red', admin: true } },
      'body',
      /admin/,
    ],
    ['a wrong type', '/things/chair', { body: { colour: 7 } }, 'body', /colour/],
    ['no body', '/things/chair', {}, 'body', /expected object/],
    ['a list', '/things/chair', { body: [] }, 'body', /expected object/],
    ['null', '/things/chair', { raw: 'null' }, 'body', /expected object/],
    ['an unknown key of the query', '/things/chair?sise=7', { body: {} }, 'query', /sise/],
    ['a key given twice', '/things/chair?size=1&size=2', { body: {} }, 'query', /size/],
    ['__proto__ in the query', '/things/chair?__proto__=7', { body: {} }, 'query', /__proto__/],
    ['a bad name', '/things/Chair', { body: {} }, 'path', /a name is letters/],
  ])('refuses %s', async (_, path, sent, where, words) => {
    const { status, body } = await make(path, sent);
    expect(status).toBe(400);
    expect(body.error.code).toBe('bad-request');
    expect(body.error.message).toMatch(words);
    expect(body.error.facts.problems[0].where).toBe(where);
  });

  it.each([
    ['what is not JSON', { raw: '{"colour":' }, 400],
    ['__proto__ in the body', { raw: '{"__proto__":{"colour":"red"}}' }, 400],
    ['constructor.prototype in the body', { raw: '{"constructor":{"prototype":{"colour":"red"}}}' }, 400],
    ['more than the limit', { body: { colour: 'x'.repeat(30_000) } }, 413],
    ['a form', { raw: 'colour=red', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415],
    ['plain text', { raw: 'red', headers: { 'content-type': 'text/plain' } }, 415],
  ])('refuses %s', async (_, sent, status) => {
    const answered = await make('/things/chair', sent);
    expect(answered.status).toBe(status);
    expect(answered.body.error.message).toMatch(/\.$/);
    expect(({} as { colour?: string }).colour).toBeUndefined();
  });

  it('refuses a query or a body that the operation does not take', async () => {
    expect((await http.call('GET', '/things/open?x=1')).status).toBe(400);
    expect((await make('/things/chair', { body: {} })).status).toBe(202);
  });
});

describe('what goes wrong', () => {
  it('says what it was told to say', async () => {
    const { status, body } = await http.call('GET', '/things/fails/refused');
    expect({ status, body }).toEqual({
      status: 418,
      body: { error: { code: 'teapot', message: 'Ask for tea.', facts: { short: true, stout: true } } },
    });
  });

  it.each(['bug', 'sql', 'text'])('keeps a %s to the log and gives its number', async (how) => {
    const { status, body } = await http.call('GET', `/things/fails/${how}`);
    expect(status).toBe(500);
    expect(body.error.code).toBe('bug');
    expect(body.error.facts.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.stringify(body)).not.toMatch(/secret|select|passwords|hunter2|\.ts|a string/);
  });

  it.each([
    ['database', 'database-unavailable'],
    ['outage', 'broker-unavailable'],
  ])('says that something is away: %s', async (how, code) => {
    const { status, body, headers } = await http.call('GET', `/things/fails/${how}`);
    expect({ status, code: body.error.code }).toEqual({ status: 503, code });
    expect(headers.get('retry-after')).toBe('5');
    expect(JSON.stringify(body)).not.toMatch(/127\.0\.0\.1|kafka-1/);
  });

  it.each(['/nowhere', '/things/open/further', '/%ff', '/things/%zz'])(
    'speaks the same of what is not there: %s',
    async (path) => {
      const { status, body } = await http.call('GET', path);
      expect([400, 404]).toContain(status);
      expect(body.error).toMatchObject({
        code: expect.any(String),
        message: expect.stringMatching(/\.$|is\.$/),
      });
    },
  );

  it('does not take a method that a path has not', async () => {
    const { status, headers, body } = await http.call('DELETE', '/things/open');
    expect([status, headers.get('allow'), body.error.code]).toEqual([405, 'GET, POST', 'no-such-method']);
  });
});

import { Writable } from 'node:stream';
import { bundleJsonSchema } from '@chasqui/bundles';
import { createLogger } from '@chasqui/telemetry';
import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Events } from '../events.js';
import { LOGGER } from '../parts.js';
import { openPeople, type PeopleApp } from '../people/people-app.fixture.js';
import { BundleSchemaController } from './bundle-schema.controller.js';
import { BundlesController } from './bundles.controller.js';
import { Bundles } from './bundles.service.js';

const ops = `chasqui_bundle_version: 1
name: ops
version: 1.0.0
description: Operations
commands:
  status: { description: How it is, executable: [/bin/echo], rules: [allow] }
`;
const other = ops.replace('rules: [allow]', 'rules: [allow], timeout: 5s').replace('Operations', 'Others');

whenPostgres('bundles', (server) => {
  let people: PeopleApp;
  const lines: string[] = [];
  beforeAll(async () => {
    const destination = new Writable({ write: (chunk, _, done) => (lines.push(String(chunk)), done()) });
    const logger = createLogger({ service: 'test', level: 'info', destination });
    people = await openPeople(server, () => ({
      controllers: [BundlesController, BundleSchemaController],
      providers: [Bundles, Events, { provide: LOGGER, useValue: logger }],
    }));
  });
  afterAll(async () => people[Symbol.asyncDispose]());

  const install = (body: object) => people.admin('POST', '/bundles', body);

  describe('the same version again', () => {
    it('is fine with the same text', async () => {
      expect(await install({ source: ops })).toMatchObject({ status: 201, body: { name: 'ops' } });
      const again = await install({ source: ops });
      expect(again.status).toBe(201);
      expect(again.body).not.toHaveProperty('replaced');
    });

    it('is refused with other content, and what differs is told', async () => {
      expect(await install({ source: other })).toMatchObject({
        status: 409,
        body: {
          error: {
            code: 'bundle-differs',
            message:
              'ops 1.0.0 is installed with other content (`description` is not the same; `timeout` of status is new); give the new one another version, or install it with force.',
            facts: {
              differences: [
                { change: 'changed', at: ['description'], message: '`description` is not the same' },
                { change: 'added', at: ['commands', 'status', 'timeout'] },
              ],
            },
          },
        },
      });
    });

    it('is refused with another text of the same content, which is told', async () => {
      const { status, body } = await install({ source: `# A comment.\n${ops}` });
      expect([status, body.error.message]).toEqual([
        409,
        expect.stringContaining('(only comments, order or layout differ)'),
      ]);
    });

    it('is replaced by force, and says what was', async () => {
      expect(await install({ source: other, force: true })).toMatchObject({
        status: 201,
        body: { replaced: ['`description` is not the same', '`timeout` of status is new'] },
      });
    });
  });

  it('is refused for a template that cannot be read, with its place', async () => {
    const source = `${ops}templates:\n  command: "{{ response.out | nonsense }}"\n`;
    expect(await install({ source })).toMatchObject({
      status: 422,
      body: {
        error: { facts: { faults: [{ code: 'bad-template', line: 8, pointer: '/templates/command' }] } },
      },
    });
  });

  it('writes down who changed what can be run', async () => {
    const source = ops.replace('name: ops', 'name: audited');
    lines.length = 0;
    await install({ source, enable: true });
    await install({ source: `# Other.\n${source}`, force: true });
    await people.admin('DELETE', '/bundles/audited/enabled');
    await people.admin('PUT', '/bundles/audited/enabled', { version: '1.0.0' });
    await people.admin('DELETE', '/bundles/audited/1.0.0');
    await people.admin('DELETE', '/bundles/audited/enabled');
    await people.admin('DELETE', '/bundles/audited/1.0.0');
    const told = lines.map((line) => JSON.parse(line) as { msg: string; bundle: string; by: string });
    expect(told.every(({ bundle, by }) => bundle === 'audited' && by === 'admin')).toBe(true);
    expect(told.map(({ msg }) => msg.replace('bundle ', ''))).toEqual([
      'installed',
      'enabled',
      'replaced',
      'disabled',
      'enabled',
      'disabled',
      'uninstalled',
    ]);
  });

  describe('what is no bundle', () => {
    const bomb = Array.from('bcdefghi').reduce(
      (text, name, index) =>
        `${text}${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(', ')}]\n`,
      'a: &a [x, x, x, x, x, x, x, x, x]\n',
    );

    it.each([
      ['a YAML bomb', ops + bomb, 'too-many-values'],
      ['an alias without an end', `${ops}env: &a { B: *a }\n`, 'endless-alias'],
      ['an alias of nothing', `${ops}env: *a\n`, 'unknown-alias'],
      ['a key that stands twice', `${ops}name: other\n`, 'duplicate-key'],
      ['a list in place of a text', ops.replace('name: ops', 'name: [ops]'), 'wrong-type'],
      ['a text in place of commands', ops.replace(/commands:[^]*/, 'commands: status\n'), 'wrong-type'],
      ['a name that every object has', `${ops}__proto__: { admin: true }\n`, undefined],
      ['two documents', `${ops}---\n${ops}`, 'several-documents'],
      ['nothing', '', 'empty-document'],
      ['a list', '- a\n', 'not-a-mapping'],
      ['what is no YAML', `${ops}"`, 'bad-yaml'],
      ['a NUL', `${ops}# \0\n`, undefined],
      ['very deep', `${ops}env: ${'['.repeat(8_000)}`, undefined],
    ])('is refused: %s', async (_, source, code) => {
      const { status, body } = await install({ source });
      expect([status, body.error.code]).toEqual([422, 'bundle-faulty']);
      const [fault] = body.error.facts.faults;
      expect(fault).toMatchObject({ severity: 'error', line: expect.any(Number), ...(code && { code }) });
      expect(fault.message).toMatch(/^\S.{15}/);
      expect({}).not.toHaveProperty('admin');
    });

    it.each([
      ['no source', {}],
      ['a source of another type', { source: { name: 'ops' } }],
      ['words that nobody knows', { source: ops, sudo: true }],
    ])('is refused: a request with %s', async (_, body) => {
      expect(await install(body)).toMatchObject({ status: 400, body: { error: { code: 'bad-request' } } });
    });

    it.each(['{"source": "x", "__proto__": {"enable": true}}', '{"source":', '[]', '"x"', ''])(
      'is refused: the request %s',
      async (raw) => {
        const answer = await people.call('POST', '/bundles', { token: people.adminToken, raw });
        expect(answer).toMatchObject({ status: 400, body: { error: { code: 'bad-request' } } });
      },
    );

    it('is refused: ten megabytes, with how many may be sent', async () => {
      expect(await install({ source: `# ${'x'.repeat(10_000_000)}\n${ops}` })).toMatchObject({
        status: 413,
        body: { error: { code: 'too-large', message: expect.stringMatching(/at most 20,000 bytes/) } },
      });
    });

    it.each([
      ['GET', '/bundles/a%00b'],
      ['GET', '/bundles/ops/%00'],
      ['DELETE', '/bundles/ops/1.0.0?force=%00'],
      ['PUT', '/bundles/ops/enabled', { version: '1.0.0\0' }],
    ])('is refused: a NUL in %s %s', async (method, path, body?: object) => {
      const answer = await people.admin(method, path, body);
      expect(answer).toMatchObject({ status: 400, body: { error: { code: 'bad-request' } } });
    });
  });

  it('tells anybody the schema of their files', async () => {
    const { status, body } = await people.call('GET', '/bundle.schema.json');
    expect([status, body]).toEqual([200, bundleJsonSchema()]);
  });
});

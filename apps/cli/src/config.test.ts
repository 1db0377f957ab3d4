import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig } from './config.js';

const folder = mkdtempSync(join(tmpdir(), 'chasqui-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, '.chasqui'));
mkdirSync(join(folder, 'deep', 'down'), { recursive: true });
writeFileSync(join(folder, '.chasqui', 'admin-token'), 'solo\n');
writeFileSync(join(folder, 'token'), 'filed\n');
writeFileSync(join(folder, 'letter'), 'dear server,\nlet me in');
const deep = join(folder, 'deep', 'down');

describe('the token', () => {
  it.each([
    ['is the one of --token-file', { tokenFile: join(folder, 'token') }, { CHASQUI_TOKEN: 'told' }, 'filed'],
    ['is CHASQUI_TOKEN', {}, { CHASQUI_TOKEN: ' told ', CHASQUI_TOKEN_FILE: join(folder, 'token') }, 'told'],
    ['is in CHASQUI_TOKEN_FILE', {}, { CHASQUI_TOKEN_FILE: join(folder, 'token') }, 'filed'],
    ['is what solo mode left in a folder above', {}, {}, 'solo'],
    ['of solo mode goes to no other machine', {}, { CHASQUI_URL: 'https://chasqui.example.org' }, undefined],
  ])('%s', (_title, options, env, token) => expect(readConfig(options, env, deep).token).toBe(token));

  it('must be one word', () => {
    expect(() => readConfig({ tokenFile: join(folder, 'letter') }, {}, deep)).toThrow(
      'the token is not one word',
    );
  });

  it('must be in the file that is said to have it', () => {
    expect(() => readConfig({ tokenFile: '/nowhere' }, {}, deep)).toThrow(
      'the token file /nowhere cannot be read: ENOENT',
    );
  });
});

describe('the URL', () => {
  it.each([
    ['http://chasqui.example.org', true],
    ['http://10.0.0.1:7400', true],
    ['http://127.0.0.1.example.org', true],
    ['https://chasqui.example.org', false],
    ['http://127.0.0.1:7400', false],
    ['http://[::1]:7400', false],
    ['http://localhost:7400', false],
  ])('%s gets no token without --insecure: %s', (url, refused) => {
    const read = (insecure?: true) => readConfig({ url, insecure }, { CHASQUI_TOKEN: 'told' }, '/');
    if (refused) expect(() => read()).toThrow(/plain HTTP.*use https:.*or --insecure/);
    else expect(read().warning).toBeUndefined();
    expect(read(true).warning !== undefined).toBe(refused);
  });

  it('needs no warning where no token goes', () => {
    expect(readConfig({ url: 'http://chasqui.example.org' }, {}, '/').warning).toBeUndefined();
  });

  it.each(['chasqui.example.org', 'ftp://example.org', ''])('%j is none', (url) => {
    expect(() => readConfig({ url }, {}, '/')).toThrow('is no URL of a server');
  });
});

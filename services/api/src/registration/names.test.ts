import { parseLine } from '@chasqui/command-language';
import { describe, expect, it } from 'vitest';
import { codeHash, codeOf } from './code.js';
import { looksLike } from './look-alike.js';
import { strangerLine } from './stranger-line.js';
import { userNameFor } from './user-name-for.js';

describe('a user name', () => {
  it.each([
    ['Ann', 'ann'],
    ['José Núñez', 'jose.nunez'],
    ['ＡＮＮ', 'ann'],
    ['  ann  smith ', 'ann.smith'],
    ['Ann (ops) 🚀', 'ann.ops'],
    ["O'Brien-Smith", 'obrien-smith'],
    ['--ann--', 'ann'],
    ['a'.repeat(100), 'a'.repeat(63)],
  ])('of %j is %j', (name, username) => {
    expect(userNameFor({ adapter: 'slack', id: 'U1', name })).toBe(username);
  });

  it.each([
    'аnn',
    'ανν',
    '李雷',
    'ann\u0435',
    'ß',
    'Straße',
    'ı',
    '',
    undefined,
    '...',
    '🚀',
    'Root',
    'CHASQUI',
  ])('of %j is made of the id', (name) => {
    expect(userNameFor({ adapter: 'slack', id: 'U1', name })).toMatch(/^slack-u1-[0-9a-f]{6}$/);
  });

  it('that is made of an id is another one in another workspace, and fits however long the id is', () => {
    const of = (workspace: string, id: string) => userNameFor({ adapter: 'slack', workspace, id });
    expect(of('T1', 'U1')).not.toBe(of('T2', 'U1'));
    expect(of('T1', 'x'.repeat(200))).toMatch(/^[a-z0-9][a-z0-9._-]{0,62}$/);
    expect(of('T1', '../../\0')).toMatch(/^[a-z0-9][a-z0-9._-]{0,62}$/);
  });
});

describe('a name', () => {
  it.each([
    ['alice', 'alice'],
    ['a1ice', 'alice'],
    ['al.ice', 'alice'],
    ['aiice', 'alice'],
    ['adm1n', 'admin'],
    ['adrnin', 'admin'],
    ['r00t', 'root'],
    ['vvill', 'will'],
    ['bo55', 'boss'],
  ])('%s looks like %s', (one, other) => {
    expect(looksLike(one, ['someone', other])).toBe(other);
  });

  it.each([
    ['ann', 'anna'],
    ['bob', 'rob'],
    ['alice', 'alicia'],
  ])('%s does not look like %s', (one, other) => {
    expect(looksLike(one, [other])).toBeUndefined();
  });
});

describe('a code', () => {
  const key = Buffer.alloc(32, 1);

  it('is the same for the same run and key, and for no other', () => {
    const code = codeOf('run', key);
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(codeOf('run', key)).toBe(code);
    expect(new Set([code, codeOf('other', key), codeOf('run', Buffer.alloc(32, 2))]).size).toBe(3);
  });

  it.each(['k7qm-2xp0', 'K7QM2XPO', ' k7qm 2xpo ', 'K7QM-2XPo'])('may be typed %j', (typed) => {
    expect(codeHash(typed, key)).toEqual(codeHash('K7QM-2XP0', key));
  });

  it('is told by its hash only to who has the key', () => {
    expect(codeHash('K7QM-2XP0', key)).not.toEqual(codeHash('K7QM-2XP0', Buffer.alloc(32, 2)));
  });
});

describe('a stranger', () => {
  it.each(['register', 'register code', 'help', "help 'a b'"])('may say %s', (line) => {
    expect(strangerLine(parseLine(line))).toMatchObject({ kind: 'stranger' });
  });

  it.each(['registers', 'ops:register', 'help | count', 'register > #ops', 'whoami', 'which help', '"', ''])(
    'may not say %j',
    (line) => {
      expect(strangerLine(parseLine(line))).toBeUndefined();
    },
  );
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aliasFault } from './alias-fault.js';

const own = new Map([['mine', 'ops:status | theirs']]);
const site = new Map([
  ['theirs', 'ops:status'],
  ['ours', 'mine'],
]);
const faultOf = (name: string, line: string, more: { site?: boolean } = {}) =>
  aliasFault(
    { name, line, site: more.site ?? false },
    {
      aliases: { own, site },
      commands: new Set(['restart', 'user list']),
      hasSecrets: (text) => text.includes('--password='),
    },
  );

it.each([
  ['up', 'ops:status'],
  ['Up-2_x', 'ops:log web | where level=error > #ops'],
  ['mine', 'ops:other'],
  ['longer', 'mine --since 1h'],
  ['user', 'ops:whoami'],
])('%s may stand for %j', (name, line) => expect(faultOf(name, line)).toBeUndefined());

it.each([
  ['bad-alias-name', '2up', 'x'],
  ['bad-alias-name', '', 'x'],
  ['bad-alias-name', '__proto__', 'x'],
  ['bad-alias-name', 'a'.repeat(41), 'x'],
  ['bad-alias-name', 'ops:up', 'x'],
  ['alias-too-long', 'up', 'x'.repeat(10_001)],
  ['alias-secret', 'up', 'ops:login --password=x'],
  ['alias-taken', 'help', 'x'],
  ['alias-taken', 'where', 'x'],
  ['alias-taken', 'restart', 'x'],
  ['bad-syntax', 'up', 'ops:log "web'],
  ['bad-syntax', 'up', 'ops:log |'],
  ['bad-syntax', 'up', 'ops:log\u0000'],
  ['alias-loop', 'up', 'up again'],
  ['alias-loop', 'theirs', 'mine'],
])('%s: %j for %j', (code, name, line) => expect(faultOf(name, line)).toMatchObject({ code }));

describe('of the site', () => {
  it('has an end for whoever has no aliases of their own', () => {
    expect(faultOf('mine', 'ours', { site: true })).toMatchObject({
      code: 'alias-loop',
      facts: { path: ['ours', 'mine', 'ours'] },
    });
    expect(faultOf('ours', 'mine', { site: true })).toBeUndefined();
  });
});

it('tells of any name and any line', () => {
  const name = fc.oneof(fc.string(), fc.constantFrom('up', 'mine', 'theirs', 'constructor'));
  const word = fc.constantFrom(
    'up',
    'mine',
    'theirs',
    'ours',
    ' ',
    '|',
    '> #ops',
    '"',
    '$a',
    '${a:-',
    '\\',
    '\0',
  );
  const line = fc.oneof(
    fc.string(),
    fc.array(word).map((words) => words.join('')),
  );
  fc.assert(
    fc.property(name, line, fc.boolean(), (wanted, text, forAll) => {
      expect(['undefined', 'refusal']).toContain(String(faultOf(wanted, text, { site: forAll })?.kind));
    }),
  );
});

import { describe, expect, it } from 'vitest';
import type { KnownAsker } from '../commands/known.js';
import { knownIn } from '../commands/known.fixture.js';
import { relayRecords, relays } from './relays.js';

describe('the relays', () => {
  it.each<[string, readonly string[], KnownAsker['scoped'], readonly string[]]>([
    ['are all there are but those that are protected', [], [], ['dev-1']],
    ['are also those that one may use', ['relay:use'], [], ['dev-1', 'prod-1', 'prod-2']],
    [
      'are also the one that one may use',
      [],
      [{ permission: 'relay:use', of: 'relay', what: 'name=prod-1' }],
      ['dev-1', 'prod-1'],
    ],
    ['are all for who may look at relays', ['chasqui:read-relays'], [], ['dev-1', 'prod-1', 'prod-2']],
    [
      'are also those that one may look at',
      [],
      [{ permission: 'chasqui:read-relays', of: 'relay', what: 'name=prod-2' }],
      ['dev-1', 'prod-2'],
    ],
  ])('%s', (_what, permissions, scoped, names) => {
    const known = knownIn({
      bundles: [],
      permissions,
      scoped,
      relays: { 'dev-1': ['env=dev'], 'prod-1': ['env=prod'], 'prod-2': ['env=prod'] },
      protections: ['env=prod'],
    });
    const ask = { words: [], asker: known.asker!, known };
    const { records } = relayRecords(ask);
    expect(records.map((one) => (one as { name: string }).name)).toEqual(names);
    expect(relays(ask).text.match(/^\w+-\d/gm)).toEqual(names);
  });
});

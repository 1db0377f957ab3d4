import { isRefusal, type Refusal } from '@chasqui/contracts';
import { describe, expect, it } from 'vitest';
import type { KnownAsker } from '../commands/known.js';
import { knownIn } from '../commands/known.fixture.js';
import { relayRecords, relays } from './relays.js';

describe('the relays', () => {
  const protectedProd = { 'dev-1': ['env=dev'], 'prod-1': ['env=prod'], 'prod-2': ['env=prod'] };

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
    const ask = asked([], protectedProd, { permissions, scoped });
    expect(namesIn(ask)).toEqual(names);
    expect(told(relays(ask)).text.match(/^\w+-\d/gm)).toEqual(names);
  });

  it('are with a selector those that match it, and what would become of work', () => {
    const ask = asked(['env', 'in', '(dev,', 'prod)'], protectedProd, {});
    expect(namesIn(ask)).toEqual(['dev-1']);
    expect(told(relays(ask)).text).toMatch(/^1 relay of 1 with env in \(dev,prod\); 1 would take work\n/);
    expect(namesIn(asked(['env=lab'], protectedProd, {}))).toEqual([]);
  });

  it('cannot be told of by what is no selector', () => {
    const ask = asked(['env=$'], protectedProd, {});
    expect(relays(ask)).toMatchObject({ kind: 'refusal', code: 'bad-selector', facts: { position: 4 } });
    expect(relayRecords(ask)).toEqual(relays(ask));
  });
});

function asked(
  words: readonly string[],
  all: Readonly<Record<string, readonly string[]>>,
  holds: { permissions?: readonly string[]; scoped?: KnownAsker['scoped'] },
) {
  const known = knownIn({ bundles: [], ...holds, relays: all, protections: ['env=prod'] });
  return { words, asker: known.asker!, known };
}

function namesIn(ask: Parameters<typeof relayRecords>[0]): string[] {
  return told(relayRecords(ask)).records.map((one) => (one as { name: string }).name);
}

function told<T extends object>(answer: T | Refusal): T {
  if (isRefusal(answer)) throw new Error(answer.code);
  return answer as T;
}

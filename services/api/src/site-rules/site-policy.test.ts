import { parseRule, type Rule } from '@chasqui/access-rules';
import { parseSelector, type Selector } from '@chasqui/relay-selection';
import { describe, expect, it } from 'vitest';
import { SitePolicy, isFor } from './site-policy.js';

it.each([
  ['*', 'ops:restart', true],
  ['ops:*', 'ops:restart', true],
  ['ops:*', 'ops:user list', true],
  ['ops:*', 'opsx:restart', false],
  ['ops:restart', 'ops:restart', true],
  ['ops:restart', 'ops:restart now', false],
  ['ops:user list', 'ops:user list', true],
])('%s is for %s: %s', (on, command, is) => expect(isFor(on, command)).toBe(is));

describe('the rules of a command', () => {
  const rule = parseRule('deny') as Rule;
  const policy = new SitePolicy([{ ...rule, from: 'site', name: 'no', on: 'ops:*' }], []);
  const own = [{ ...(parseRule('allow') as Rule), from: 'bundle' as const }];

  it('are its bundle’s and the site’s, the same array each time', () => {
    const pooled = policy.pooled('ops:restart', own);
    expect(pooled.map(({ from }) => from)).toEqual(['bundle', 'site']);
    expect(policy.pooled('ops:restart', own)).toBe(pooled);
  });

  it('are its bundle’s alone where none of the site is for it', () => {
    const others = [...own];
    expect(policy.pooled('text:head', others)).toBe(others);
    expect(SitePolicy.none.pooled('ops:restart', own)).toBe(own);
  });
});

describe('the tags of a relay', () => {
  const protection = { text: 'env=prod', selector: parseSelector('env=prod') as Selector };
  const policy = new SitePolicy([], [protection]);

  it.each([['env=prod'], ['env=lab'], ['env']])(
    'do not count where it says %s of itself, and that is protected',
    (claimed) => {
      const relay = { name: 'r', tags: ['env=prod', 'gpu', claimed], givenTags: ['team=red'] };
      expect(policy.asCounted(relay).tags).toEqual(['gpu']);
    },
  );

  it('count where an operator gave them', () => {
    const relay = { name: 'r', tags: ['env=prod', 'gpu'], givenTags: ['env=prod'] };
    expect(policy.asCounted(relay)).toBe(relay);
    expect(SitePolicy.none.asCounted(relay)).toBe(relay);
  });

  it('count no more once the operator’s are gone, though the relay says the same as before', () => {
    const tags = ['env=prod', 'gpu'];
    expect(policy.asCounted({ name: 'r', tags, givenTags: ['env=prod'] }).tags).toEqual(tags);
    expect(policy.asCounted({ name: 'r', tags, givenTags: [] }).tags).toEqual(['gpu']);
    expect(policy.asCounted({ name: 'r', tags, givenTags: ['env=prod'] }).tags).toEqual(tags);
  });
});

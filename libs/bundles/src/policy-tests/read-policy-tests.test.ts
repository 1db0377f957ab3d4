import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { policyTestJsonSchema, readPolicyTests } from './index.js';

it('reads cases, and where each begins', () => {
  const { tests, faults } = readPolicyTests(`
people:
  oncall: { groups: [oncall], permissions: [ops:write] }
cases:
  - { who: oncall, line: ops:restart web, expect: allowed, relay: fra-1 }
  - who: { permissions: [ops:read] }
    line: ops:restart web
    where: { adapter: slack, room: '#ops' }
    at: '2026-11-22T23:00:00+01:00'
    expect: refused not-allowed
    needs: ops:write
`);
  expect(faults).toEqual([]);
  expect(tests?.people).toEqual({ oncall: { groups: ['oncall'], permissions: ['ops:write'] } });
  expect(tests?.cases).toMatchObject([
    { who: 'oncall', expect: 'allowed', relay: 'fra-1', startsAt: 5 },
    { who: { permissions: ['ops:read'] }, expect: 'refused not-allowed', needs: 'ops:write', startsAt: 6 },
  ]);
});

it('tells every fault with its place', () => {
  const { tests, faults } = readPolicyTests(`
cases:
  - { who: ann, line: '', expect: allowed }
  - { who: ann, line: help, expects: allowed }
`);
  expect(tests).toBeUndefined();
  expect(faults.map(({ code, line }) => [code, line])).toEqual([
    ['empty-text', 3],
    ['missing-key', 4],
    ['unknown-key', 4],
  ]);
});

it.each(['allow', 'refused because', 'denied', 'refused not_allowed'])(
  'takes %s for no verdict',
  (verdict) => {
    const { faults } = readPolicyTests(`cases:\n  - { who: ann, line: help, expect: "${verdict}" }`);
    expect(faults).not.toEqual([]);
  },
);

it.each(['', '- a', 'cases: 1', 'cases: [1]', '\u0000', 'people: {x: 1}\ncases: []'])(
  'survives %j',
  (text) => {
    expect(readPolicyTests(text).faults).not.toEqual([]);
  },
);

it('is told to editors as it is read', () => {
  const read = readFileSync(new URL('../../../../docs/policy-test.schema.json', import.meta.url), 'utf8');
  expect(JSON.parse(read)).toEqual(policyTestJsonSchema());
});

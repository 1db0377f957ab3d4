import { parseLine } from '@chasqui/command-language';
import { expect, it } from 'vitest';
import { decide } from '../commands/decide.js';
import { knownIn, type Situation } from '../commands/known.fixture.js';
import { firstCommand, isStaged, type Plan } from '../commands/plan.js';
import { relayWaitMs, turnColumns } from './turn-of.js';

const ops = `
chasqui_bundle_version: 1
name: ops
version: 1.0.0
description: Operations
commands:
  plain: { description: Plain, executable: [/bin/echo], rules: [allow] }
  patient: { description: Waits, executable: [/bin/echo], no-relay: wait 10m, rules: [allow] }
  deploy:
    description: One at a time
    executable: [/bin/echo]
    options: { env: { required: true } }
    positionals: [{ name: services, variadic: true, default: all }]
    lock: deploy-\${env}-\${services}
    concurrency: 3
    rules: [allow]
`;

const decided = (line: string, more: Partial<Situation> = {}) =>
  decide(parseLine(line), knownIn({ bundles: [ops], ...more }));
const planned = (line: string, more: Partial<Situation> = {}) => {
  const decision = decided(line, more);
  expect(decision).toMatchObject({ kind: 'plan' });
  return decision as Plan;
};

it.each([
  ['ops:plain --on dc=sin --wait 10m', 600_000],
  ['ops:patient --on dc=sin', 600_000],
  ['ops:patient --on dc=sin --wait 1m', 60_000],
])('%s waits for a relay, %i ms at most', (line, ms) => {
  const plan = planned(line);
  const stage = firstCommand(plan)!;
  expect(stage).toMatchObject({ relay: '', selector: 'dc=sin' });
  expect(relayWaitMs(stage.command, stage)).toBe(ms);
  expect(isStaged(plan)).toBe(true);
});

it.each(['ops:plain', 'ops:plain --wait 10m', 'ops:patient --on dc=fra'])(
  '%s goes the plain way where a relay fits',
  (line) => {
    const plan = planned(line);
    expect(firstCommand(plan)).toMatchObject({ relay: 'fra-1' });
    expect(isStaged(plan)).toBe(false);
  },
);

it.each(['ops:plain --on dc=sin', 'ops:patient --on-each dc=sin'])('%s is refused at once', (line) => {
  expect(decided(line)).toMatchObject({ kind: 'refused', refusal: { code: 'no-relay' } });
});

it('does not wait for another relay where the one that matches is protected', () => {
  const situation = { protections: ['dc=fra'] };
  expect(decided('ops:plain --on dc=fra --wait 10m', situation)).toMatchObject({
    refusal: { code: 'relay-protected' },
  });
});

it('lets each stage of a pipeline wait as it says', () => {
  const [first, second] = planned('ops:plain --on dc=fra | ops:patient $text --on dc=sin --wait 1m').stages;
  expect(first).toMatchObject({ relay: 'fra-1' });
  expect(second).toMatchObject({ relay: '', wait: { ms: 60_000 } });
});

it.each([
  ['ops:deploy --env prod', 'ops:deploy-prod-all'],
  ['ops:deploy --env prod web db', 'ops:deploy-prod-web,db'],
  [`ops:deploy --env ${'x'.repeat(300)}`, expect.stringMatching(/^ops:deploy-x+… [0-9a-f]{16}$/)],
])('%s needs the lock %s, and counts under its command', (line, lock) => {
  const plan = planned(line);
  expect(isStaged(plan)).toBe(true);
  expect(turnColumns(firstCommand(plan)!, plan.invocation!)).toEqual({
    lock_key: lock,
    limit_key: 'ops:deploy',
    limit_most: 3,
  });
});

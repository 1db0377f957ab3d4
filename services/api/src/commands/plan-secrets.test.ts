import { parseLine, type CommandLine } from '@chasqui/command-language';
import { secretKeys } from '@chasqui/sealing';
import { expect, it } from 'vitest';
import type { StoredPlan } from './plan.js';
import { keepPlan, openPlan, planKeysOf } from './plan-secrets.js';

const text = 'a:b --token=hunter2 | c:d --token=hunter3 $x | e:f $y';
const planOf = (effect: string) =>
  ({
    stages: (parseLine(text) as CommandLine).stages.map(({ words }) => ({
      kind: 'command',
      command: { effect },
      words: words.slice(1),
    })),
    targets: [],
  }) as unknown as StoredPlan;
const plan = planOf('write');
const secrets = ['hunter2', 'hunter3'].map((secret) => {
  const start = text.indexOf(secret);
  return { start, end: start + secret.length };
});
const key = planKeysOf(secretKeys(Buffer.alloc(32, 7)));
const kept = keepPlan(plan, secrets, 'run-1', key);

it('keeps no secret in clear, and nothing of the first stage', () => {
  expect(JSON.stringify(kept)).not.toMatch(/hunter/);
  expect(kept.stages[0]).toMatchObject({ words: [] });
  expect(kept.stages[2]).toEqual(plan.stages[2]);
});

it('keeps the first stage, sealed, where it may be tried again', () => {
  const again = keepPlan(planOf('read'), secrets, 'run-1', key);
  expect(JSON.stringify(again)).not.toMatch(/hunter/);
  expect(openPlan(again, 'run-1', key)).toEqual(planOf('read'));
});

it('opens again for its run, also after it was stored', () => {
  const stored = JSON.parse(JSON.stringify(kept)) as StoredPlan;
  expect(openPlan(stored, 'run-1', key).stages.slice(1)).toEqual(
    JSON.parse(JSON.stringify(plan.stages.slice(1))),
  );
});

it('opens for no other run and with no other key', () => {
  expect(() => openPlan(kept, 'run-2', key)).toThrow('run-2');
  expect(() => openPlan(kept, 'run-1', planKeysOf(secretKeys(Buffer.alloc(32, 8))))).toThrow(
    'another secret key',
  );
});

it('keeps what has no secret in it as it is', () => {
  expect(openPlan(keepPlan(plan, [], 'run-1', key), 'run-1', key).stages.slice(1)).toEqual(
    plan.stages.slice(1),
  );
});

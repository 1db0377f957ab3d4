import type { Records } from '@chasqui/filters';
import { resolversOf } from '../commands/invoke.js';
import type { Known } from '../commands/known.js';
import type { Plan } from '../commands/plan.js';
import { surroundingsOf } from '../commands/surroundings-of.js';
import { nextStep, type Step } from './next-step.js';

/** How a line of several stages begins, by what was known when it was decided: `source` are the records of its first stage, if it has such. */
export function firstStep(plan: Plan, source: Records | undefined, known: Known): Step {
  const { asker } = plan;
  return nextStep(plan, 0, source, {
    asker,
    where: surroundingsOf(known, asker),
    policy: known.policy,
    relayNamed: (name) => known.relays.find((relay) => relay.name === name),
    resolve: resolversOf(known),
  });
}

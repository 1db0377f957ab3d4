import { isRefusal, type Refusal } from '@chasqui/contracts';
import type { RelayView } from '@chasqui/relay-selection';
import { rulesOf } from '../commands/catalogue.js';
import { fullNameOf } from '../commands/full-name.js';
import { invoke, type Given } from '../commands/invoke.js';
import { place } from '../commands/place.js';
import type { CommandStage } from '../commands/plan.js';
import { relayLimits } from '../commands/relay-limits.js';
import type { StepFacts } from './next-step.js';

/** The relays there are, and what spreads equal ones. `now` in milliseconds since the epoch. */
interface Relays {
  readonly relays: readonly RelayView[];
  readonly key: string;
  readonly now: number;
}

/**
 * The relay for a stage that is placed at another time than its line was said: everything that had to hold of a relay then must still hold, and
 * rules, protections and the tags that count are those of now. Pure.
 * @param given what it is given, where that is known; while it is not, a relay is left out only where no words would do
 */
export function placeAgain(
  stage: CommandStage,
  given: Given | undefined,
  { asker, where, policy, resolve }: StepFacts,
  { relays, key, now }: Relays,
): Pick<CommandStage, 'relay' | 'driver'> | Refusal {
  const fullName = fullNameOf(stage);
  const { command } = stage;
  const invocation = given && invoke({ ...stage, fullName }, given, resolve);
  if (isRefusal(invocation)) return invocation;
  const limits = relayLimits({
    fullName,
    rules: policy.pooled(fullName, rulesOf(command, fullName)),
    words: invocation?.facts,
    where,
    protections: policy.protections,
    asker,
  });
  // The channel's own selector is in the stage's already.
  const known = {
    relays: relays.map((relay) => policy.asCounted(relay)),
    key,
    now,
    policy: { channels: new Map() },
    place: { channel: '' },
  };
  const put = place({ fullName, command, selectors: [] }, stage.selector || undefined, known, limits);
  return put.place ?? put.refusal!;
}

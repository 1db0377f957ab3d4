import type { Refusal } from '@chasqui/contracts';
import type { RelayView } from '@chasqui/relay-selection';
import { rulesOf } from '../commands/catalogue.js';
import { fullNameOf } from '../commands/full-name.js';
import { place } from '../commands/place.js';
import type { CommandStage } from '../commands/plan.js';
import { relayLimits } from '../commands/relay-limits.js';
import type { StepFacts } from './next-step.js';

/**
 * Another relay for a stage that has not begun, because the one chosen for it takes no work any more: one for which all holds that had to hold,
 * with the driver that the plan names. What the stage is given is not looked at yet, so a relay is left out only where no words would do; with
 * the one that is taken every item is judged anew. Pure.
 */
export function placeElsewhere(
  stage: CommandStage,
  { asker, where, policy }: Pick<StepFacts, 'asker' | 'where' | 'policy'>,
  { relays, key, now }: { readonly relays: readonly RelayView[]; readonly key: string; readonly now: number },
): string | Refusal {
  const fullName = fullNameOf(stage);
  const { command, driver, selector } = stage;
  const limits = relayLimits({
    fullName,
    rules: policy.pooled(fullName, rulesOf(command, fullName)),
    where,
    protections: policy.protections,
    asker,
  });
  const withDriver = relays.map((relay) => ({
    ...policy.asCounted(relay),
    drivers: relay.drivers.filter((name) => name === driver),
  }));
  // The channel's own selector is in the stage's already.
  const known = { relays: withDriver, key, now, policy: { channels: new Map() }, place: { channel: '' } };
  const put = place({ fullName, command, selectors: [] }, selector || undefined, known, limits);
  return put.place?.relay ?? put.refusal!;
}

import { maskedPosition, type Span } from '@chasqui/command-language';
import type { Refusal } from '@chasqui/contracts';

/** A refusal as it may be kept and shown: its place counts in the line with its secrets masked, and where they stand is left out. */
export function shownRefusal(why: Refusal, secrets: readonly Span[]): Refusal {
  const { secrets: _, ...facts } = why.facts;
  const { position } = facts;
  const place = typeof position === 'number' ? { position: maskedPosition(secrets, position) } : {};
  return { ...why, facts: { ...facts, ...place } };
}

import { refusal, type DriverName, type Refusal } from '@chasqui/contracts';
import { choose, type RelayView } from '@chasqui/relay-selection';
import type { Entry } from './catalogue.js';

/** Where a command is to run. */
export interface Place {
  readonly relay: string;
  readonly driver: DriverName;
  /** All selectors that had to hold, in canonical form; empty if there were none. */
  readonly selector: string;
}

/** What a choice of relay looks at. */
interface Relays {
  readonly relays: readonly RelayView[];
  readonly now: number;
  /** Spreads equal relays: the same key chooses the same one. */
  readonly key: string;
}

/** Chooses the relay for a command: what its bundle, it and the person (`on`) ask for must all hold. */
export function place(entry: Entry, on: string | undefined, known: Relays): Place | Refusal {
  const asked = on === undefined ? [] : [{ from: 'person' as const, selector: on }];
  const driver = entry.command.image === undefined ? 'process' : 'container';
  const choice = choose({ selectors: [...entry.selectors, ...asked], driver }, known.relays, known.key);
  switch (choice.kind) {
    case 'bad-selector':
      return refusal('bad-selector', { ...choice.fault, text: choice.text, from: choice.from });
    case 'none':
      return refusal('no-relay', {
        ...choice.facts,
        selector: choice.selector,
        command: entry.fullName,
        now: known.now,
      });
    case 'chosen':
      return { relay: choice.relay, driver: choice.driver, selector: choice.selector };
  }
}

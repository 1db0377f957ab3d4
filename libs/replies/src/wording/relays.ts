import type { ReadFacts } from './read-facts.js';
import { noRelaySentence } from './no-relay.js';

/** No relay may or will run it. `detail` is the relay's own word, with what was asked and what would be allowed. */
export const relaySentences = {
  'bad-selector': (facts: ReadFacts) => {
    const from = facts.text('from');
    const whose = from === undefined || from === 'person' ? 'the selector' : `the ${from}'s own selector`;
    const expected = facts.text('expected');
    const remedy = from === undefined || from === 'person' ? '' : '; whoever keeps it can mend it';
    return `${whose} "${facts.text('text') ?? ''}" cannot be read${expected ? `: expected ${expected}` : ''}${remedy}`;
  },
  'no-relay': (facts: ReadFacts) => noRelaySentence(facts),
  'order-late': (facts: ReadFacts) =>
    `not run: it reached ${relay(facts)} after its deadline. send it again if you still want it`,
  'order-seen': (facts: ReadFacts) => `${relay(facts)} has had this order before and does not run it twice`,
  policy: (facts: ReadFacts) =>
    `${relay(facts)} does not allow this${because(facts)}. its policy file decides; its operator can change it`,
  'no-driver': (facts: ReadFacts) =>
    `${relay(facts)} has nothing to run this with${because(facts)}. what has an image needs a relay with a container engine, what has none needs the process driver`,
  'relay-stopping': (facts: ReadFacts) =>
    `not run: ${relay(facts)} is shutting down. send it again in a moment`,
  'journal-full': (facts: ReadFacts) =>
    `not run: ${relay(facts)} cannot journal any more orders. its operator has to make room on its disk`,
  cancelled: (facts: ReadFacts) =>
    `cancelled before ${relay(facts)} started it. send it again if you want it after all`,
};

function relay(facts: ReadFacts): string {
  return facts.text('relay') ?? 'the relay';
}

function because(facts: ReadFacts): string {
  const detail = facts.text('detail');
  return detail ? `: ${detail.replace(/[.\s]+$/, '')}` : '';
}

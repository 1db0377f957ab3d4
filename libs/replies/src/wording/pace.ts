import { clock, count, duration } from './amounts.js';
import type { ReadFacts } from './read-facts.js';

/** Somebody says more than is taken from one person. */
export const paceSentences = {
  'too-many-lines': (facts: ReadFacts) => {
    const most = facts.number('most') ?? 0;
    const within = duration(facts.number('withinMs') ?? 0);
    const until = facts.number('until') ?? 0;
    return `you said more than ${count(most, 'line')} within ${within}: this one was not run, nor will any be until ${clock(until, facts.number('now'))}. say it again then`;
  },
};

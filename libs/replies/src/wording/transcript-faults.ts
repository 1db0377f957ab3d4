import type { ReadFacts } from './read-facts.js';

/** Only transcripts have these. */
export const transcriptSentences: Readonly<Record<string, (facts: ReadFacts) => string>> = {
  'several-speakers': (facts) =>
    `one line is said at a time, here speak ${facts.words('people').join(' and ')}; write a step for each`,
  'unknown-speaker': (facts) =>
    `nobody here is called ${facts.text('name') ?? 'that'}${or(facts)}; who is there, and what each may do, stands under \`people:\``,
  'empty-step': () => "nothing is said or heard here; write `- NAME: '!line'`, or `- chasqui: reply`",
  'answer-first': () => 'nobody has said anything yet; a line that somebody says comes before what is heard',
  'not-in-bundles': (facts) =>
    `no bundle of this transcript has the ${facts.text('what') ?? 'thing'} ${facts.text('name') ?? ''}${or(facts)}`,
  'bad-policy': (facts) => `this policy cannot be used: ${facts.text('detail') ?? 'it cannot be read'}`,
  'no-such-file': (facts) =>
    facts.text('file')
      ? `the bundle ${facts.text('file')} cannot be read: ${facts.text('detail') ?? 'it is not there'}`
      : 'it is not clear which bundle this is for: name it under `bundles:`, or call this like it',
  'cannot-be-had': (facts) => facts.text('detail') ?? 'this cannot be had',
};

function or(facts: ReadFacts): string {
  const suggestion = facts.text('suggestion');
  return suggestion ? `; did you mean ${suggestion}?` : '';
}

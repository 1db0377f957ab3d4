import { duration, either } from './amounts.js';
import type { ReadFacts } from './read-facts.js';
import { syntaxSentence } from './syntax.js';

/** What was typed cannot be taken as a command. */
export const commandSentences = {
  'bad-syntax': (facts: ReadFacts) => syntaxSentence(facts),
  'empty-line': () => 'there is nothing to run; "help" lists the commands',
  'not-supported-yet': (facts: ReadFacts) => notYet(facts.text('what')),
  'message-late': (facts: ReadFacts) =>
    `not run: you said this ${ago(facts.number('ageMs'))}, and it could not be taken up until now. say it again if you still want it`,
  'unknown-command': (facts: ReadFacts) => {
    const suggestion = facts.text('suggestion');
    const next = suggestion ? `did you mean ${suggestion}?` : '"help" lists those there are';
    return `there is no command ${quoted(facts.text('name'))}; ${next}`;
  },
  'ambiguous-command': (facts: ReadFacts) =>
    `${quoted(facts.text('name'))} is in more than one bundle: write ${either(facts.words('candidates')) || 'bundle:command'}`,
  'repeated-option': (facts: ReadFacts) =>
    `--${facts.text('name') ?? 'one option'} is given more than once; give it once`,
};

/** In whole minutes, once there are some. */
function ago(ms: number | undefined): string {
  if (ms === undefined) return 'a while ago';
  const unit = ms < 120_000 ? 1_000 : 60_000;
  return `${duration(Math.floor(ms / unit) * unit)} ago`;
}

const notYetWords: Record<string, string> = {
  pipeline: 'pipelines (|) are not supported yet; send the commands one by one',
  redirect:
    'redirects (>) are not supported yet; the answer comes back here. to send a > as it is, put it in quotes',
  variable: 'variables ($) are not supported yet; to send a $ as it is, put it in single quotes',
};

function notYet(what: string | undefined): string {
  return (what && notYetWords[what]) ?? `${what ?? 'this'} is not supported yet`;
}

function quoted(name: string | undefined): string {
  return name === undefined ? 'of that name' : `"${name}"`;
}

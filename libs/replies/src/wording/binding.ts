import { both, count, either } from './amounts.js';
import type { ReadFacts } from './read-facts.js';

/** The words of a command do not fit what it takes, or a variable has nothing to stand for. */
export const bindingSentences = {
  'bad-arguments': (facts: ReadFacts) => {
    const problems = facts.each('problems').map(problemSentence);
    const command = facts.text('command');
    const usage = facts.text('usage');
    return [
      ...(problems.length > 0 ? problems : [`${command ?? 'the command'} does not take these words`]),
      ...(usage ? [`usage: ${usage}`] : []),
    ].join('\n');
  },
  'no-variable': (facts: ReadFacts) => {
    const variable = facts.text('variable') ?? 'a variable';
    const literally = `to send ${variable} as it is, put it in single quotes`;
    if (facts.text('missing') === 'record')
      return `${variable} has nothing to stand for: no command stands before this one. ${literally}, or give it a default: \${name:-default}`;
    if (facts.text('missing') === 'text')
      return `${variable} cannot be given to a program: there is a NUL character in it`;
    const suggestion = facts.text('suggestion');
    const fields = facts.words('fields');
    const place = facts.text('within') ?? 'what the command before gave';
    const there = fields.length > 0 ? `${place} has ${both(fields)}` : `${place} has no fields`;
    return `${variable} has no value here: ${there}. ${suggestion ? `did you mean ${suggestion}? ` : ''}a default stands in for what is missing: \${name:-default}`;
  },
};

function problemSentence(facts: ReadFacts): string {
  const name = facts.text('name') ?? 'a value';
  return (problems[facts.text('problem') ?? ''] ?? fallback)(name, facts);
}

const fallback = (name: string): string => `${name} does not fit`;

/** By `ArgumentProblemKind` of the command language. */
const problems: Readonly<Record<string, (name: string, facts: ReadFacts) => string>> = {
  'unknown-option': (name, facts) => {
    const suggestion = facts.text('suggestion');
    return `there is no option ${name}; ${suggestion ? `did you mean ${suggestion}?` : `if it is a value, write -- before it`}`;
  },
  'repeated-option': (name) => `${name} is given more than once; give it once`,
  'missing-value': (name, facts) => {
    const found = facts.text('found');
    return found
      ? `${name} needs a value, and ${found} looks like an option. if it is the value, write ${name}=${found}`
      : `${name} needs a value${expectation(facts, ': ')}`;
  },
  'unexpected-value': (name) => `${name} takes no value`,
  'missing-option': (name, facts) => `${name} is required${expectation(facts, ': ')}`,
  'missing-argument': (name, facts) => `${name} is missing${expectation(facts, ': ')}`,
  'too-many-arguments': (_name, facts) => {
    const most = facts.number('most');
    const found = facts.text('found');
    const takes = most === undefined ? 'fewer' : most === 0 ? 'none' : `at most ${count(most, 'argument')}`;
    return `${found ? `${quoted(found)} is` : 'there is'} one argument too many: the command takes ${takes}`;
  },
  'wrong-type': (name, facts) =>
    `${name} must be ${facts.text('expected') ?? 'something else'}${butIs(facts)}`,
  'not-a-value': (name, facts) => {
    const suggestion = facts.text('suggestion');
    const values = either(facts.words('values')) || 'one of its values';
    return `${name} must be ${values}${butIs(facts)}${suggestion ? `; did you mean ${suggestion}?` : ''}`;
  },
  pattern: (name, facts) => `${name} must match ${facts.text('expected') ?? 'its pattern'}${butIs(facts)}`,
  'too-small': (name, facts) => sizeSentence(name, facts, 'larger'),
  'too-large': (name, facts) => sizeSentence(name, facts, 'smaller'),
  'unknown-user': (name, facts) => `${name} must be somebody Chasqui knows${butIs(facts)}`,
  'unknown-channel': (name, facts) => `${name} must be a room of this chat${butIs(facts)}`,
  'variable-in-name': (name) =>
    `${name} has a variable in an option's name; a variable can only be its value: --name=$value`,
  'option-from-variable': (name, facts) =>
    `${name} stands for ${quoted(facts.text('found') ?? 'an option')} here, which could be read as an option. write -- before it, or --name=${name}`,
};

/** Of a list the one item that was found first says nothing. */
function sizeSentence(name: string, facts: ReadFacts, otherwise: string): string {
  const expected = facts.text('expected') ?? otherwise;
  if (/ items?$/.test(expected)) return `${name} must have ${expected}`;
  return `${name} must ${/ characters?$/.test(expected) ? 'have' : 'be'} ${expected}${butIs(facts)}`;
}

function expectation(facts: ReadFacts, before: string): string {
  const values = either(facts.words('values'));
  const expected = values || facts.text('expected');
  return expected ? `${before}${expected}` : '';
}

function butIs(facts: ReadFacts): string {
  const found = facts.text('found');
  return found === undefined ? '' : `, not ${quoted(found)}`;
}

function quoted(text: string): string {
  return `"${text}"`;
}

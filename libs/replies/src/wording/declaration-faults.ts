import { bindingSentences } from './binding.js';
import type { ReadFacts } from './read-facts.js';
import { syntaxSentence } from './syntax.js';

type Sentences = Readonly<Record<string, (facts: ReadFacts) => string>>;

/** Options, positionals and configuration keys of a bundle file. */
const valueSentences: Sentences = {
  'bad-short': (facts) => `${facts.text('short') ?? 'this'} is no letter; \`short\` is one, like f for -f`,
  'reserved-option': (facts) =>
    `--${facts.text('name') ?? 'this'} is Chasqui's own on every command; choose another name`,
  'own-option': (facts) =>
    `--${facts.text('name') ?? 'this'} is Chasqui's own on other commands, for lines on several relays; here it stays this command's, so it does not work with --on-each. better choose another name`,
  'duplicate-short': (facts) =>
    `-${facts.text('short') ?? 'this letter'} is ${facts.text('other') ?? 'another option'} already; give ${facts.text('name') ?? 'this option'} another letter, or none`,
  'duplicate-name': (facts) =>
    `${facts.text('name') ?? 'this name'} is already the name of ${facts.text('other') === 'option' ? 'an option' : 'a positional'}; one of them needs another`,
  'misplaced-key': (facts) =>
    `${facts.text('key') ?? 'this'} says nothing about ${aType(facts)}; leave it out`,
  'no-values': (facts) =>
    `${facts.text('name') ?? 'this enum'} says no values; list them: \`values: [one, another]\``,
  'bad-bound': (facts) => {
    const least = facts.number('least');
    const [key, value] = [facts.text('key') ?? 'this', facts.text('value') ?? 'this'];
    if (least !== undefined) return `${key} is less than \`min\`, so no value fits`;
    const wanted = facts.text('type') === 'duration' ? 'a duration like 30s' : 'a number';
    return `${key} of ${aType(facts)} is ${wanted}, not ${value}`;
  },
  'bad-default': (facts) => {
    const value = `the default ${facts.text('value') ?? ''} of ${facts.text('name') ?? 'this'}`;
    const [expected, values] = [facts.text('expected'), facts.words('values')];
    if (values.length > 0) return `${value} is none of its values: ${values.join(', ')}`;
    if (facts.text('problem') === 'pattern') return `${value} does not match ${expected ?? 'its pattern'}`;
    return expected ? `${value} is not ${expected}` : `${value} is not ${aType(facts)}`;
  },
  'required-default': (facts) =>
    `${facts.text('name') ?? 'this'} is required, so its default would never be used; keep one of the two`,
  'secret-default': (facts) =>
    `${facts.text('name') ?? 'this'} is secret, and a default stands in the file for everybody to read; leave it out`,
  'bad-positional-type': (facts) =>
    `${facts.text('name') ?? 'this'} takes many words, and each cannot be ${aType(facts)}; write another \`type\`, the list is made by \`variadic\``,
  'required-after-optional': (facts) =>
    `${facts.text('name') ?? 'this'} is required, but stands after ${facts.text('after') ?? 'one'} that is not; turn them round, or make ${facts.text('after') ?? 'the other'} required`,
  'variadic-not-last': (facts) =>
    `${facts.text('name') ?? 'this'} takes all words that are left, so nothing can stand after it; put it last`,
  'bad-pattern': (facts) =>
    `${facts.text('pattern') ?? 'this'} is no regular expression of RE2: ${facts.text('detail') ?? 'it cannot be read'}`,
  'config-and-env': (facts) =>
    `${facts.text('name') ?? 'this variable'} stands under \`config:\` and under \`env:\`; keep one of them (a \`default\` under \`config:\` is what \`env:\` would be)`,
};

/** What a command does with what it takes, and what it gives. */
const useSentences: Sentences = {
  'args-undeclared': () =>
    '`args:` says how declared values become words, and nothing is declared; add `options:` or `positionals:`, or put fixed words into `executable:`',
  'open-template': () => 'this ${ has no }; write ${name}, the name of an option or a positional',
  'unknown-value': (facts) =>
    `${facts.text('name') || 'nothing'} is neither an option nor a positional of this command${meant(facts)}`,
  'bad-example': (facts) =>
    `this example would be refused: ${facts.text('refused') === 'bad-arguments' ? bindingSentences['bad-arguments'](facts) : syntaxSentence(facts)}`,
  'example-of-other': (facts) => `this is no example of ${facts.text('command') ?? 'this command'}`,
  'no-examples': (facts) =>
    `${facts.text('command') ?? 'this command'} has no examples; people read them in its help`,
  'bad-successor': (facts) => `${facts.text('successor') ?? 'this'} is no command; write it like ops:restart`,
  'unknown-successor': (facts) =>
    `this bundle has no other command ${facts.text('successor') ?? 'of that name'}${meant(facts)}`,
  'no-successor': (facts) =>
    `${facts.text('command') ?? 'this command'} is deprecated and says neither what to use instead nor why; add \`successor\` or \`message\``,
  'bad-mount': (facts) =>
    `${facts.text('mount') ?? 'this'} is no mount; write /host/folder:/folder/in/container, with :rw behind it to write`,
  'bad-folder': (facts) =>
    `${facts.text('folder') ?? 'this'} must be a path from the root, without .. and colons`,
  'bad-file-path': (facts) =>
    `${facts.text('path') ?? 'this'} is no place for files; write a path from the root, like /files/in/photo.png, without .. and outside of /proc, /sys and /dev`,
  'files-apart': (facts) =>
    `the files of a command stand in one folder, and ${facts.text('path') ?? 'this'} is not in ${facts.text('folder') ?? 'that of the first'}`,
  'files-overlap': (facts) =>
    `files come out of a folder of their own; ${facts.text('folder') ?? 'this'} and ${facts.text('other') ?? 'that of the files that go in'} are one, or in one another`,
  'file-input-twice': () =>
    'a command has one standard input: one file, or the records of the stage before it',
  'mounts-without-image': (facts) =>
    `${facts.text('command') ?? 'this command'} has no image, and without a container nothing can be mounted`,
  'bad-capability': (facts) =>
    `${facts.text('capability') ?? 'this'} is no Linux capability that can be asked for; write one like NET_RAW, in capitals, and each by itself`,
  'bad-platform': (facts) =>
    `${facts.text('platform') ?? 'this'} is no platform; write system and architecture like linux/amd64 or linux/arm64`,
  'capabilities-without-image': (facts) =>
    `${facts.text('command') ?? 'this command'} has no image, and a program without a container gets no capabilities`,
  'bad-retries': (facts) =>
    `retries is a whole number from 0 to ${facts.number('most') ?? 5}: how often it is tried again where its relay failed`,
  'bad-no-relay': () => 'no-relay is refuse, or wait and at most a day: wait 10m',
  'lock-secret': (facts) =>
    `${facts.text('name') ?? 'that value'} is secret, and who holds which lock is shown; make the lock of other values`,
  'lock-without-value': (facts) =>
    `${facts.text('name') ?? 'that value'} may be left out, and then the lock would have no name; say \`required: true\` or give it a default`,
  'retries-of-write': (facts) =>
    `${facts.text('command') ?? 'every command here'} has the effect write, or names none, which is the same: it is never tried again, because that could do it twice. leave retries out, or say \`effect: read\` or \`effect: idempotent\` if that is so`,
  'on-error-unused': (facts) =>
    `on-error is for a command that runs once for each record; with \`input: ${facts.text('input') ?? 'none'}\` it runs once`,
};

/** Rules, held against what the command declares. */
const ruleSentences: Sentences = {
  'rule-unknown-option': (facts) =>
    `this rule looks at an option that the command does not declare, ${facts.text('option') ?? 'by name'}, so it could never hold${meant(facts)}`,
  'rule-unknown-argument': (facts) => {
    const count = facts.number('count') ?? 0;
    const said = count === 0 ? 'declares none' : `declares ${count}, counted from arg[0]`;
    return `this rule looks at ${facts.text('argument') ?? 'a positional'}, and the command ${said}, so it could never hold`;
  },
  'rule-never': (facts) =>
    `${facts.text('name') ?? 'this value'} is ${aType(facts)} and never ${facts.text('operator') ?? '=='} ${facts.text('literal') ?? 'that'}; it would have to be ${facts.text('wanted') ?? 'something else'}`,
};

/** The JSON Schema of what a command prints. */
const schemaSentences: Sentences = {
  'bad-schema': (facts) =>
    `${facts.text('keyword') ?? 'this'} must be ${facts.text('expected') ?? 'something else'} in a JSON Schema`,
  'schema-keyword': (facts) =>
    `${facts.text('keyword') ?? 'this'} is no keyword of JSON Schema 2020-12 that is known here${meant(facts)}`,
  'schema-not-checked': (facts) =>
    `${facts.text('keyword') ?? 'this keyword'} could take for ever to check, so it is not allowed here; leave it out`,
  'schema-reference': (facts) => `no schema stands at ${facts.text('ref') ?? 'that place'}`,
  'schema-endless': (facts) =>
    `${facts.text('ref') ?? 'a reference'} leads back to where it stands; a schema here may not contain itself`,
  'schema-too-large': (facts) =>
    `this schema has more than ${facts.number('most') ?? 'so many'} parts, with what its references repeat`,
};

export const declarationSentences: Sentences = {
  ...valueSentences,
  ...useSentences,
  ...ruleSentences,
  ...schemaSentences,
};

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  int: 'a whole number',
  number: 'a number',
  bool: 'true or false',
  enum: 'one of its values',
  list: 'a list',
  count: 'a count',
  duration: 'a duration like 30s',
  user: 'a person',
  channel: 'a channel',
};

function aType(facts: ReadFacts): string {
  return typeNames[facts.text('type') ?? ''] ?? 'such a value';
}

function meant(facts: ReadFacts): string {
  const suggestion = facts.text('suggestion');
  return suggestion ? `; did you mean ${suggestion}?` : '';
}

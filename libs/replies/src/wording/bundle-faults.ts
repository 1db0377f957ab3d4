import type { Facts } from '@chasqui/contracts';
import { declarationSentences } from './declaration-faults.js';
import { readFacts, type ReadFacts } from './read-facts.js';
import { templateFaultSentence } from './template-faults.js';
import { transcriptSentences } from './transcript-faults.js';

/** What is wrong with a bundle file, for one fault: what it is and what to write instead. Line and column stand beside it. */
export function bundleFaultSentence(fault: { readonly code: string; readonly facts: Facts }): string {
  const facts = readFacts(fault.facts);
  if (fault.code === 'bad-template')
    return `this template cannot be used: ${templateFaultSentence({ code: facts.text('fault') ?? 'failed', facts: fault.facts })}`;
  return (sentences[fault.code] ?? unworded(fault.code))(facts);
}

type Sentences = Readonly<Record<string, (facts: ReadFacts) => string>>;

/** The file as YAML. */
const yamlSentences: Sentences = {
  'too-large': (facts) =>
    `a bundle file may have ${facts.number('most') ?? 'so many'} bytes, this has ${facts.number('bytes') ?? 'more'}`,
  'bad-yaml': (facts) => `this is not valid YAML: ${facts.text('detail') ?? 'it cannot be read'}`,
  'several-documents': () =>
    'a second YAML document begins here; a bundle file is one document: put the second into a file of its own',
  'empty-document': () =>
    'there is nothing in this file; `chasqui_bundle_version: 1` is the first line of a bundle',
  'not-a-mapping': (facts) => `a bundle file is a mapping of names to values, this is ${found(facts)}`,
  'too-deep': (facts) => `this is nested too deep${more(facts, 'most', (n) => `: ${n} levels are allowed`)}`,
  'too-many-values': (facts) =>
    `this file has too many values or too much text, with what its aliases repeat${more(facts, 'most', (n) => `; ${n} values are allowed`)}`,
  'endless-alias': (facts) =>
    `the alias *${facts.text('alias') ?? ''} stands inside its own anchor and has no end`,
  'unknown-alias': (facts) => `no anchor &${facts.text('alias') ?? ''} stands before this alias`,
  'bad-key': (facts) =>
    facts.text('key') ? `${facts.text('key')} cannot be a name here` : 'a name must be plain text',
  'duplicate-key': (facts) =>
    `${facts.text('key') ?? 'this name'} stands here a second time${more(facts, 'firstLine', (n) => `, the first is on line ${n}`)}; only one of them can hold`,
  'more-faults': (facts) => `and ${facts.number('more') ?? 'more'} more faults after this one`,
};

/** Names, types and what must be there. */
const shapeSentences: Sentences = {
  'no-format': () =>
    'this says no format: begin with `chasqui_bundle_version: 1` (or `gort_bundle_version: 1` for a Gort bundle)',
  'two-formats': () => 'this has both gort_bundle_version and chasqui_bundle_version; keep one of them',
  'unsupported-format': (facts) =>
    `${facts.text('key') ?? 'the format'} ${facts.text('found') ?? ''} is unknown here; write ${facts.text('key') ?? 'chasqui_bundle_version'}: 1`,
  'unknown-key': (facts) => {
    const { suggestion, known } = { suggestion: facts.text('suggestion'), known: facts.words('known') };
    const hint = suggestion
      ? `; did you mean ${suggestion}?`
      : known.length > 0
        ? `; what may stand here: ${known.join(', ')}`
        : '';
    return `${facts.text('key') ?? 'this name'} means nothing here${hint}`;
  },
  'ignored-key': (facts) => `${facts.text('key') ?? 'this'} is read by Gort and changes nothing here`,
  'missing-key': (facts) => `${facts.text('key') ?? 'a value'} is missing`,
  'wrong-type': (facts) =>
    `${facts.text('key') ?? 'this'} must be ${expected(facts)}, this is ${found(facts)}`,
  'not-allowed-value': (facts) =>
    `${facts.text('key') ?? 'this'} cannot be ${facts.text('value') ?? 'that'}; it is one of ${facts.words('allowed').join(', ')}`,
  'empty-text': (facts) => `${facts.text('key') ?? 'this'} is empty; write something or leave the line out`,
  'too-long': (facts) =>
    `${facts.text('key') ?? 'this'} is too long${more(facts, 'most', (n) => `: ${n} characters are allowed`)}`,
  'nul-character': () => 'a NUL character cannot be given to a program',
  'empty-command': (facts) =>
    `the command ${facts.text('command') ?? ''} has nothing in it; give it an executable and rules, or leave it out`,
  'executable-is-text': (facts) =>
    `executable is a list of words: write ${facts.text('suggestion') ?? '["/bin/program", "word"]'}`,
  'no-commands': () => 'a bundle without commands does nothing; add one under `commands:`',
  'no-description': (facts) =>
    `${facts.text('command') ?? 'this command'} has no description; people read it in !help`,
  'nothing-to-run': (facts) =>
    `${facts.text('command') ?? 'this command'} says nothing to run: give it an executable, or an image (the bundle's or its own)`,
  'executable-not-absolute': (facts) =>
    `without an image ${facts.text('executable') ?? 'the program'} runs on the relay itself, so write where it is, beginning with /; or name an image`,
};

/** Small languages inside the values. */
const valueSentences: Sentences = {
  'bad-name': (facts) =>
    `${facts.text('name') ?? 'this'} cannot be the name of a ${facts.text('what') ?? 'thing'}; ${names(facts)}`,
  'reserved-name': (facts) =>
    `${facts.text('name') ?? 'this name'} is Chasqui's own; choose another name for your bundle`,
  'bad-version': (facts) => {
    const suggestion = facts.text('suggestion');
    return `${facts.text('version') ?? 'this'} is no version; write ${suggestion ?? 'three numbers, such as 1.0.0'}`;
  },
  'loose-version': (facts) =>
    `${facts.text('version') ?? 'this'} is no semantic version; it is kept as it is and ordered as ${facts.text('like') ?? 'one'}`,
  'bad-image': (facts) =>
    `${facts.text('image') ?? 'this'} is no image name; write it like debian:12 or host:5000/team/tool@sha256:…`,
  'old-docker': (facts) => {
    const image = facts.text('image');
    return image
      ? `\`docker:\` is an old form that Gort itself ignores; here it is read as \`image: ${image}\`, write that instead`
      : '`docker:` is an old form that changes nothing beside `image:`; leave it out';
  },
  'bad-duration': (facts) =>
    `${facts.text('value') ?? 'this'} is no duration; write it like 30s, 5m or 1h30m, above zero and at most 7 days`,
  'bad-size': (facts) =>
    `${facts.text('value') ?? 'this'} is no amount of memory; write it like 256MiB or 1GiB, above zero`,
  'bad-number': (facts) =>
    `${facts.text('key') ?? 'this'} must be a ${facts.text('expected') === 'whole' ? 'whole number' : 'number'} above zero`,
  'bad-env-name': (facts) =>
    `${facts.text('name') ?? 'this'} cannot be an environment variable; use letters, digits and _, not a digit first`,
  'reserved-env-name': (facts) =>
    `${facts.text('name') ?? 'this'} is one of the variables that Chasqui sets itself; choose another name`,
  'bad-selector': (facts) => `this is no selector of relays: ${unread(facts)} here`,
};

/** Rules and permissions. */
const accessSentences: Sentences = {
  'bad-rule': (facts) => `this rule cannot be read: ${unread(facts)}`,
  'rule-of-other-command': (facts) =>
    `this rule is for ${facts.text('named') ?? 'another command'}, but stands at ${facts.text('command') ?? 'this one'}; a rule need not name its command`,
  'duplicate-rule': (facts) =>
    `this rule stands here twice${more(facts, 'firstLine', (n) => `, first on line ${n}`)}; one is enough`,
  'no-rules': (facts) =>
    `${facts.text('command') ?? 'this command'} has no rules, so nobody can run it; the rule \`allow\` lets everybody`,
  'undeclared-permission': (facts) => {
    const suggestion = facts.text('suggestion');
    const hint = suggestion ? `did you mean ${suggestion}? or ` : '';
    return `${facts.text('permission') ?? 'this permission'} is not declared: ${hint}add ${short(facts.text('permission'))} under \`permissions:\``;
  },
  'foreign-permission': (facts) => {
    const permission = facts.text('permission') ?? 'this permission';
    return permission.startsWith('site:')
      ? `${permission} is one of the site's own; an administrator makes it with: chasqui permission create ${permission}`
      : `${permission} belongs to another bundle; the rule can only hold where that bundle is installed`;
  },
  'unused-permission': (facts) => `no rule asks for ${facts.text('permission') ?? 'this permission'}`,
  'duplicate-permission': (facts) => `${facts.text('permission') ?? 'this permission'} is declared twice`,
};

const sentences: Sentences = {
  ...yamlSentences,
  ...shapeSentences,
  ...valueSentences,
  ...accessSentences,
  ...declarationSentences,
  ...transcriptSentences,
};

const typeNames: Readonly<Record<string, string>> = {
  text: 'text',
  number: 'a number',
  boolean: 'true or false',
  list: 'a list',
  mapping: 'a mapping of names to values',
  nothing: 'empty',
};

function type(name: string | undefined): string {
  return typeNames[name ?? ''] ?? name ?? 'something else';
}

/** One kind, or several that are all right. */
function expected(facts: ReadFacts): string {
  const several = facts.words('expected').map(type);
  return several.length > 0 ? several.join(', or ') : type(facts.text('expected'));
}

function found(facts: ReadFacts): string {
  return type(facts.text('found'));
}

function names(facts: ReadFacts): string {
  if (facts.text('what') === 'command' && facts.text('form') !== 'loose')
    return 'use lower-case letters, digits, dashes and underscores, a letter first, at most 64; a path has up to four such words, one blank between';
  return facts.text('form') === 'loose'
    ? 'use letters, digits, dots, dashes and underscores, at most 64'
    : 'use lower-case letters, digits, dashes and underscores, a letter first, at most 64';
}

/** What a parser of ours found, and what it expected there. */
function unread(facts: ReadFacts): string {
  const [found, expected] = [facts.text('found'), facts.text('expected') ?? 'something else'];
  return found ? `expected ${expected}, not ${found}` : `expected ${expected}`;
}

function short(permission: string | undefined): string {
  return permission?.split(':').at(-1) ?? 'it';
}

function more(facts: ReadFacts, name: string, say: (n: number) => string): string {
  const n = facts.number(name);
  return n === undefined ? '' : say(n);
}

/** For a code from a newer process than this one. */
function unworded(code: string): (facts: ReadFacts) => string {
  return () => `it is not right here: ${code}`;
}

import type { Facts } from '@chasqui/contracts';
import { both } from './amounts.js';
import { bundleFaultSentence } from './bundle-faults.js';
import { readFacts, type ReadFacts } from './read-facts.js';

/*
 * What is said of a Cog bundle that is converted. The same sentences stand as comments in the file that comes out, so each can be
 * read where there is no Cog file beside it.
 */

/** What became of a part of the bundle, and what to do about it if anything. */
export function cogNoteSentence(note: { readonly code: string; readonly facts: Facts }): string {
  return (noteSentences[note.code] ?? ((facts) => `${note.code} ${facts.text('what') ?? ''}`.trim()))(
    readFacts(note.facts),
  );
}

/** Why a file cannot be converted. */
export function cogFaultSentence(fault: { readonly code: string; readonly facts: Facts }): string {
  const facts = readFacts(fault.facts);
  switch (fault.code) {
    case 'not-cog':
      return 'this is no Cog bundle: it has no cog_bundle_version';
    case 'cog-version':
      return `Cog bundles of version ${facts.text('found') ?? '?'} cannot be converted; 3, 4 and 5 can`;
    case 'nothing-left':
      return 'there is no command in it that could be run';
    case 'not-readable':
      return `what comes out would not be a right bundle: ${facts.text('detail') ?? 'unknown'} at ${facts.text('pointer') ?? 'the top'}`;
    default:
      return bundleFaultSentence(fault);
  }
}

type Sentences = Readonly<Record<string, (facts: ReadFacts) => string>>;

const bundleSentences: Sentences = {
  renamed: (facts) =>
    `the ${facts.text('what') ?? 'name'} ${facts.text('from') ?? ''} is called ${facts.text('to') ?? ''} here: lower-case letters, digits, - and _ make a name`,
  'no-version': (facts) =>
    facts.text('version')
      ? `"${facts.text('version')}" is no version; write the right one`
      : 'there is no version; write one',
  'no-description': () => 'there is no description; write one line that people read in help',
  'unknown-key': (facts) => `${facts.text('key') ?? 'this'} meant nothing to Cog and is left out`,
  'docker-rights': () =>
    "Cog's containers had network and could write everywhere, and a minute of time; take away what is not needed. the relay's policy has the last word",
  native: () =>
    "there is no image, so the relay itself runs the commands, where its policy allows their executables; a minute of time is Cog's",
  'no-tag': (facts) =>
    `${facts.text('image') ?? 'the image'} has no tag; name one, so that everybody runs the same`,
  mounts: () => "folders of the relay's machine are mounted only where its policy allows them",
  'bad-mount': (facts) =>
    `${facts.text('mount') ?? 'this bind'} cannot be mounted here: it takes a folder of the host`,
  'config-open': () =>
    'Cog did not say which of these are required or secret: add required: true and secret: true where it is so',
  'config-and-env': (facts) =>
    `${facts.text('name') ?? 'this'} is set by a command itself, so it is not declared here; what is configured wins all the same`,
  'bad-variable': (facts) =>
    `${facts.text('name') ?? 'this'} cannot be the name of a variable that is set here`,
  'nul-character': (facts) =>
    `${facts.text('name') ?? 'this'} has a NUL character in it, which no program can be given`,
  'git-style-names': (facts) =>
    `in Cog ${exampleOf(facts.words('commands'))}; here a command has the one name, or is named as a path with blanks: write it that way if people are used to it`,
};

function exampleOf(commands: readonly string[]): string {
  const [first = 'a-b'] = commands;
  return `${both(commands)} could also be typed with blanks (${first.replaceAll('-', ' ')})`;
}

const ruleSentences: Sentences = {
  'bad-permission': (facts) =>
    `${facts.text('permission') ?? 'this'} is no permission of ${facts.text('bundle') ?? 'this bundle'} and is left out`,
  'undeclared-permission': (facts) =>
    `${facts.text('permission') ?? 'this'} is asked for by a rule and was not declared`,
  'foreign-permission': (facts) =>
    `${facts.text('permission') ?? 'this'} belongs to another bundle; give it a name here if that is not installed`,
  'no-rules': (facts) =>
    `${facts.text('command') ?? 'this command'} had no rules, so nobody could run it, and nobody can now`,
  'bad-rule': (facts) =>
    `a rule could not be carried over (${facts.text('expected') ?? 'a rule'} should stand where ${facts.text('found') ?? 'it ends'} is), so nobody may run the command until it is written anew: ${facts.text('rule') ?? ''}`,
  'rule-of-other-command': (facts) =>
    `this rule is about ${facts.text('named') ?? 'another command'}, so nobody may run ${facts.text('command') ?? 'this one'} until it has one of its own: ${facts.text('rule') ?? ''}`,
  'rules-merged': (facts) =>
    facts.flag('open')
      ? `in Cog one of these was enough, and one of them asks for nothing: ${facts.words('rules').join('; ')}`
      : `in Cog one of these was enough, so they are one rule here: ${facts.words('rules').join('; ')}`,
  'rule-stricter': (facts) =>
    `in Cog a more specific rule took the place of this one (${facts.words('others').join('; ')}); here both must be satisfied${facts.text('instead') ? `. as it was in Cog: ${facts.text('instead')}` : ''}`,
  'rule-tie': (facts) =>
    `in Cog it was enough to satisfy this rule or an equally specific one that holds (${facts.words('others').join('; ')}); here all of them must be satisfied`,
  'rule-never-held': (facts) =>
    `a rule that never held in Cog is left out (an option that is not declared, or options in a list): ${facts.text('rule') ?? ''}`,
};

const commandSentences: Sentences = {
  'executable-searched': (facts) =>
    `${facts.text('executable') ?? 'the program'} is looked for by env, as Cog looked for it; better write where it is`,
  'no-executable': () => "there is no executable, so the image's own entrypoint runs",
  'command-left-out': (facts) =>
    `${facts.text('command') ?? 'a command'} is left out: it says nothing to run`,
  'unknown-option-type': (facts) =>
    `${facts.text('type') ?? 'no type'} is no type of Cog's; string takes anything`,
  'bad-short': (facts) => `-${facts.text('short') ?? ''} is left out: a short name is one letter here`,
  'duplicate-short': (facts) =>
    `-${facts.text('short') ?? ''} is left out: it is --${facts.text('other') ?? ''} already`,
  'reserved-option': (facts) =>
    `--${facts.text('name') ?? ''} is Chasqui's own on every command, so it is --${facts.text('to') ?? ''} here, and the program finds it under that name`,
  'help-option': () => '--help is answered by Chasqui on every command, so it is left out',
  'undeclared-option': (facts) =>
    `a rule looks at the option ${facts.text('option') ?? ''}, which is not declared, so Cog never let a rule see it; what looks at it is left out`,
  'any-arguments': (facts) =>
    `Cog's file does not say which words ${facts.text('command') ?? 'this command'} takes, so it takes any; better name them`,
  'arguments-not-read': (facts) =>
    `"${facts.text('text') ?? ''}" is no list of names, so any words are taken; better name them`,
  'more-arguments': (facts) =>
    `a rule looks at arg[${facts.number('looked') ?? 0}], and only ${facts.number('count') ?? 0} are named, so more are taken`,
  'examples-kept-as-text': () =>
    'some of the examples are not lines that could be sent as they are, so the whole text stands in the long description',
};

const templateSentences: Sentences = {
  'template-not-carried': (facts) =>
    `the template ${facts.text('name') ?? ''} could not be carried over (${facts.text('what') ?? 'it cannot be read'}); what it was for is drawn as it comes`,
  'template-mustache': (facts) =>
    `the template ${facts.text('name') ?? ''} is written for each chat (Cog's format 3), which is not carried over; what it was for is drawn as it comes`,
  'template-markup': (facts) =>
    `bold, italics, code and links within a line of the template ${facts.text('name') ?? ''} are plain text here`,
  'template-titles': (facts) =>
    `the columns of a table in the template ${facts.text('name') ?? ''} are titled by the names of their fields here`,
  'template-part-left-out': (facts) =>
    `${both(facts.words('what'))} in the template ${facts.text('name') ?? ''} ${facts.words('what').length > 1 ? 'are' : 'is'} left out`,
};

const noteSentences: Sentences = {
  ...bundleSentences,
  ...ruleSentences,
  ...commandSentences,
  ...templateSentences,
};

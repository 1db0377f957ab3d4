import type { OutageCode } from '@chasqui/contracts';
import type { ReadFacts } from './read-facts.js';

/** Something around us does not work. Each says that nothing was run, whose turn it is, and what may help. */
export const outageSentences: Record<OutageCode, (facts: ReadFacts) => string> = {
  'database-unavailable': () => 'it was not run: the database cannot be reached. try again in a minute',
  'broker-unavailable': () => 'it was not run: the message broker cannot be reached. try again in a minute',
  'image-unavailable': (facts) =>
    `it was not run: ${the('image', facts.text('image'))} could not be fetched${by(facts)}${because(facts)}. check its name and tag, and that its registry can be reached from there`,
  'image-unauthorised': (facts) =>
    `it was not run: the registry does not give out ${the('image', facts.text('image'))}${by(facts)}${because(facts)}. the relay's operator can give it credentials`,
  'image-unknown': (facts) =>
    `it was not run: its registry has no ${facts.text('image') ?? 'such image'}${because(facts)}. check its name and tag`,
  'image-platform': (facts) =>
    `it was not run: ${the('image', facts.text('image'))} is not made for ${facts.text('relay') ?? 'the relay'}${because(facts)}. choose a relay of another platform with --on, or have the image built for this one`,
  'engine-unavailable': (facts) =>
    `it was not run: ${facts.text('relay') ?? 'the relay'} cannot reach its container engine${because(facts)}. its operator can start it`,
  'executable-missing': (facts) =>
    `it was not run: ${the('program', facts.text('executable'))} is not there${on(facts)}${because(facts)}. check the command's executable in its bundle`,
  'entrypoint-unknown': (facts) =>
    `it was not run: its bundle leaves the program to its image, and files or input need it to be known${on(facts)}${because(facts)}. name its executable in the bundle, or have the relay's operator let it ask the image's registry`,
  'chat-unavailable': () => 'the chat cannot be reached; what is to be said there waits until it can',
  'journal-unavailable': (facts) =>
    `it was not run: ${facts.text('relay') ?? 'the relay'} cannot write its journal${because(facts)}. its operator has to see to its disk`,
};

function the(noun: string, name: string | undefined): string {
  return name ? `the ${noun} ${name}` : `its ${noun}`;
}

function by(facts: ReadFacts): string {
  const relay = facts.text('relay');
  return relay ? ` to ${relay}` : '';
}

function on(facts: ReadFacts): string {
  const relay = facts.text('relay');
  return relay ? ` on ${relay}` : '';
}

function because(facts: ReadFacts): string {
  const detail = facts.text('detail');
  return detail ? ` (${detail.replace(/[.\s]+$/, '')})` : '';
}

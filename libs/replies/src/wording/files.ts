import type { LeftOutFile, OutFile } from '@chasqui/contracts';
import { both, count, size } from './amounts.js';
import type { ReadFacts } from './read-facts.js';

/** Files that were to go in, and do not. */
export const fileSentences = {
  'takes-no-files': (facts: ReadFacts) =>
    `${facts.text('command') ?? 'this'} takes no files; say it again without them`,
  'file-missing': (facts: ReadFacts) => {
    const description = facts.text('description');
    const file = facts.text('file') ?? 'name';
    return `${facts.text('command') ?? 'this command'} needs the file ${file}${description ? ` (${description})` : ''}: attach it to your message, or give it with --file ${file}=PATH`;
  },
  'no-such-file': (facts: ReadFacts) => {
    const suggestion = facts.text('suggestion');
    const known = both(facts.words('files'));
    return `${facts.text('command') ?? 'this command'} has no file ${facts.text('file') ?? 'of that name'}; ${suggestion ? `did you mean ${suggestion}?` : `it takes ${known}`}`;
  },
  'file-twice': (facts: ReadFacts) =>
    `${facts.text('file') ?? 'one file'} is given more than once; give it once`,
  'too-many-files': (facts: ReadFacts) =>
    `${facts.text('command') ?? 'this command'} takes no more files than ${both(facts.words('files'))}; give only those`,
  'files-too-large': (facts: ReadFacts) =>
    `${facts.text('command') ?? 'this command'} was not run: files may have ${size(facts.number('most') ?? 0)} in all${toEach(facts.number('targets'))}, and these have ${size(facts.number('bytes') ?? 0)}`,
  'file-unreadable': (facts: ReadFacts) =>
    `${facts.text('command') ?? 'this command'} was not run: the chat does not give ${facts.text('file') ?? 'a file'}. attach it anew, or tell an administrator`,
  'files-in-a-pipeline': (facts: ReadFacts) =>
    `${facts.text('command') ?? 'this command'} needs a file, and only the first command of a line can be given files; put it first, or run it by itself`,
};

/** Each of the relays of a line is sent them. */
function toEach(relays: number | undefined): string {
  return relays === undefined ? '' : ` where they go to ${count(relays, 'relay')}`;
}

/** What a command left, and how to get it. */
export function filesSentence(files: readonly OutFile[], runId: string): string {
  const names = files.slice(0, mostNamed).map(({ name, bytes }) => `${name} (${size(bytes)})`);
  const more = files.length > mostNamed ? `, and ${files.length - mostNamed} more` : '';
  return `${count(files.length, 'file')}: ${names.join(', ')}${more}; to get ${files.length === 1 ? 'it' : 'them'}: chasqui runs files ${runId} --save .`;
}

const mostNamed = 10;

const whyLeftOut: Record<LeftOutFile['why'], string> = {
  'too-large': 'too large',
  'too-many': 'one too many',
  'no-file': 'no regular file',
  'bad-name': 'not a name that can be kept',
  unreadable: 'may not be read',
};

/** What stood beside them, and is not kept. */
export function leftOutSentence(leftOut: readonly LeftOutFile[]): string {
  return `not kept: ${leftOut.map(({ name, why }) => `${name} (${whyLeftOut[why]})`).join(', ')}`;
}

/** Those that its relay names, and that are not all there. */
export function missingFilesSentence(files: readonly OutFile[], runId: string): string {
  const names = files.slice(0, mostNamed).map(({ name, bytes }) => `${name} (${size(bytes)})`);
  const more = files.length > mostNamed ? `, and ${files.length - mostNamed} more` : '';
  const [it, is] = files.length === 1 ? ['it', 'it is'] : ['them', 'they are'];
  return `${count(files.length, 'file')} did not come: ${names.join(', ')}${more}; its relay has lost ${it}, or ${is} still on the way. to look again: chasqui runs files ${runId}`;
}

/** A file that is not to be had: by its name, where that is known, and why. */
export interface NotKeptFile {
  readonly name?: string;
  readonly bytes?: number;
  readonly why: LeftOutFile['why'] | 'missing' | 'lost';
  /** Of those that are lost. */
  readonly detail?: string;
}

/** One of them, in a list. */
export function notKeptFile({ name, bytes, why, detail }: NotKeptFile): string {
  if (why === 'lost') return `files that are lost: ${detail ?? 'nobody can tell why'}`;
  const because = why === 'missing' ? 'did not come' : whyLeftOut[why];
  return `${name ?? 'a file'} (${bytes === undefined ? '' : `${size(bytes)}; `}${because})`;
}

/** What a run left of which nothing is to be had. */
export function notKeptSentence(files: readonly NotKeptFile[], runId: string): string {
  const shown = files.slice(0, mostNamed).map(notKeptFile).join(', ');
  return files.length > mostNamed
    ? `not kept: ${shown}, and ${files.length - mostNamed} more; to see all: chasqui runs files ${runId}`
    : `not kept: ${shown}`;
}

export function filesLostSentence(why: string, someCame = false): string {
  return `${someCame ? 'some of ' : ''}its files are lost: ${why}`;
}

/** For a log that its engine does not give whole. */
export function incompleteSentence(why: string): string {
  return `some of what it printed is missing: ${why}`;
}

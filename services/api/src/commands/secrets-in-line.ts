import {
  parseLine,
  takePlacement,
  type CommandLine,
  type Span,
  type Stage,
  type Word,
} from '@chasqui/command-language';
import { isRefusal, type Refusal } from '@chasqui/contracts';
import { isFilter } from '@chasqui/filters';
import { isBuiltIn, type BuiltInName } from '../built-ins/names.js';
import { findEntries } from './catalogue.js';
import { expand } from './expand.js';
import { declarationsOf, ownOptions, resolversOf, secretsIn } from './invoke.js';
import type { Known } from './known.js';

/** What tells where in a line secrets stand. */
export type Names = Pick<Known, 'catalogue' | 'aliases' | 'people' | 'rooms'>;

/** A line with what its aliases stand for. */
export function writtenOut(line: CommandLine, names: Names): CommandLine | Refusal {
  return expand(line, names.aliases, (stage) => isTaken(stage, names));
}

/** Whether a stage names something that no alias can stand for. */
function isTaken({ words }: Stage, { catalogue }: Names): boolean {
  const name = words[0]!.text;
  return isBuiltIn(name) || isFilter(name) || findEntries(words, catalogue).entries.length > 0;
}

/** Where in a line secrets stand, of every command that its words may mean, whatever is wrong with it and whoever asks. */
export function secretsOf({ stages }: CommandLine, names: Names): readonly Span[] {
  return stages.flatMap(({ words }) => {
    const [name, ...rest] = words as [Word, ...Word[]];
    switch (name.text as BuiltInName) {
      case 'why':
      case 'which':
      case 'help':
        return secretsAsked(rest, names);
      case 'alias':
        return secretsNamed(rest, names);
      case 'schedule':
        return secretsScheduled(rest, names);
      default:
        return secretsInWords(words, names);
    }
  });
}

/** Whether a text has secrets of commands in it, as far as anybody can tell. */
export function hasSecrets(text: string, names: Names): boolean {
  const line = parseLine(text);
  if (isRefusal(line)) return secretsInUnread(text, names).length > 0;
  const read = writtenOut(line, names);
  return secretsOf(isRefusal(read) ? line : read, names).length > 0;
}

/**
 * Where secrets may stand in a text that cannot be read: nobody can tell which of its words they are, so it is everything behind the name of a
 * command that takes any, or of an alias for one.
 */
export function secretsInUnread(text: string, names: Names): readonly Span[] {
  for (const { 0: word, index } of text.matchAll(/[^\s"'|!(]+/g)) {
    const start = index + word.length + /^\s*/.exec(text.slice(index + word.length))![0].length;
    if (start < text.length && takesSecrets(word, names)) return [{ start, end: text.length }];
  }
  return [];
}

function takesSecrets(word: string, names: Names): boolean {
  const { catalogue, aliases } = names;
  const line = parseLine(aliases.own.get(word) ?? aliases.site.get(word) ?? word);
  const read = isRefusal(line) ? line : writtenOut(line, names);
  if (isRefusal(read)) return false;
  const heads = read.stages.map(({ words }) => words[0]!.text);
  return [...catalogue.byFullName.values()].some(
    ({ command, fullName }) =>
      heads.some((head) => [fullName, command.name].some((name) => name.split(' ', 1)[0] === head)) &&
      Object.values(declarationsOf(command) ?? {})
        .flat()
        .some(({ secret }) => secret),
  );
}

function secretsInWords(words: readonly Word[], names: Names): readonly Span[] {
  const { entries, rest } = findEntries(words, names.catalogue);
  return entries.flatMap(({ command }) => {
    const taken = takePlacement(rest, ownOptions(command));
    return secretsIn(command, isRefusal(taken) ? rest : taken.kept, resolversOf(names));
  });
}

/** The same in a line that `why` is asked about. Where it stands for another line nobody can tell where in it they stand: then it is all of it. */
function secretsAsked(words: readonly Word[], names: Names): readonly Span[] {
  const [word, ...more] = words;
  if (!word) return [];
  if (more.length > 0) return secretsInWords(words, names);
  const within = ({ start, end }: Span) => ({ start: start + word.start, end: end + word.start });
  const line = parseLine(word.text);
  if (isRefusal(line)) return secretsInUnread(word.text, names).map(within);
  const read = writtenOut(line, names);
  const secrets = secretsOf(isRefusal(read) ? line : read, names);
  if (read !== line || word.raw !== word.text) return secrets.length > 0 ? [word] : [];
  return secrets.map(within);
}

/** In a line that is to be given a name: all of it, since no alias may have a secret. */
function secretsNamed(words: readonly Word[], names: Names): readonly Span[] {
  const [verb, , ...line] = words.filter(({ text }) => text !== '--site');
  const text = line.map((word) => word.text).join(' ');
  return verb?.text === 'set' && text !== '' && hasSecrets(text, names) ? line : [];
}

/** In what is to be scheduled: whatever a secret is in, since no schedule may have one; all that follows where the line was not quoted. */
function secretsScheduled(words: readonly Word[], names: Names): readonly Span[] {
  const whole = words.filter(({ text }) => hasSecrets(text, names));
  if (whole.length > 0) return whole;
  const first = words.findIndex((_, at) => {
    const text = words.slice(at).map((word) => word.text);
    return at < mostBefore && hasSecrets(text.join(' '), names);
  });
  return first < 0 ? [] : words.slice(first);
}

/** So many words may stand before a line that is to be scheduled: its timetable without quotes, and some options. */
const mostBefore = 16;

import type { CogNote } from './cog-note.js';
import type { CogSource } from './cog-source.js';
import { NewNames } from './new-names.js';
import { mapOf, type Written } from './written-yaml.js';

export interface Positional {
  readonly name: string;
  readonly required: boolean;
  readonly variadic: boolean;
}

/** Beyond this it is a story, no synopsis. */
const longest = 500;

/**
 * The positionals in Cog's text of a synopsis: `<service> [version] [host ...]`, `name...`. Undefined where it is no plain list of names: one
 * that is needed behind one that is not, something behind the last, alternatives, options.
 */
function readSynopsis(text: string): Positional[] | undefined {
  if (text.length > longest) return undefined;
  const spaced = text.replaceAll('…', '...').replaceAll(/\s+\.\.\./g, '...');
  const tokens = spaced.match(/\S+/g) ?? [];
  const joined = rejoined(tokens);
  const all = joined?.map(positionalIn) ?? [undefined];
  const read = all.filter((one) => one !== undefined);
  if (read.length < all.length || read.length > 20) return undefined;
  const misplaced = read.some(
    ({ required, variadic }, index) =>
      (variadic && index < read.length - 1) || (required && index > 0 && !read[index - 1]!.required),
  );
  return misplaced ? undefined : read;
}

/** `<service name>` is one. */
function rejoined(tokens: readonly string[]): string[] | undefined {
  const whole: string[] = [];
  let open = '';
  for (const token of tokens) {
    open = open === '' ? token : `${open} ${token}`;
    if (balance(open) !== 0) continue;
    whole.push(open);
    open = '';
  }
  return open === '' ? whole : undefined;
}

function balance(text: string): number {
  return text.replaceAll(/[^<[]/g, '').length - text.replaceAll(/[^>\]]/g, '').length;
}

function positionalIn(token: string): Positional | undefined {
  const [, open = '', inner = '', close = '', more = ''] =
    /^([[<]*)([^[\]<>]*?)(?:\.\.\.)?([\]>]*)(\.\.\.)?$/.exec(token) ?? [];
  const pairs: Readonly<Record<string, string>> = { '': '', '<': '>', '[': ']', '[<': '>]' };
  if (pairs[open] !== close || !/^[A-Za-z][\w :-]*$/.test(inner)) return undefined;
  const variadic = more !== '' || token.includes('...');
  return { name: inner, required: !open.startsWith('['), variadic };
}

/** The positionals of a command, as declarations. `least` is how many arguments its rules look at. */
export function carryArguments(
  command: CogSource,
  optionNames: readonly string[],
  least: number,
): { readonly written: Written; readonly notes: readonly CogNote[] } {
  const source = command.child('arguments');
  const read = source.text === undefined ? undefined : readSynopsis(source.text);
  const notes: CogNote[] = [];
  if (source.text === undefined)
    notes.push(command.noteKey('any-arguments', { command: command.path.at(-1) }));
  else if (!read) notes.push(source.note('arguments-not-read', { text: source.text }));
  const positionals = [...(read ?? [anything])];
  if (read && least > read.length && !read.at(-1)?.variadic) {
    notes.push(source.note('more-arguments', { count: read.length, looked: least - 1 }));
    positionals.push(anything);
  }
  const names = new NewNames(optionNames);
  const items = positionals.map(({ name, required, variadic }, index) => ({
    value: mapOf(
      { key: 'name', value: names.take(positionals[index - 1]?.name === name ? `more-${name}` : name) },
      { key: 'required', value: required || undefined },
      { key: 'variadic', value: variadic || undefined },
    ),
  }));
  return { written: { kind: 'list', items }, notes };
}

const anything: Positional = { name: 'arguments', required: false, variadic: true };

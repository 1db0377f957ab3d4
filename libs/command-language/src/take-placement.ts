import type { Refusal } from '@chasqui/contracts';
import type { Word } from './command-line.js';
import { readAmount, readWaves, type Amount } from './read-amount.js';
import { readDuration } from './read-duration.js';
import { syntaxFault } from './syntax-fault.js';

/** What stands behind one of Chasqui's own options, and where in the line, without its quotes. */
export interface On {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** All that a line says of where, and when, a command is to run. */
export interface Placement {
  /** The selector of `--on`: one relay. */
  readonly on?: On;
  /** `--on-each` and what goes with it: all relays that match. Never together with `on` or `wait`. */
  readonly each?: OnEach;
  /** `--wait`: how long a relay is waited for where there is none, in ms. */
  readonly wait?: On & { readonly ms: number };
}

export interface OnEach {
  readonly selector: On;
  /** How many start together, wave by wave; the last goes for all waves behind it. */
  readonly waves?: On & { readonly sizes: readonly Amount[] };
  /** So many may fail before no further wave begins. Only ever together with `waves`, as `pause`. */
  readonly maxFailures?: On & { readonly most: Amount };
  /** Between the end of a wave and the next, in ms. */
  readonly pause?: On & { readonly ms: number };
}

const names = ['on', 'on-each', 'waves', 'max-failures', 'pause', 'wait'] as const;
type Name = (typeof names)[number];

/** Nobody waits longer for a command than this, in ms: a day. */
export const longestWait = 86_400_000;

type Piece = Pick<Word, 'text' | 'raw' | 'start' | 'end' | 'parts' | 'inserted'>;

/** A word of ours, and its value. */
interface Taken extends On {
  readonly name: Name;
  readonly word: Word;
}

/**
 * Takes Chasqui's own options out of a command's words, each as `--name VALUE` or `--name=VALUE`, bare, and in front of a bare `--`.
 * A fault is a `bad-syntax` refusal.
 * @param own names of options that the command declares: those are left to it, except `on`
 */
export function takePlacement(
  words: readonly Word[],
  own: ReadonlySet<string> = none,
): { readonly placement: Placement; readonly kept: readonly Word[] } | Refusal {
  const kept: Word[] = [];
  const taken = new Map<Name, Taken>();
  let at = 0;
  for (; at < words.length && words[at]!.raw !== '--'; at++) {
    const word = words[at]!;
    const name = ownName(word, own);
    if (!name) {
      kept.push(word);
      continue;
    }
    if (taken.has(name)) return repeated(name, word);
    const joined = word.raw.length > `--${name}`.length;
    const value = joined ? behindEquals(word, name) : words[++at];
    const fault = valueFault(name, word, value, words.slice(at + 1, at + 3));
    if (fault) return fault;
    taken.set(name, { name, word, text: value!.text, ...insideQuotes(value!) });
  }
  const placement = placementOf(taken);
  return 'kind' in placement ? placement : { placement, kept: [...kept, ...words.slice(at)] };
}

const none: ReadonlySet<string> = new Set();

function ownName({ raw }: Word, own: ReadonlySet<string>): Name | undefined {
  if (!raw.startsWith('--')) return undefined;
  const name = names.find((one) => raw === `--${one}` || raw.startsWith(`--${one}=`));
  return name && (name === 'on' || !own.has(name)) ? name : undefined;
}

function placementOf(taken: ReadonlyMap<Name, Taken>): Placement | Refusal {
  const misplaced = misplacedIn(taken);
  if (misplaced) return misplaced;
  const on = taken.get('on');
  const each = taken.get('on-each');
  const [waves, most] = [taken.get('waves'), taken.get('max-failures')];
  const [pause, wait] = [taken.get('pause'), taken.get('wait')];
  return {
    ...(on && { on: placeOf(on) }),
    ...(each && {
      each: {
        selector: placeOf(each),
        ...(waves && { waves: { ...placeOf(waves), sizes: readWaves(waves.text)! } }),
        ...(most && { maxFailures: { ...placeOf(most), most: readAmount(most.text)! } }),
        ...(pause && { pause: { ...placeOf(pause), ms: readDuration(pause.text)! } }),
      },
    }),
    ...(wait && { wait: { ...placeOf(wait), ms: readDuration(wait.text)! } }),
  };
}

/** What says nothing without another, or contradicts it. */
function misplacedIn(taken: ReadonlyMap<Name, Taken>): Refusal | undefined {
  const each = taken.get('on-each');
  const [on, wait] = [taken.get('on'), taken.get('wait')];
  if (each && on) return wordFault('on-and-on-each', later(each, on), '--on or --on-each');
  if (each && wait) return wordFault('wait-with-on-each', wait, '--wait with one relay');
  for (const name of ['waves', 'max-failures', 'pause'] as const) {
    const one = taken.get(name);
    if (one && !each) return wordFault('needs-on-each', one, '--on-each with a selector');
    if (one && !taken.has('waves')) return wordFault('needs-waves', one, '--waves, like --waves 1,25%,100%');
  }
  return undefined;
}

function valueFault(
  name: Name,
  word: Word,
  value: Piece | undefined,
  behind: readonly Word[],
): Refusal | undefined {
  const isSelector = name === 'on' || name === 'on-each';
  if (!value || value.text.trim() === '' || value.raw.startsWith('-')) {
    if (isSelector) {
      return syntaxFault('missing-selector', word.start, 'a selector, like dc=fra', `--${name}`.length);
    }
    return syntaxFault(valueProblems[name], word.start, expected[name], `--${name}`.length);
  }
  const place = [value.start, expected[name], value.end - value.start] as const;
  if (hasVariable(word) || hasVariable(value)) {
    return syntaxFault(isSelector ? 'variable-in-selector' : 'variable-in-placement', ...place);
  }
  if (isSelector) {
    const quoted = `the selector in quotes, like --${name} 'dc in (fra,ams)'`;
    return isCut(value, behind) ? syntaxFault('unquoted-selector', place[0], quoted, place[2]) : undefined;
  }
  return isRight[name](value.text) ? undefined : syntaxFault(valueProblems[name], ...place);
}

const valueProblems = {
  waves: 'bad-waves',
  'max-failures': 'bad-max-failures',
  pause: 'bad-pause',
  wait: 'bad-wait',
} as const;

const isRight: Record<keyof typeof valueProblems, (text: string) => boolean> = {
  waves: (text) => readWaves(text) !== undefined,
  'max-failures': (text) => readAmount(text) !== undefined,
  pause: (text) => isWait(readDuration(text), 0),
  wait: (text) => isWait(readDuration(text), 1),
};

const expected: Record<Name, string> = {
  on: 'a selector written out, like dc=fra',
  'on-each': 'a selector written out, like dc=fra',
  waves: 'sizes of waves, like 1,25%,100%',
  'max-failures': 'a number or a percentage, like 2 or 10%',
  pause: 'a duration of at most a day, like 30s',
  wait: 'a duration of at most a day, like 10m',
};

function isWait(ms: number | undefined, least: number): boolean {
  return ms !== undefined && ms >= least && ms <= longestWait;
}

function repeated(name: Name, { start }: Word): Refusal {
  const problem = name === 'on' || name === 'on-each' ? 'repeated-on' : 'repeated-placement';
  return syntaxFault(problem, start, `one --${name}`, `--${name}`.length);
}

function wordFault(
  problem: 'on-and-on-each' | 'wait-with-on-each' | 'needs-on-each' | 'needs-waves',
  { name, word }: Taken,
  instead: string,
): Refusal {
  return syntaxFault(problem, word.start, instead, `--${name}`.length);
}

function later(one: Taken, other: Taken): Taken {
  return one.start > other.start ? one : other;
}

function placeOf({ text, start, end }: Taken): On {
  return { text, start, end };
}

/** Relays are chosen before any record is there. */
function hasVariable({ parts, inserted }: Piece): boolean {
  return parts !== undefined || inserted !== undefined;
}

function behindEquals(word: Word, name: Name): Piece {
  const cut = `--${name}=`.length;
  return { text: word.text.slice(cut), raw: word.raw.slice(cut), start: word.start + cut, end: word.end };
}

/** `--on dc in (fra,ams)` without quotes would run on any relay that has `dc`, with `in` as an argument: nobody means that. */
function isCut(selector: Piece, [next, afterNext]: readonly Word[]): boolean {
  if (!next || /[=!,()]/.test(selector.text)) return false;
  return (
    /^(?:=|!=)/.test(next.raw) || (/^(?:in|notin)$/.test(next.raw) && afterNext?.raw.startsWith('(') === true)
  );
}

function insideQuotes({ raw, start, end }: Piece): { start: number; end: number } {
  const quotes = /^(['"]).*\1$/s.test(raw) ? 1 : 0;
  return { start: start + quotes, end: end - quotes };
}

import { Document, Pair, Scalar, YAMLMap, YAMLSeq, type Node } from 'yaml';
import type { CogNote } from './cog-note.js';
import type { Path } from '../finding.js';
import type { SourceComments } from './source-comments.js';

/** What is written: values, and with each entry where it came from and what was remarked on the way. */
export type Written = string | number | boolean | WrittenList | WrittenMap;

export interface Origin {
  /** Where in the Cog file: its comments go along. */
  readonly from?: Path;
  readonly notes?: readonly CogNote[];
  /** A comment of other words. */
  readonly remark?: string;
}

export interface WrittenList {
  readonly kind: 'list';
  readonly items: readonly ({ readonly value: Written } & Origin)[];
  /** On one line, in brackets. */
  readonly flow?: boolean;
}

export interface WrittenMap {
  readonly kind: 'map';
  readonly entries: readonly ({ readonly key: string; readonly value: Written } & Origin)[];
}

type Entry = WrittenMap['entries'][number];
type MaybeEntry = Omit<Entry, 'value'> & { readonly value: Written | undefined };

/** A mapping of these entries; those without a value are left out. */
export function mapOf(...entries: readonly MaybeEntry[]): WrittenMap {
  return {
    kind: 'map',
    entries: entries.flatMap(({ value, ...entry }) => (value === undefined ? [] : [{ ...entry, value }])),
  };
}

/** The same, or undefined where nothing would stand in it. */
export function anyMap(entries: readonly MaybeEntry[]): WrittenMap | undefined {
  const map = mapOf(...entries);
  return map.entries.length > 0 ? map : undefined;
}

export function words(texts: readonly string[]): WrittenList {
  return { kind: 'list', items: texts.map((value) => ({ value })), flow: true };
}

/** The same as plain data. */
export function plainOf(value: Written | undefined): unknown {
  if (typeof value !== 'object') return value;
  if (value.kind === 'list') return value.items.map((item) => plainOf(item.value));
  return Object.fromEntries(value.entries.map((entry) => [entry.key, plainOf(entry.value)]));
}

/** The YAML of a mapping. Comments are what the Cog file's author wrote beside the same things, and below it our remarks. */
export function writeYaml(
  top: WrittenMap,
  comments: SourceComments,
  sentence: (note: CogNote) => string,
): string {
  const document = new Document();
  document.contents = node(top) as never;
  document.commentBefore = comments.top;
  document.comment = comments.end;
  return document.toString({ lineWidth: 0, flowCollectionPadding: false, singleQuote: true });

  function node(value: Written): Node {
    if (typeof value !== 'object') return scalar(value);
    if (value.kind === 'list') {
      const list = new YAMLSeq();
      list.flow = value.flow === true;
      list.items = value.items.map((item) => commented(node(item.value), item, true));
      return list;
    }
    const map = new YAMLMap();
    map.items = value.entries.map((entry) => {
      const key = commented(new Scalar(entry.key), entry, false);
      return new Pair(key, sided(node(entry.value), entry));
    });
    return map;
  }

  function commented<N extends Node>(made: N, { from, notes = [], remark }: Origin, isItem: boolean): N {
    const own = from && comments.before(from);
    const behind = isItem && from ? comments.behind(from) : undefined;
    const told = [...notes.map(sentence), remark ?? ''].filter((text) => text !== '').map(comment);
    const all = [own, behind, ...told].filter((text) => text !== undefined);
    if (all.length > 0) made.commentBefore = all.join('\n');
    return made;
  }

  function sided(made: Node, { from }: Origin): Node {
    const behind = from && comments.behind(from);
    if (behind !== undefined && made instanceof Scalar && !String(made.value).includes('\n'))
      made.comment = behind;
    return made;
  }
}

function scalar(value: string | number | boolean): Scalar {
  const made = new Scalar(value);
  if (typeof value === 'string' && value.includes('\n')) made.type = Scalar.BLOCK_LITERAL;
  return made;
}

const widest = 100;

/** A text as the lines of a comment. */
export function comment(text: string): string {
  // oxlint-disable-next-line no-control-regex -- a comment ends at each of them
  const plain = text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]+/g, ' ');
  const lines: string[] = [];
  for (const word of plain.trim().split(/ +/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < widest) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(` ${word}`);
  }
  return lines.join('\n');
}

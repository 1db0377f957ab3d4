import type { Block } from '@chasqui/contracts';
import { recordAt, asList } from './records.js';
import { colorOf, webAddress } from './safe-values.js';
import { shown } from './shown.js';
import { oneLine, trimmed } from './tidy.js';

/** A tag of ours: what it is given becomes blocks. `body` says whether text up to its end tag belongs to it. */
export interface Drawing {
  readonly values: readonly string[];
  readonly named: Readonly<Record<string, 'value' | 'flag'>>;
  readonly body: boolean;
  draw(values: readonly unknown[], named: (name: string) => unknown, body: string): Block[];
}

/** Our own tags, by name: what may stand in each, and the blocks it becomes. What has nothing to show becomes none. */
export const drawings: Readonly<Record<string, Drawing>> = {
  header: {
    values: ['title?'],
    named: { color: 'value' },
    body: false,
    draw: ([title], named) => {
      const [text, color] = [oneLine(shown(title)), colorOf(named('color'))];
      return text === '' && color === undefined ? [] : [{ kind: 'header', text, ...(color && { color }) }];
    },
  },

  text: {
    values: [],
    named: { title: 'value', tone: 'value', monospace: 'flag' },
    body: true,
    draw: (_values, named, body) => {
      const [title, text, tone] = [oneLine(shown(named('title'))), trimmed(body), toneOf(named('tone'))];
      const under: Block[] =
        text === ''
          ? []
          : [
              named('monospace') === true
                ? { kind: 'code', text }
                : { kind: 'text', text, ...(tone && { tone }) },
            ];
      return title === '' ? under : [{ kind: 'text', text: title }, ...under];
    },
  },

  code: {
    values: ['language?'],
    named: {},
    body: true,
    draw: ([language], _named, body) => {
      const [text, name] = [trimmed(body), oneLine(shown(language))];
      return text === '' ? [] : [{ kind: 'code', text, ...(name && { language: name }) }];
    },
  },

  field: {
    values: ['name'],
    named: {},
    body: true,
    draw: ([name], _named, body) => [
      { kind: 'fields', fields: [{ name: oneLine(shown(name)), value: trimmed(body) }] },
    ],
  },

  table: {
    values: ['records', 'columns?'],
    named: {},
    body: false,
    draw: ([given, names]) => {
      const records = asList(given);
      const columns = names === undefined ? allNames(records) : namesIn(names);
      if (records.length === 0 || columns.length === 0) return [];
      const rows = records.map((record) => columns.map((name) => oneLine(shown(recordAt(record, name)))));
      return [{ kind: 'table', columns: columns.map(oneLine), rows }];
    },
  },

  image: {
    values: ['url'],
    named: { alt: 'value', thumbnail: 'flag' },
    body: false,
    draw: ([given], named) => {
      const [url, alt] = [webAddress(given), oneLine(shown(named('alt')))];
      if (url === undefined) return alt === '' ? [] : [{ kind: 'text', text: alt }];
      return [
        {
          kind: 'image',
          url,
          alt: alt || lastPart(url),
          ...(named('thumbnail') === true && { thumbnail: true }),
        },
      ];
    },
  },

  link: {
    values: ['url', 'text?'],
    named: {},
    body: false,
    draw: ([given, words]) => {
      const [url, text] = [webAddress(given), oneLine(shown(words))];
      if (url === undefined) return text === '' ? [] : [{ kind: 'text', text }];
      return [{ kind: 'link', url, text: text || url }];
    },
  },

  divider: { values: [], named: {}, body: false, draw: () => [{ kind: 'divider' }] },
};

function toneOf(value: unknown): 'good' | 'bad' | 'quiet' | undefined {
  return value === 'good' || value === 'bad' || value === 'quiet' ? value : undefined;
}

/** `"name, status"`, or a list of names. */
function namesIn(given: unknown): string[] {
  const names = Array.isArray(given) ? given.map(shown) : shown(given).split(',');
  return names.map((name) => name.trim()).filter((name) => name !== '');
}

/** The names of all records, in the order in which they first stand; a value that is no record is under `value`. */
function allNames(records: readonly unknown[]): string[] {
  const names = records.flatMap((record) =>
    typeof record === 'object' && record !== null && !Array.isArray(record) ? Object.keys(record) : ['value'],
  );
  return [...new Set(names)].slice(0, 50);
}

/** `bond.jpg` of `https://example.com/img/bond.jpg`. */
function lastPart(url: string): string {
  const { pathname, host } = new URL(url);
  return pathname.split('/').findLast((part) => part !== '') ?? host;
}

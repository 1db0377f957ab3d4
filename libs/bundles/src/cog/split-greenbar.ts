import { GreenbarProblem } from './greenbar-value.js';

/** A piece of a template of Cog's. `at` counts UTF-16 units from its beginning, to the line at least. */
export type Part =
  | { readonly kind: 'text'; readonly text: string; readonly markup: boolean }
  | { readonly kind: 'header'; readonly text: string; readonly at: number }
  | { readonly kind: 'code'; readonly begins: boolean }
  /** A Markdown table with a row for each record, whose cells are fields of it. */
  | {
      readonly kind: 'table';
      readonly records: string;
      readonly columns: readonly string[];
      readonly titled: boolean;
      readonly at: number;
    }
  | { readonly kind: 'value'; readonly path: string; readonly at: number }
  | {
      readonly kind: 'tag';
      readonly name: string;
      readonly words: ReadonlyMap<string, string>;
      /** Of an `if` all that stands behind `cond=`. */
      readonly cond?: string;
      readonly at: number;
    };

interface Line {
  readonly text: string;
  readonly at: number;
}

/** Nobody writes longer ones, and looking for tags need not be quick. */
const longestLine = 2_000;

/** Takes a template apart: Markdown by lines, and tags within them. */
export function splitGreenbar(text: string): Part[] {
  let offset = 0;
  const lines = text.split('\n').map((line): Line => {
    const at = offset;
    offset += line.length + 1;
    return { text: line.replace(/\r$/, ''), at };
  });
  const tooLong = lines.find((line) => line.text.length > longestLine);
  if (tooLong) throw new GreenbarProblem(`a line of more than ${longestLine} characters`, tooLong.at);
  const parts: Part[] = [];
  let fenced = false;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    if (/^\s*```\w*\s*$/.test(line.text)) {
      fenced = !fenced;
      parts.push({ kind: 'code', begins: fenced });
      continue;
    }
    const table = fenced ? undefined : tableAt(lines, index);
    if (table) {
      parts.push(...table.parts);
      index += table.lines - 1;
      continue;
    }
    const heading = fenced ? undefined : /^#{1,6}\s([^~]+)$/.exec(line.text)?.[1]?.trim();
    if (heading && !/["'{}%]/.test(heading)) parts.push({ kind: 'header', text: heading, at: line.at });
    else parts.push(...inline(line, fenced, index < lines.length - 1));
  }
  if (fenced) parts.push({ kind: 'code', begins: false });
  return parts;
}

const isRow = (text: string) => /^\s*\|/.test(text);
const isRule = (text: string) => /^[\s:|-]+$/.test(text) && text.includes('-');
const isTagLine = (text: string) => /^\s*~(?:each|if|join|end)\b[^~]*~\s*$/.test(text);

/** A table that begins here, and how many lines it has. */
function tableAt(lines: readonly Line[], start: number): { parts: Part[]; lines: number } | undefined {
  const [head, rule] = [lines[start]!, lines[start + 1]];
  if (!isRow(head.text) || !rule || !isRow(rule.text) || !isRule(rule.text)) return undefined;
  let end = start + 2;
  let depth = 0;
  while (end < lines.length && (isRow(lines[end]!.text) || isTagLine(lines[end]!.text))) {
    if (isTagLine(lines[end]!.text)) {
      const closes = /~end/.test(lines[end]!.text);
      if (closes && depth === 0) break;
      depth += closes ? -1 : 1;
    }
    end++;
  }
  if (depth !== 0) return undefined;
  const rows = lines.slice(start + 2, end);
  const simple = recordTable(head, rows);
  if (simple) return { parts: [simple], lines: end - start };
  const drawn = [head, ...rows].flatMap((line) => inline(line, true, true));
  return {
    parts: [{ kind: 'code', begins: true }, ...drawn, { kind: 'code', begins: false }],
    lines: end - start,
  };
}

/** One row within an `each`, with a field of its variable in each cell. */
function recordTable(head: Line, rows: readonly Line[]): Part | undefined {
  const [each, row, end] = rows;
  if (rows.length !== 3 || !/^\s*~end\b/.test(end!.text)) return undefined;
  const [, records, variable = 'item'] =
    /^\s*~each\s+var=(\$[^\s~]+)(?:\s+as=(\w+))?\s*~\s*$/.exec(each!.text) ?? [];
  if (records === undefined || !isRow(row!.text)) return undefined;
  const columns = cells(row!.text).map((cell) => /^~\$(\w+)\.([\w.]+)~$/.exec(cell));
  if (!columns.every((cell) => cell?.[1] === variable)) return undefined;
  const names = columns.map((cell) => cell![2]!);
  const titles = cells(head.text);
  const titled = titles.length !== names.length || titles.some((title, index) => title !== names[index]);
  return { kind: 'table', records, columns: names, titled, at: head.at };
}

function cells(row: string): string[] {
  return row
    .trim()
    .replace(/^\|/, '')
    .replace(/\|$/, '')
    .split('|')
    .map((cell) => cell.trim());
}

/** The tags of a line, and the text between them without what only marks it up. */
function inline({ text, at }: Line, asIs: boolean, more: boolean): Part[] {
  const plain = asIs ? text : unmarked(text);
  const markup = plain !== text;
  const parts: Part[] = [];
  let done = 0;
  const add = (piece: string) => parts.push({ kind: 'text', text: piece, markup });
  for (const found of plain.matchAll(/(\\~)|~(\$[^~]+)~|~([a-z]+)((?:\s(?:"[^"]*"|'[^']*'|[^~"'])*)?)~/g)) {
    const [whole, escaped, path, name, words = ''] = found;
    if (found.index > done) add(plain.slice(done, found.index));
    done = found.index + whole.length;
    if (escaped !== undefined) add('~');
    else if (path !== undefined) parts.push({ kind: 'value', path: path.trim(), at });
    else parts.push(tag(name!, words.trim(), at));
  }
  add(`${plain.slice(done)}${more ? '\n' : ''}`);
  return parts;
}

const tags = new Set(['each', 'if', 'join', 'count', 'br', 'json', 'attachment', 'end']);

function tag(name: string, words: string, at: number): Part {
  if (!tags.has(name)) throw new GreenbarProblem(`the tag ${name}`, at);
  if (name === 'if')
    return { kind: 'tag', name, words: new Map(), cond: words.replace(/^cond\s*=\s*/, ''), at };
  const found = words.matchAll(/([\w-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"']+)/g);
  return { kind: 'tag', name, words: new Map(Array.from(found, ([, key, value]) => [key!, value!])), at };
}

/** Without bold, inline code and links: what is shown is text. Bullets stay. */
function unmarked(text: string): string {
  return text
    .replaceAll(/\*\*([^*\n]+)\*\*/g, '$1')
    .replaceAll(/(?<![\w*])\*([^\s*][^*\n]*)\*(?![\w*])/g, '$1')
    .replaceAll(/`([^`\n]+)`/g, '$1')
    .replaceAll(/\[([^[\]\n]*)\]\(([^()\n]*)\)/g, '$1 ($2)');
}

import { isAlias, isMap, isScalar, isSeq, type Document, type ParsedNode, type YAMLMap } from 'yaml';
import { error, type Finding, type Path } from './finding.js';
import type { FindLine } from './line-finder.js';
import { isRecord } from './is-record.js';
import { Places } from './places.js';

const deepest = 40;
const mostValues = 20_000;
/** Of text, in UTF-16 units. */
const mostText = 4 * 1024 * 1024;
const longestKey = 200;

export interface WalkedDocument {
  readonly root: Record<string, unknown> | undefined;
  readonly findings: readonly Finding[];
  readonly places: Places;
}

/**
 * Turns a document into plain data, noting where everything stood, duplicate keys and hostile aliases on the way. Values and their
 * text are counted, each time that an alias repeats them, and beyond a bound the file is refused: no file costs more than that.
 * Merge keys (`<<`) are followed, as Gort does.
 */
export function walkDocument(document: Document.Parsed, findLine: FindLine): WalkedDocument {
  const walk = new Walk(findLine);
  const top = document.contents;
  const data = walk.read(top, []);
  const only = onlyFault(top, walk);
  if (only) return { root: undefined, findings: [only], places: walk.places };
  return { root: data as Record<string, unknown>, findings: walk.findings, places: walk.places };
}

function onlyFault(top: unknown, walk: Walk): Finding | undefined {
  if (walk.full) return error('too-many-values', [], { most: mostValues });
  if (top === null || (isScalar(top) && top.value === null)) return error('empty-document', []);
  return isMap(top) ? undefined : error('not-a-mapping', [], { found: isSeq(top) ? 'list' : 'text' });
}

class Walk {
  readonly findings: Finding[] = [];
  readonly places = new Places();
  #values = 0;
  #text = 0;
  readonly #anchors = new Map<string, ParsedNode>();
  /** The collections that we stand in: an alias to one of them has no end. */
  readonly #around = new Set<ParsedNode>();
  #merging = 0;

  constructor(readonly findLine: FindLine) {}

  /** Nothing more is read. */
  get full(): boolean {
    return this.#values > mostValues || this.#text > mostText;
  }

  read(node: ParsedNode | null, path: Path): unknown {
    this.#values++;
    if (this.full || node === null) return null;
    if (isAlias(node)) return this.#alias(node.source, path);
    if (node.anchor) this.#anchors.set(node.anchor, node);
    if (isScalar(node)) return this.#scalar(node.value);
    if (path.length >= deepest) return this.#refuse(error('too-deep', path, { most: deepest }));
    this.#around.add(node);
    const data = isSeq(node)
      ? this.#list(node.items as ParsedNode[], path)
      : this.#mapping(node as YAMLMap.Parsed, path);
    this.#around.delete(node);
    return data;
  }

  #scalar(value: unknown): unknown {
    if (typeof value === 'string') this.#text += value.length;
    return value;
  }

  #list(items: readonly ParsedNode[], path: Path): unknown[] {
    return items.map((item, index) => this.#child(undefined, item, [...path, index]));
  }

  #mapping(node: YAMLMap.Parsed, path: Path): Record<string, unknown> {
    const data: Record<string, unknown> = {};
    const merged: Record<string, unknown>[] = [];
    const firsts = new Map<string, ParsedNode>();
    for (const { key, value } of node.items) {
      if (this.full) break;
      const name = nameOf(key);
      const first = firsts.get(name ?? '');
      if (name === undefined) {
        this.#refuse(
          error('bad-key', path, { key: isScalar(key) ? key.source : '' }, { offset: key.range[0] }),
        );
      } else if (name === '<<' && isScalar(key) && key.type === 'PLAIN') {
        merged.push(...this.#merge(value, path));
      } else if (first) {
        const facts = { key: name, firstLine: this.findLine(first.range[0]).line };
        this.#refuse(error('duplicate-key', [...path, name], facts, { offset: key.range[0] }));
      } else {
        firsts.set(name, key);
        data[name] = this.#child(key, value, [...path, name]);
      }
    }
    return Object.assign({}, ...merged.toReversed(), data) as Record<string, unknown>;
  }

  #child(key: ParsedNode | undefined, value: ParsedNode | null, path: Path): unknown {
    if (this.#merging === 0 || !this.places.has(path))
      this.places.note(path, { key, value: value ?? undefined });
    return this.read(value, path);
  }

  #merge(value: ParsedNode | null, path: Path): Record<string, unknown>[] {
    this.#merging++;
    const read = this.read(value, path);
    this.#merging--;
    return [read].flat().filter(isRecord);
  }

  #alias(anchor: string, path: Path): unknown {
    const target = this.#anchors.get(anchor);
    if (!target) return this.#refuse(error('unknown-alias', path, { alias: anchor }));
    if (this.#around.has(target)) return this.#refuse(error('endless-alias', path, { alias: anchor }));
    return this.read(target, path);
  }

  #refuse(finding: Finding): null {
    this.findings.push(finding);
    return null;
  }
}

/** A key's text as typed (`404`, `true`); undefined if it can be no name: a collection, an alias, nothing, far too long, `__proto__`. */
function nameOf(key: ParsedNode): string | undefined {
  if (!isScalar(key) || key.value === null) return undefined;
  const name = typeof key.value === 'string' ? key.value : key.source;
  return name.length > longestKey || name === '__proto__' ? undefined : name;
}

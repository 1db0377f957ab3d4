import { isMap, isScalar, isSeq, parseDocument, type ParsedNode } from 'yaml';
import { pointerTo, type Path } from '../finding.js';

/** The comments of a YAML file, by what they stand beside. */
export interface SourceComments {
  readonly top: string | null;
  readonly end: string | null;
  /** Above an entry or an item. */
  before(path: Path): string | undefined;
  /** On the same line. */
  behind(path: Path): string | undefined;
}

/** Gathers comments from a file that was read before and found to be right, and no larger than we take. */
export function sourceComments(text: string): SourceComments {
  const before = new Map<string, string>();
  const behind = new Map<string, string>();
  const document = parseDocument(text, { uniqueKeys: false, logLevel: 'silent' });
  walk(document.contents as ParsedNode | null, []);
  return {
    top: [document.commentBefore, document.contents?.commentBefore].filter(Boolean).join('\n') || null,
    end: document.comment,
    before: (path) => before.get(pointerTo(path)),
    behind: (path) => behind.get(pointerTo(path)),
  };

  function walk(node: ParsedNode | null, path: Path): void {
    if (isMap(node)) {
      for (const [index, { key, value }] of node.items.entries()) {
        const at = [...path, isScalar(key) ? String(key.value) : ''];
        note(key, value, at, index === 0 && path.length > 0 ? node.commentBefore : undefined);
        walk(value, at);
      }
    } else if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) {
        note(
          item as ParsedNode,
          item as ParsedNode,
          [...path, index],
          index === 0 ? node.commentBefore : undefined,
        );
        walk(item as ParsedNode, [...path, index]);
      }
    }
  }

  function note(
    head: ParsedNode,
    value: ParsedNode | null,
    path: Path,
    outer: string | null | undefined,
  ): void {
    const above = [outer, head.commentBefore].filter(Boolean).join('\n');
    if (above) before.set(pointerTo(path), above);
    if (isScalar(value) && value.comment) behind.set(pointerTo(path), value.comment);
  }
}

import { LineCounter, isAlias, isMap, isSeq, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';

/** A YAML text, its data and the line of everything in it; or what is no YAML, as sentences. */
export function readLines(yaml: string): { data: unknown; lines: Lines } | { faults: string[] } {
  const counter = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: counter });
  const lineAt = (offset: number) => counter.linePos(offset).line;
  if (document.errors.length > 0) {
    return {
      faults: document.errors.map(
        (error) =>
          `line ${lineAt(error.pos[0])}: ${error.message.split('\n')[0]!.replace(/ at line \d+.*$/, '')}`,
      ),
    };
  }
  try {
    return { data: document.toJS() ?? {}, lines: linesOf(document, lineAt) };
  } catch (error) {
    // An alias without an anchor, or one that unfolds to more than anybody writes.
    return { faults: [`line 1: ${(error as Error).message}`] };
  }
}

/** The line of each key and each item, by its path: `limits`, `limits.memory`, `mounts.0`. */
export type Lines = Readonly<Record<string, number>>;

/** The line of the innermost thing on the path that is written in the file; undefined where nothing of it is. */
export function lineOf(lines: Lines, path: readonly PropertyKey[]): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const line = lines[path.slice(0, length).join('.')];
    if (line !== undefined) return line;
  }
  return undefined;
}

/** Everything that a schema found, each as a sentence that begins with its line, where there are lines; in their order. */
export function faultSentences(issues: readonly z.core.$ZodIssue[], lines: Lines): string[] {
  const written = Object.keys(lines).length > 0;
  const found = issues.flatMap((issue) => {
    const at = (path: readonly PropertyKey[], text: string) => {
      const line = lineOf(lines, path) ?? 1;
      return { line, sentence: written ? `line ${line}: ${text}` : text };
    };
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => {
        const path = [...issue.path, key];
        return at(path, `there is no setting "${path.join('.')}"`);
      });
    }
    const message =
      issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
    return [at(issue.path, `${issue.path.join('.') || 'the policy'}: ${message}`)];
  });
  return found.toSorted((one, other) => one.line - other.line).map(({ sentence }) => sentence);
}

function linesOf(document: Document, lineAt: (offset: number) => number): Lines {
  const lines: Record<string, number> = {};
  walk(document.contents, [], []);
  return lines;

  function walk(node: unknown, path: readonly PropertyKey[], around: readonly unknown[]): void {
    const inner = isAlias(node) ? node.resolve(document) : node;
    // An alias inside its own anchor has no end.
    if (around.includes(inner)) return;
    const within = [...around, inner];
    if (isMap(inner)) {
      for (const { key, value } of inner.items) {
        const here = [...path, String(key)];
        note(here, key);
        walk(value, here, within);
      }
    } else if (isSeq(inner)) {
      for (const [index, item] of inner.items.entries()) {
        note([...path, index], item);
        walk(item, [...path, index], within);
      }
    }
  }

  function note(path: readonly PropertyKey[], node: unknown): void {
    const range = (node as { range?: readonly number[] | null } | null)?.range;
    if (range) lines[path.join('.')] = lineAt(range[0]!);
  }
}

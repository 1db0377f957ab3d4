import type { Cursor } from './cursor.js';
import { isRuleFault, type RuleFault } from './rule.js';
import { isJoined, type Tree } from './tree.js';

/** How deep parentheses and `not` may be nested. */
const deepest = 50;

/** How `and` and `or` bind: `and` closer, or both alike, from left to right, as in Gort. */
export type Joining = 'and-first' | 'left-to-right';

/** Reads leaves joined by `and`, `or`, `not` and parentheses: `not` binds closest, then `and`, then `or`, where `joining` says no other. */
export function parseTree<Leaf extends { kind: string }>(
  cursor: Cursor,
  parseLeaf: () => Tree<Leaf> | RuleFault,
  joining: Joining = 'and-first',
  depth = 0,
): Tree<Leaf> | RuleFault {
  if (depth > deepest) return cursor.fault(`at most ${deepest} levels of parentheses and not`);
  return joining === 'left-to-right' ? inOrder() : joined('or', () => joined('and', parsePart));

  function inOrder(): Tree<Leaf> | RuleFault {
    let tree = parsePart();
    while (!isRuleFault(tree)) {
      const kind = cursor.took('and') ? 'and' : cursor.took('or') ? 'or' : undefined;
      if (!kind) break;
      const part = parsePart();
      if (isRuleFault(part)) return part;
      tree =
        isJoined(tree) && tree.kind === kind ? { kind, of: [...tree.of, part] } : { kind, of: [tree, part] };
    }
    return tree;
  }

  function joined(kind: 'and' | 'or', parse: () => Tree<Leaf> | RuleFault): Tree<Leaf> | RuleFault {
    const of: Tree<Leaf>[] = [];
    do {
      const part = parse();
      if (isRuleFault(part)) return part;
      of.push(part);
    } while (cursor.took(kind));
    return of.length === 1 ? of[0]! : { kind, of };
  }

  function parsePart(): Tree<Leaf> | RuleFault {
    if (cursor.took('not')) {
      depth++;
      if (depth > deepest) return cursor.fault(`at most ${deepest} levels of parentheses and not`);
      const of = parsePart();
      depth--;
      return isRuleFault(of) ? of : { kind: 'not', of };
    }
    if (!cursor.took('(')) return parseLeaf();
    const inside = parseTree(cursor, parseLeaf, joining, depth + 1);
    if (isRuleFault(inside)) return inside;
    return cursor.took(')') ? inside : cursor.fault('and, or, or )');
  }
}

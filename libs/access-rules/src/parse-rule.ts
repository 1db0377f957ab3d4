import { Cursor } from './cursor.js';
import { parseComparison } from './parse-comparison.js';
import { parseTree, type Joining } from './parse-tree.js';
import {
  isRuleFault,
  type Comparison,
  type Condition,
  type Needs,
  type Permission,
  type Rule,
  type RuleFault,
} from './rule.js';

/**
 * Reads a rule in Gort's language, which is Cog's:
 * `[bundle:command] [with CONDITION] (allow | deny | must have PERMISSIONS)`; `when` is another word for `with`, and
 * `when command is bundle:command` another way to name the command.
 *
 * `deny` and the facts (`channel`, `group`, `relay["dc"]`, `time("UTC")`, …) are ours; none of their words stood there in Gort or Cog.
 *
 * One difference: Gort evaluates `and` and `or` from left to right, here `and` binds closer. A rule that mixes them without
 * parentheses, `a or b and c`, was `(a or b) and c` there, and is read so where `joining` is `left-to-right`.
 */
export function parseRule(text: string, joining: Joining = 'and-first'): Rule | RuleFault {
  const cursor = new Cursor(text);
  const command = parseCommand(cursor);
  if (isFault(command)) return command;

  let condition: Condition | undefined;
  if (cursor.took('with') || cursor.took('when')) {
    const parsed = parseTree<Comparison>(cursor, () => parseComparison(cursor), joining);
    if (isRuleFault(parsed)) return parsed;
    condition = parsed;
  }

  const rule = { text: text.trim(), ...(command && { command }), ...(condition && { condition }) };
  const deny = cursor.took('deny');
  if (deny || cursor.took('allow'))
    return cursor.next.kind === 'end'
      ? { ...rule, ...(deny && { deny }) }
      : cursor.fault('the end of the rule');
  if (!cursor.took('must'))
    return cursor.fault(`${condition ? 'and, or' : 'with'}, allow, deny or must have`);
  if (!cursor.took('have')) return cursor.fault('have');
  const needs = parseTree<Permission>(cursor, () => parsePermissions(cursor), joining);
  if (isRuleFault(needs)) return needs;
  return cursor.next.kind === 'end' ? { ...rule, needs } : cursor.fault('and, or, or the end of the rule');
}

function parseCommand(cursor: Cursor): string | undefined | RuleFault {
  const { kind, text } = cursor.next;
  if (kind === 'word' && text.includes(':')) return parseName(cursor, 'a command, written bundle:command');
  if (!cursor.sees('when') || cursor.afterNext.text !== 'command') return undefined;
  cursor.take();
  cursor.take();
  if (!cursor.took('is')) return cursor.fault('is');
  return parseName(cursor, 'a command, written bundle:command');
}

/** One permission, or `any in [a:x, b:y]` or `all in [a:x, b:y]`. */
function parsePermissions(cursor: Cursor): Needs | RuleFault {
  const kind = cursor.took('any') ? 'or' : cursor.took('all') ? 'and' : undefined;
  if (!kind) return parsePermission(cursor);
  if (!cursor.took('in')) return cursor.fault('in');
  if (!cursor.took('[')) return cursor.fault('a list of permissions in brackets');
  const of: Permission[] = [];
  do {
    const permission = parsePermission(cursor);
    if (isRuleFault(permission)) return permission;
    of.push(permission);
  } while (cursor.took(','));
  if (!cursor.took(']')) return cursor.fault('a comma or ]');
  return of.length === 1 ? of[0]! : { kind, of };
}

function parsePermission(cursor: Cursor): Permission | RuleFault {
  const name = parseName(cursor, 'a permission, written bundle:name');
  return isFault(name) ? name : { kind: 'permission', name };
}

function parseName(cursor: Cursor, expected: string): string | RuleFault {
  const { kind, text } = cursor.next;
  if (kind !== 'word' || !/^[A-Za-z0-9_.-]+:[A-Za-z0-9_.-]+$/.test(text)) return cursor.fault(expected);
  return cursor.take().text;
}

function isFault(value: string | undefined | RuleFault): value is RuleFault {
  return typeof value === 'object';
}

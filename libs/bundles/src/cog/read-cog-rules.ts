import type { Comparison, Condition, Needs } from '@chasqui/access-rules';
import { longestText } from '../read-rule.js';
import type { CogNote } from './cog-note.js';
import { parseCogRule } from './cog-rule.js';
import type { CogSource } from './cog-source.js';
import { settled } from './settle-condition.js';

/** A rule that was read, still with the names that Cog's file has. */
export interface ReadCogRule {
  readonly source: CogSource;
  readonly text: string;
  readonly condition?: Condition;
  readonly needs?: Needs;
  readonly notes: readonly CogNote[];
}

export interface ReadCogRules {
  readonly rules: readonly ReadCogRule[];
  /** About those that cannot be read: they cannot be left out without opening what they closed. */
  readonly unread: readonly CogNote[];
  /** About those that never held in Cog, and are left out. */
  readonly dead: readonly CogNote[];
}

/** Reads a command's rules. `command` is `bundle:command` as Cog's file has it. */
export function readCogRules(
  list: CogSource,
  command: string,
  isDeclared: (option: string) => boolean,
): ReadCogRules {
  const rules: ReadCogRule[] = [];
  const unread: CogNote[] = [];
  const dead: CogNote[] = [];
  for (const source of list.items) {
    const text = source.text ?? '';
    const fault = (expected: string, found: string, inside: number) =>
      unread.push(source.note('bad-rule', { rule: text, expected, found }, { inside }));
    if (text.length > longestText) {
      fault(`at most ${longestText} characters`, String(text.length), 0);
      continue;
    }
    const read = parseCogRule(text);
    if ('expected' in read) fault(read.expected, read.found, read.position);
    else if (read.command !== undefined && read.command !== command) {
      unread.push(source.note('rule-of-other-command', { rule: text, named: read.command, command }));
    } else {
      const unknown = read.condition ? optionsIn(read.condition).filter((name) => !isDeclared(name)) : [];
      const notes = [...new Set(unknown)].map((option) =>
        source.note('undeclared-option', { option, rule: text }),
      );
      const condition = read.condition && settled(read.condition, isDeclared);
      const open = typeof condition === 'object' ? { condition } : {};
      if (condition === false) dead.push(...notes, source.note('rule-never-held', { rule: text }));
      else rules.push({ source, text, notes, ...open, ...(read.needs && { needs: read.needs }) });
    }
  }
  return { rules, unread, dead };
}

/** How many arguments they look at. */
export function argumentsIn(rules: readonly ReadCogRule[]): number {
  const indices = rules
    .flatMap(({ condition }) => (condition ? comparisonsIn(condition) : []))
    .flatMap(({ left }) => (left.kind === 'arg' ? [left.index] : []));
  return Math.max(0, ...indices.map((index) => index + 1));
}

function optionsIn(condition: Condition): string[] {
  return comparisonsIn(condition).flatMap(({ left }) => (left.kind === 'option' ? [left.name] : []));
}

export function comparisonsIn(condition: Condition): Comparison[] {
  return condition.kind === 'comparison' ? [condition] : [condition.of].flat().flatMap(comparisonsIn);
}

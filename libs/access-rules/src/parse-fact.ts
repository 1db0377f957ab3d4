import { isTime, isZone, weekdays } from './clock.js';
import type { Cursor } from './cursor.js';
import { origins } from './facts.js';
import { factNames, type FactName, type Operand, type Operator, type RuleFault } from './rule.js';

const words: ReadonlySet<string> = new Set<string>([...factNames, 'time', 'weekday']);

/** Whether a word comes next that is a fact. Quoted it is a text like any other. */
export function seesFact(cursor: Cursor): boolean {
  return cursor.next.kind === 'word' && words.has(cursor.next.text);
}

/** Reads `channel`, `relay["dc"]`, `time("Europe/Berlin")` and their like. Call it where `seesFact`. */
export function parseFact(cursor: Cursor): Operand | RuleFault {
  const name = cursor.take().text as FactName | 'time' | 'weekday';
  if (name === 'time' || name === 'weekday') return parseClock(cursor, name);
  if (name !== 'relay' || !cursor.took('[')) return { kind: 'fact', name };
  const { kind, text } = cursor.next;
  if (!/^[\w./-]+$/.test(text) || (kind !== 'word' && kind !== 'string')) return cursor.fault("a tag's key");
  if (text === 'name') return cursor.fault('another key: relay alone is its name');
  cursor.take();
  return cursor.took(']') ? { kind: 'tag', key: text } : cursor.fault(']');
}

/** Without a zone it is UTC. */
function parseClock(cursor: Cursor, kind: 'time' | 'weekday'): Operand | RuleFault {
  if (!cursor.took('(') || cursor.took(')')) return { kind, zone: 'UTC' };
  const zone = cursor.next;
  if (zone.kind !== 'string' || !isZone(zone.text))
    return cursor.fault('a time zone, written as in "Europe/Berlin"');
  cursor.take();
  return cursor.took(')') ? { kind, zone: zone.text } : cursor.fault(')');
}

/** What a fact may be compared with, where that is less than everything. */
export interface Demands {
  readonly operators: readonly Operator[];
  fits(other: Operand): boolean;
  /** In words, what else would have to stand there. */
  readonly expected: string;
}

const equality: readonly Operator[] = ['==', '!=', 'in'];

/**
 * A comparison that could never hold is a slip, and one in a rule that denies would let everybody through; so a fact whose values are known
 * beforehand is compared with one of them or with nothing.
 */
export function demandsOf(operand: Operand): Demands | undefined {
  if (operand.kind === 'time')
    return {
      operators: ['==', '!=', '<', '<=', '>', '>='],
      fits: (other) => other.kind === 'string' && isTime(other.value),
      expected: 'a time of day from "00:00" to "23:59"',
    };
  if (operand.kind === 'weekday') return oneOf(weekdays, 'a weekday');
  if (operand.kind !== 'fact') return undefined;
  switch (operand.name) {
    case 'direct':
      return {
        operators: ['==', '!='],
        fits: (other) => other.kind === 'boolean',
        expected: 'true or false',
      };
    case 'origin':
      return oneOf(origins, 'an origin');
    case 'channel':
      return {
        operators: equality,
        fits: (other) => other.kind === 'regex' || (other.kind === 'string' && /^#.|.\/./.test(other.value)),
        expected: 'a channel, written "#name" or "adapter/id", or a pattern',
      };
    default:
      return {
        operators: equality,
        fits: (other) => !['boolean', 'number', 'time', 'weekday'].includes(other.kind),
        expected: 'a text or a pattern',
      };
  }
}

function oneOf(texts: readonly string[], what: string): Demands {
  return {
    operators: equality,
    fits: (other) => other.kind === 'string' && texts.includes(other.value),
    expected: `${what}: ${texts.map((text) => `"${text}"`).join(' ')}`,
  };
}

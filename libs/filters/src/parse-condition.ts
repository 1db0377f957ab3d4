import type { Word } from '@chasqui/command-language';
import type { Condition } from './condition.js';
import { conditionTokens, type ConditionToken } from './condition-tokens.js';
import type { Place } from './filter-fault.js';
import { isField } from './field.js';
import { patternFault } from '@chasqui/patterns';

/** Where a condition is wrong. `detail` is what the reader of patterns says. */
export interface ConditionFault {
  readonly kind: 'fault';
  readonly place: Place;
  readonly expected: string;
  readonly detail?: string;
}

/**
 * Reads the words behind `where`: comparisons joined by `and` (or by nothing), `or`, `not` and parentheses. `or` binds loosest,
 * `not` tightest.
 */
export function parseCondition(words: readonly Word[]): Condition | ConditionFault {
  const tokens = conditionTokens(words);
  let at = 0;

  const next = (): ConditionToken | undefined => tokens[at];
  const took = (keyword: string): boolean => isKeyword(next(), keyword) && ++at > 0;
  const fault = (expected: string, token = next()): ConditionFault => ({
    kind: 'fault',
    place: token?.place ?? { position: words.at(-1)!.end, length: 1 },
    expected: token?.kind === 'unclosed' ? 'the quote to be closed' : expected,
  });

  const condition = readOr(0);
  if (condition.kind === 'fault') return condition;
  return at < tokens.length ? fault('and, or, or the end') : condition;

  function readOr(depth: number): Condition | ConditionFault {
    return readJoined('or', () => readAnd(depth));
  }

  function readAnd(depth: number): Condition | ConditionFault {
    return readJoined('and', () => readOne(depth));
  }

  function readJoined(
    kind: 'and' | 'or',
    read: () => Condition | ConditionFault,
  ): Condition | ConditionFault {
    const conditions: Condition[] = [];
    do {
      const one = read();
      if (one.kind === 'fault') return one;
      conditions.push(one);
    } while (took(kind) || (kind === 'and' && beginsOne(next())));
    return conditions.length === 1 ? conditions[0]! : { kind, conditions };
  }

  function readOne(depth: number): Condition | ConditionFault {
    if (depth > deepest) return fault(`at most ${deepest} parentheses and nots in one another`);
    if (took('not')) {
      const condition = readOne(depth + 1);
      return condition.kind === 'fault' ? condition : { kind: 'not', condition };
    }
    if (next()?.kind === 'open') {
      at++;
      const condition = readOr(depth + 1);
      if (condition.kind === 'fault') return condition;
      if (next()?.kind !== 'close') return fault('and, or, or a closing )');
      at++;
      return condition;
    }
    return readComparison();
  }

  function readComparison(): Condition | ConditionFault {
    const name = next();
    if (name?.kind !== 'name' || isKeyword(name) || !isField(name.text)) return fault('a field');
    at++;
    const sign = next();
    if (sign?.kind !== 'operator') return readExistence(name, sign);
    at++;
    const value = next();
    if (value?.kind !== 'value') return fault('a value');
    at++;
    if (sign.operator.endsWith('~')) {
      const detail = patternFault(value.text);
      if (detail !== undefined) return { ...fault('an RE2 pattern', value), detail };
    }
    return { kind: 'compare', field: name.text, operator: sign.operator, value: value.text };
  }

  /** `status is failed` would read as three fields that have to be there: what looks like a slip is refused. */
  function readExistence(
    name: ConditionToken & { kind: 'name' },
    following: ConditionToken | undefined,
  ): Condition | ConditionFault {
    const odd = !/^[\p{L}_@]/u.test(name.text) || notFields.has(name.text.toLowerCase());
    if (odd && !name.quoted) return fault('a comparison, such as status=failed', name);
    if (following?.kind === 'open') return fault('and, or, or an operator', following);
    return { kind: 'exists', field: name.text };
  }
}

const deepest = 50;
const notFields = new Set(['is', 'in', 'has', 'like', 'equals', 'contains', 'matches']);

function isKeyword(token: ConditionToken | undefined, keyword?: string): boolean {
  if (token?.kind !== 'name' || token.quoted) return false;
  const word = token.text.toLowerCase();
  return keyword === undefined ? ['and', 'or', 'not'].includes(word) : word === keyword;
}

function beginsOne(token: ConditionToken | undefined): boolean {
  if (token?.kind === 'name') return !isKeyword(token) || isKeyword(token, 'not');
  return token?.kind === 'open';
}

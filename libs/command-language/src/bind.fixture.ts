import { isRefusal } from '@chasqui/contracts';
import type { ArgumentFacts } from './argument-problem.js';
import { bind } from './bind.js';
import type { Bound } from './bound.js';
import type { Word } from './command-line.js';
import type { Declarations } from './declaration.js';
import { fill } from './fill.js';
import { parseLine } from './parse-line.js';

/** A command with an option of each type. */
export const restart: Declarations = {
  options: [
    { name: 'force', short: 'f', type: 'bool' },
    { name: 'color', type: 'bool', default: true },
    { name: 'env', short: 'e', type: 'enum', values: ['prod', 'staging'] },
    { name: 'times', short: 't', type: 'int', min: 1, max: 9 },
    { name: 'ratio', type: 'number' },
    { name: 'message', short: 'm', type: 'string' },
    { name: 'tag', type: 'list' },
    { name: 'port', short: 'p', type: 'list', of: 'int', max: 3 },
    { name: 'verbose', short: 'v', type: 'count', max: 3 },
    { name: 'wait', type: 'duration', max: 3_600_000 },
    { name: 'owner', type: 'user' },
    { name: 'room', type: 'channel' },
  ],
  positionals: [
    { name: 'service', type: 'string', pattern: '[a-z-]+|-5|' },
    { name: 'rest', type: 'string', variadic: true },
  ],
};

/** The same, with positionals that take whatever there is. */
export const free: Declarations = {
  ...restart,
  positionals: [
    { name: 'service', type: 'string' },
    { name: 'rest', type: 'string', variadic: true },
  ],
};

export const resolve = {
  user: (name: string) => (name === 'ann' ? 'ann' : undefined),
  channel: (name: string) => (name === 'ops' ? 'ops' : undefined),
};

export function wordsOf(text: string) {
  const line = parseLine(text);
  if (isRefusal(line)) throw new Error(JSON.stringify(line));
  return line.stages[0]!.words.slice(1);
}

export function filled(text: string, record: Record<string, unknown>) {
  const words = fill(wordsOf(text), record);
  if (isRefusal(words)) throw new Error(JSON.stringify(words));
  return words as readonly Word[];
}

export function bound(typed: string, declarations: Declarations = restart): Bound {
  const result = bind(declarations, wordsOf(`c ${typed}`), resolve);
  if (isRefusal(result)) throw new Error(JSON.stringify(result));
  return result;
}

export function refused(typed: string, declarations: Declarations = restart): ArgumentFacts {
  const result = bind(declarations, wordsOf(`c ${typed}`), resolve);
  if (!isRefusal(result)) throw new Error(JSON.stringify(result));
  if (result.code !== 'bad-arguments') throw new Error(result.code);
  return result.facts as unknown as ArgumentFacts;
}

export function refusedProblems(result: { facts: unknown }): Set<string> {
  return new Set((result.facts as ArgumentFacts).problems.map(({ problem }) => problem));
}

/** What was given, by name. */
export function given({ options, positionals }: Bound): Record<string, unknown> {
  return Object.fromEntries(
    [...options, ...positionals].filter((one) => one.given).map(({ name, value }) => [name, value]),
  );
}

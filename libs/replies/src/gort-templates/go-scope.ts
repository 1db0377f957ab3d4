import { GoProblem } from './go-problem.js';

/** What the names of a Go template stand for at one place in it. */
export interface GoScope {
  /** What `.` is; undefined for the whole envelope. */
  readonly dot: string | undefined;
  /** Liquid's names of Go's variables. */
  readonly variables: ReadonlyMap<string, string>;
}

export function withVariable(scope: GoScope, name: string, liquid: string): GoScope {
  return { ...scope, variables: new Map([...scope.variables, [name, liquid]]) };
}

/** @throws GoProblem */
export function variableOf(scope: GoScope, name: string, at: number): string {
  const found = scope.variables.get(name);
  if (found === undefined) throw new GoProblem('unknown-field', name, at);
  return found;
}

import type { Fault } from '../fault.js';
import { error, type Path } from '../finding.js';
import { fitShape } from '../read-shape.js';
import { readYamlTree } from '../yaml-tree.js';
import { PolicyTestFile } from './policy-test-schema.js';

/** One case of a file of policy tests. */
export type PolicyCase = PolicyTestFile['cases'][number] & {
  /** Where it begins in the file, from 1. */
  readonly startsAt: number;
};

/** A file of policy tests that was read and found right. Plain data. */
export type PolicyTests = Omit<PolicyTestFile, 'cases'> & { readonly cases: readonly PolicyCase[] };

/** Reads a file of policy tests: the tests, or every fault in it at once. Never throws, whatever the text. */
export function readPolicyTests(text: string): {
  readonly tests?: PolicyTests;
  readonly faults: readonly Fault[];
} {
  const { root, findings, typed, locate } = readYamlTree(text);
  if (!root) return { faults: locate(findings) };
  const shape = fitShape(PolicyTestFile, root, typed);
  const all = [...findings, ...shape.findings];
  const faults = locate(all);
  if (!shape.fitting || all.some(({ severity }) => severity === 'error')) return { faults };
  const lineOf = (path: Path) => locate([error('missing-key', path)])[0]!.line;
  const cases = shape.fitting.cases.map((one, index) => ({ ...one, startsAt: lineOf(['cases', index]) }));
  return { tests: { ...shape.fitting, cases }, faults };
}

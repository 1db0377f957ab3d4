import type { Bundle } from './bundle.js';
import type { ReadTemplate } from './check-templates.js';
import { crossCheck } from './cross-checks.js';
import type { Fault } from './fault.js';
import { asFormat, readFormat } from './read-format.js';
import { pointerTo, type Finding } from './finding.js';
import { readShape } from './read-shape.js';
import { toBundle } from './to-bundle.js';
import { readYamlTree } from './yaml-tree.js';

export interface ReadBundle {
  /** There, unless a fault is an error. */
  readonly bundle?: Bundle;
  /** Every fault in the file, in the order of the file. */
  readonly faults: readonly Fault[];
}

/**
 * Reads a bundle file, Gort's (`gort_bundle_version: 1`) or ours (`chasqui_bundle_version: 1`): the bundle, or every fault in it
 * at once. Never throws, whatever the text. Templates are looked at where somebody brings along what reads them.
 */
export function readBundle(text: string, more: { readonly readTemplate?: ReadTemplate } = {}): ReadBundle {
  const tree = readYamlTree(text);
  if (!tree.root) return { faults: tree.locate(tree.findings) };
  const said = readFormat(tree.root);
  const shape = readShape(said.format, asFormat(tree.root, said.format), tree.typed);
  const findings = [
    ...tree.findings,
    ...said.findings,
    ...shape.findings.filter((finding) => !follows(finding, tree.findings)),
    ...crossCheck(said.format, shape.data, more.readTemplate),
  ];
  const faults = tree.locate(findings);
  if (!shape.file || findings.some(({ severity }) => severity === 'error')) return { faults };
  return { bundle: toBundle(shape.file), faults };
}

/** Whether a value is only missing because the YAML under it was refused, which is told already. */
function follows({ code, facts, path }: Finding, refused: readonly Finding[]): boolean {
  const isEmpty = code === 'wrong-type' && facts['found'] === 'nothing';
  return isEmpty && refused.some((finding) => pointerTo(finding.path) === pointerTo(path));
}

import { error, type Finding } from './finding.js';

const keys = { gort: 'gort_bundle_version', chasqui: 'chasqui_bundle_version' } as const;
export type Format = keyof typeof keys;

/** Which format a file says it has. Where it says none or both it is read as ours, so that its other faults are found too. */
export function readFormat(root: Readonly<Record<string, unknown>>): {
  format: Format;
  findings: readonly Finding[];
} {
  const said = (['gort', 'chasqui'] as const).filter((format) => Object.hasOwn(root, keys[format]));
  const format = said.length === 1 ? said[0]! : 'chasqui';
  const key = keys[format];
  if (said.length === 0) return { format, findings: [error('no-format', [], {})] };
  if (said.length === 2) return { format, findings: [error('two-formats', [keys.gort], {}, { at: 'key' })] };
  if (root[key] === 1) return { format, findings: [] };
  return {
    format,
    findings: [error('unsupported-format', [key], { key, found: JSON.stringify(root[key]) ?? '' })],
  };
}

/** The file as one of that format, so that its schema looks at everything else. */
export function asFormat(root: Readonly<Record<string, unknown>>, format: Format): Record<string, unknown> {
  const rest = Object.entries(root).filter(([key]) => key !== keys.gort && key !== keys.chasqui);
  return { ...Object.fromEntries(rest), [keys[format]]: 1 };
}

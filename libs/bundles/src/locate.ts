import type { Facts } from '@chasqui/contracts';
import type { Fault } from './fault.js';
import { pointerTo, type Finding } from './finding.js';
import type { FindLine } from './line-finder.js';

const mostFaults = 500;
const longestText = 200;

/** Findings as faults with line and column, in the order of the file, at most 500 of them and one that counts the others. */
export function locateAll(
  findings: readonly Finding[],
  offsetOf: (finding: Finding) => number,
  findLine: FindLine,
): Fault[] {
  const faults = findings.map((finding): Fault => {
    const { severity, code, path } = finding;
    return {
      severity,
      code,
      facts: clipped(finding.facts),
      ...findLine(offsetOf(finding)),
      pointer: pointerTo(path),
    };
  });
  faults.sort((a, b) => a.line - b.line || a.column - b.column);
  const beyond = faults.slice(mostFaults);
  if (beyond.length === 0) return faults;
  const severity = beyond.some((fault) => fault.severity === 'error') ? 'error' : 'warning';
  return [
    ...faults.slice(0, mostFaults),
    { ...beyond[0]!, severity, code: 'more-faults', facts: { more: beyond.length } },
  ];
}

/** A text of a megabyte is not told again for each of its faults. */
function clipped(facts: Facts): Facts {
  const cut = (value: unknown) =>
    typeof value === 'string' && value.length > longestText ? `${value.slice(0, longestText)}…` : value;
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, cut(value)]));
}

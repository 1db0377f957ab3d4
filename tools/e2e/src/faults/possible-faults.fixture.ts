import { faultNames, type FaultName } from './faults.fixture.js';
import { whyNoSmallDisk } from './small-disk.fixture.js';
import { whyNoTimeShift } from './time-shift.fixture.js';

/** What this machine lacks for some of them. */
const lacking: readonly (readonly [FaultName, string | undefined])[] = [
  ['clock', whyNoTimeShift],
  ['disk full', whyNoSmallDisk],
];

/** Those that can be inflicted here; CHASQUI_FAULT_KINDS names some of them, with commas between, to be looked at alone. */
export function possibleFaults(): readonly FaultName[] {
  const wanted = process.env['CHASQUI_FAULT_KINDS']?.split(',');
  const without = lacking.filter(([, why]) => why !== undefined).map(([name]) => name);
  return faultNames.filter((name) => !without.includes(name) && (wanted?.includes(name) ?? true));
}

/** Why others cannot; a sentence each. */
export function impossible(): string[] {
  return lacking.flatMap(([name, why]) => (why === undefined ? [] : [`${name}: ${why}`]));
}

import { expect, it } from 'vitest';
import { isScheduleName, nameFor } from './schedule-name.js';

it.each([
  ['ops:report --all', [], 'ops-report'],
  ['ops:report', ['ops-report'], 'ops-report-2'],
  ['ops:report', ['ops-report', 'ops-report-2'], 'ops-report-3'],
  ['relays | where state=offline', [], 'relays'],
  ['42:x', [], 'x'],
  ['"größer" x', [], 'gr-er'],
  ['"', [], 'schedule'],
  ['x'.repeat(200), [], 'x'.repeat(55)],
])('%s, with %j there, is called %s', (line, taken, name) => {
  const given = nameFor(line, new Set(taken));
  expect(given).toBe(name);
  expect(isScheduleName(given)).toBe(true);
});

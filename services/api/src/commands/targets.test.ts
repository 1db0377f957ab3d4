import { parseLine, type CommandLine } from '@chasqui/command-language';
import { expect, it } from 'vitest';
import type { Known } from './known.js';
import { targetsOf } from './targets.js';

const known = {
  sender: { adapter: 'slack', id: 'U1' },
  place: { room: 'C1', roomName: 'ops', channel: 'slack/C1' },
  rooms: new Map([
    ['ops', 'C1'],
    ['web', 'C2'],
  ]),
  people: new Map([
    ['bob', { username: 'bob', externalId: 'U2' }],
    ['carol', { username: 'carol' }],
  ]),
  mentioned: new Map([['dora', 'U4']]),
} as unknown as Known;
const targets = (line: string) => targetsOf((parseLine(line) as CommandLine).redirects, known);

it.each([
  ['x', []],
  ['x > #web', [{ label: '#web', room: 'C2' }]],
  ['x > @bob', [{ label: '@bob', room: 'U2' }]],
  ['x > @dora', [{ label: '@dora', room: 'U4' }]],
  ['x > me', [{ label: 'you', room: 'U1' }]],
  ['x > here', [{ label: 'here', room: 'C1', here: true }]],
  [
    'x > #web > #web > me',
    [
      { label: '#web', room: 'C2' },
      { label: 'you', room: 'U1' },
    ],
  ],
  [
    'x > #ops > here',
    [
      { label: '#ops', room: 'C1' },
      { label: 'here', room: 'C1', here: true },
    ],
  ],
])('%s', (line, places) => {
  expect(targets(line)).toEqual(places);
});

it.each([
  ['x > #wib', { what: 'room', name: 'wib', suggestion: 'web', position: 2 }],
  ['x > #constructor', { what: 'room', name: 'constructor' }],
  ['x > @bbo', { what: 'person', name: 'bbo', suggestion: 'bob' }],
  ['x > me > @carol', { what: 'person', name: 'carol', position: 7 }],
])('refuses %s', (line, facts) => {
  expect(targets(line)).toMatchObject({ code: 'unknown-target', facts });
});

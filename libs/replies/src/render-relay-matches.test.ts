import type { RelayMatch } from '@chasqui/contracts';
import { expect, it } from 'vitest';
import { renderRelayMatches } from './render-relay-matches.js';

const now = Date.parse('2026-11-22T13:00:00Z');

it('says which relays match, which would take work, and why the others would not', () => {
  const relays = [
    match('fra-1', 'takes-work', { inFlight: 1 }),
    match('fra-2', 'queues', { inFlight: 5 }),
    match('fra-3', 'only-suspect', { state: 'suspect' }),
    match('fra-4', 'unavailable', { state: 'draining', note: 'kernel update until 14:00' }),
    match('fra-5', 'no-driver'),
    match('fra-6', 'no-platform', { platforms: ['linux/amd64'] }),
    match('ams-1', 'no-match', { tags: [], fails: ['dc=fra', 'gpu'] }),
  ];
  const { text } = renderRelayMatches({ selector: 'dc=fra,gpu', command: 'ml:train', relays }, now);
  expect(text.split('\n')).toEqual([
    '6 relays of 7 with dc=fra,gpu for ml:train; 3 would take work',
    'name   tags        state                     at work  takes work',
    'fra-1  dc=fra,gpu  online since 12:59 UTC    1 of 4   yes',
    'fra-2  dc=fra,gpu  online since 12:59 UTC    5 of 4   queues: all 4 slots are taken',
    'fra-3  dc=fra,gpu  suspect since 12:59 UTC   0 of 4   only if no other is online',
    'fra-4  dc=fra,gpu  draining since 12:59 UTC  0 of 4   no: draining since 12:59 UTC (kernel update until 14:00)',
    'fra-5  dc=fra,gpu  online since 12:59 UTC    0 of 4   no: has nothing to run it with',
    'fra-6  dc=fra,gpu  online since 12:59 UTC    0 of 4   no: runs linux/amd64',
    'ams-1              online since 12:59 UTC    0 of 4   no: is not dc=fra and gpu',
  ]);
});

it('names those that do not match as far as there is room, those that lack least first', () => {
  const lacking = (name: string, ...fails: string[]) => match(name, 'no-match', { fails });
  const relays = [...Array.from({ length: 12 }, (_, at) => lacking(`b-${at}`, 'x', 'y')), lacking('c', 'x')];
  const lines = renderRelayMatches({ selector: 'x,y', relays }, now).text.split('\n');
  expect(lines[0]).toBe('0 relays of 13 with x,y; 0 would take work');
  expect(lines.find((line) => line.includes('is not'))).toMatch(/^c .* is not x$/);
  expect(lines.at(-1)).toBe('and 3 relays more that do not match');
});

it('says how the first relay is made', () => {
  expect(renderRelayMatches({ selector: '', relays: [] }, now).text).toContain('chasqui relay create');
});

function match(name: string, outcome: RelayMatch['outcome'], more: Partial<RelayMatch> = {}): RelayMatch {
  return {
    name,
    tags: ['dc=fra', 'gpu'],
    state: 'online',
    since: new Date(now - 60_000).toISOString(),
    inFlight: 0,
    slots: 4,
    outcome,
    ...more,
  };
}

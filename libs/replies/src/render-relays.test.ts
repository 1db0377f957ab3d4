import { expect, it } from 'vitest';
import { renderRelays } from './render-relays.js';

const now = Date.parse('2026-11-22T13:00:00Z');

it('lists relays with their tags, state and load', () => {
  const fra = {
    name: 'fra-1',
    tags: ['dc=fra', 'gpu'],
    state: 'online',
    since: now - 60_000,
    drivers: ['docker'],
    inFlight: 1,
    slots: 4,
  };
  const ams = { ...fra, name: 'ams-1', tags: [], state: 'never-seen', drivers: [], inFlight: 0 };
  expect(renderRelays([fra, ams], now).text).toBe(
    [
      'name   tags        state                   drivers  at work',
      'fra-1  dc=fra,gpu  online since 12:59 UTC  docker   1 of 4',
      'ams-1              never seen                       0 of 4',
    ].join('\n'),
  );
});

it('says how the first relay is made', () => {
  expect(renderRelays([], now).text).toContain('chasqui relay create');
});

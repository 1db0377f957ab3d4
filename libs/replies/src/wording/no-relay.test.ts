import { refusal } from '@chasqui/contracts';
import { expect, it } from 'vitest';
import { sentence } from '../wording.js';

const at = (time: string) => Date.parse(`2026-11-22T${time}Z`);
const now = at('13:00:00');
const need = (text: string, online: number, from = ['person']) => ({ text, from, matching: online, online });
const said = (facts: object) =>
  sentence(refusal('no-relay', { relays: 4, driver: 'process', now, ...facts }));

it('names the nearest miss', () => {
  expect(
    said({
      selector: 'dc=fra,gpu',
      requirements: [need('dc=fra', 2), need('gpu', 0)],
      unavailable: [{ relay: 'fra-3', state: 'offline', since: at('12:03:44') }],
    }),
  ).toBe(
    'no relay has dc=fra,gpu: 2 relays have dc=fra, none of them gpu; fra-3 has both and is offline since 12:03 UTC',
  );
});

it('says who has all but one where each alone is met', () => {
  expect(
    said({
      selector: 'dc=fra,gpu',
      requirements: [need('dc=fra', 1), need('gpu', 2)],
      nearMisses: [{ relay: 'fra-1', fails: 'gpu' }],
    }),
  ).toBe(
    'no relay has dc=fra,gpu: 2 relays have gpu, 1 has dc=fra, but none has both; fra-1 has all but gpu',
  );
});

it('says that nobody has the tag, and who asked for it if it was not the person', () => {
  expect(said({ selector: 'dc=mars', requirements: [need('dc=mars', 0)] })).toBe(
    'no relay has dc=mars; "relays" lists those there are with their tags',
  );
  expect(said({ selector: 'gpu', requirements: [need('gpu', 0, ['bundle'])] })).toBe(
    'no relay has gpu, which its bundle asks for; "relays" lists those there are with their tags',
  );
});

it('says since when the only relay is away, with the date if it was another day', () => {
  const unavailable = [{ relay: 'local', state: 'offline', since: at('12:03:00') - 86_400_000 }];
  expect(said({ selector: '', requirements: [], unavailable })).toBe(
    'no relay is up: local is offline since 2026-11-21 12:03 UTC',
  );
  expect(said({ selector: 'dc=fra', requirements: [need('dc=fra', 0)], unavailable })).toBe(
    'no relay that is up has dc=fra: local has it and is offline since 2026-11-21 12:03 UTC',
  );
});

it.each([
  ['draining', 'is draining since 12:03 UTC'],
  ['paused', 'is paused since 12:03 UTC'],
  ['disabled', 'is switched off since 12:03 UTC'],
  ['offline', 'is offline since 12:03 UTC'],
])('says what an operator said of a relay that is %s', (state, words) => {
  const unavailable = [{ relay: 'fra-1', state, since: at('12:03:00'), note: 'kernel update until 14:00' }];
  expect(said({ selector: 'gpu', requirements: [need('gpu', 0)], unavailable })).toBe(
    `no relay that is up has gpu: fra-1 has it and ${words} (kernel update until 14:00)`,
  );
});

it('says for which platform it is made, and what the relays run', () => {
  expect(
    said({
      selector: 'dc=fra',
      requirements: [need('dc=fra', 2)],
      driver: 'container',
      platforms: ['linux/arm64', 'linux/arm'],
      otherPlatform: [
        { relay: 'fra-1', platforms: ['linux/amd64'] },
        { relay: 'fra-2', platforms: [] },
      ],
    }),
  ).toBe(
    'no relay with dc=fra can run this now: fra-1 runs linux/amd64, and this is made for linux/arm64 or linux/arm; fra-2 does not tell what it runs, and this is made for linux/arm64 or linux/arm',
  );
});

it('says that a container engine is missing', () => {
  expect(
    said({
      selector: '',
      requirements: [],
      driver: 'container',
      lackingDriver: [{ relay: 'local', drivers: ['process'] }],
    }),
  ).toBe('no relay can run this now: local has no container engine');
});

it('says how the first relay is made', () => {
  expect(said({ relays: 0, selector: '', requirements: [] })).toBe(
    'there are no relays yet; an administrator makes one with: chasqui relay create NAME --tag dc=fra',
  );
});

import { expect, it } from 'vitest';
import { valueText } from './value-text.js';

it.each([
  ['string', ' as it\nis ', ' as it\nis '],
  ['string', '', ''],
  ['int', '-7', '-7'],
  ['int', '-0', '0'],
  ['number', '1.50', '1.5'],
  ['number', '15e-1', '1.5'],
  ['number', '1e21', '1e+21'],
  ['bool', 'Yes', 'true'],
  ['bool', 'off', 'false'],
  ['duration', '90s', '90000'],
  ['duration', '1h30m', '5400000'],
] as const)('%s %j is %j in the environment', (type, text, expected) =>
  expect(valueText({ type }, text)).toBe(expected),
);

it.each([
  ['int', ''],
  ['int', '042'],
  ['int', '9007199254740993'],
  ['number', '0.1000000000000000055'],
  ['bool', '1'],
  ['duration', '90'],
] as const)('%s cannot be %j', (type, text) => expect(valueText({ type }, text)).toBeUndefined());

it('is one of the values of an enum', () => {
  const shape = { type: 'enum', values: ['fra', 'ams'] } as const;
  expect(valueText(shape, 'ams')).toBe('ams');
  expect(valueText(shape, 'AMS')).toBeUndefined();
});

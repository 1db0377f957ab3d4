import { SettingsError } from '@chasqui/settings';
import { expect, it } from 'vitest';
import { readConfig } from '../config.js';

const needed = {
  DATABASE_URL: 'postgres://u:p@localhost/d',
  KAFKA_BROKERS: 'localhost:9092',
  CHASQUI_SECRET_KEY: '11'.repeat(32),
};

it('nobody registers by themselves unless it is said', () => {
  expect(readConfig(needed).selfRegistration).toBeUndefined();
  expect(readConfig({ ...needed, CHASQUI_SELF_REGISTRATION_GROUP: 'x' }).selfRegistration).toBeUndefined();
});

it('newcomers have a group of their own, or the one that is named', () => {
  const on = { ...needed, CHASQUI_SELF_REGISTRATION: 'true' };
  expect(readConfig(on).selfRegistration).toEqual({ group: 'newcomers' });
  expect(readConfig({ ...on, CHASQUI_SELF_REGISTRATION_GROUP: 'guests' }).selfRegistration).toEqual({
    group: 'guests',
  });
});

it.each(['admin', 'Not A Group', '../x'])('newcomers are not put into %j', (group) => {
  expect(() => readConfig({ ...needed, CHASQUI_SELF_REGISTRATION_GROUP: group })).toThrow(SettingsError);
});

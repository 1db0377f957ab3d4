import { expect, it } from 'vitest';
import { z } from 'zod';
import { duration, flag, port, readSettings, SettingsError } from './index.js';

const shape = {
  PASSWORD: z.string().min(8, 'needs at least 8 characters'),
  PORT: port.default(7400),
  WAIT: duration.default(30_000),
  EXAMPLES: flag.default(false),
};

it('reads what is given, and the defaults of the rest', () => {
  expect(readSettings({ PASSWORD: 'correct horse', WAIT: '2m' }, shape)).toEqual({
    PASSWORD: 'correct horse',
    PORT: 7400,
    WAIT: 120_000,
    EXAMPLES: false,
  });
});

it('takes a value from the file that X_FILE names, without the newline at its end', () => {
  expect(readSettings({ PASSWORD_FILE: '/secrets/p' }, shape, () => 'from a file\n').PASSWORD).toBe(
    'from a file',
  );
});

it('lists everything that is wrong at once', () => {
  const environment = { PORT: '99999', WAIT: 'soon', EXAMPLES: 'perhaps' };
  expect(() => readSettings(environment, shape)).toThrow(SettingsError);
  expect(() => readSettings(environment, shape)).toThrow(
    /PASSWORD: is not set.*PORT: .*WAIT: "soon".*EXAMPLES: /s,
  );
});

it('refuses a value that is given twice', () => {
  expect(() => readSettings({ PASSWORD: 'a secret', PASSWORD_FILE: '/f' }, shape, () => 'b')).toThrow(
    /keep one/,
  );
});

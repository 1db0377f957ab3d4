import { expect, it } from 'vitest';
import { compareVersions, highestVersion } from './index.js';

it('orders versions by meaning, not by letters', () => {
  const sorted = ['1.10.0', '1.9.0', '1.0.0-rc.1', 'v1', '1.2.3.4', '1.0.0', 'banana', '0.9'].toSorted(
    compareVersions,
  );
  expect(sorted).toEqual(['banana', '0.9', '1.0.0-rc.1', '1.0.0', 'v1', '1.2.3.4', '1.9.0', '1.10.0']);
});

it('has no highest of none', () => {
  expect(highestVersion([])).toBeUndefined();
  expect(highestVersion(['1.9.0', '1.10.0'])).toBe('1.10.0');
});

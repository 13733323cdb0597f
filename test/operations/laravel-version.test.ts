import { expect, it } from 'vitest';
import { isAtLeast } from '../../src/operations/laravel-version.ts';

it.each([
  ['12.40.0', true],
  ['12.72.1', true],
  ['13.0', true],
  ['12.39.9', false],
  ['8.83.26', false],
  ['12', false],
  ['dev-master', false],
])('knows whether Laravel %s is 12.40 or later', (version, is) => {
  expect(isAtLeast(version, 12, 40)).toBe(is);
});

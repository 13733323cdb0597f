import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/core/canonical.ts';

describe('canonicalJson', () => {
  it.each<[string, unknown, string]>([
    [
      'sorts keys at every depth',
      { b: { d: 1, c: 2 }, a: [{ f: 1, e: 2 }] },
      '{"a":[{"e":2,"f":1}],"b":{"c":2,"d":1}}',
    ],
    ['leaves out what is undefined', { a: undefined, b: null }, '{"b":null}'],
    ['keeps the order of lists', [3, 1, 2], '[3,1,2]'],
    ['writes times as ISO text', { at: new Date(0) }, '{"at":"1970-01-01T00:00:00.000Z"}'],
    ['sorts what toJSON gives', { x: { toJSON: () => ({ b: 1, a: 2 }) } }, '{"x":{"a":2,"b":1}}'],
    ['writes big integers as text', { n: 2n ** 60n }, '{"n":"1152921504606846976"}'],
    ['takes a key named __proto__ for a key', JSON.parse('{"__proto__":1}'), '{"__proto__":1}'],
    ['has a text for undefined', undefined, 'null'],
  ])('%s', (_, value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it('is the same whatever the order in which keys were set', () => {
    expect(canonicalJson({ a: 1, b: 2 })).toBe(canonicalJson({ b: 2, a: 1 }));
  });
});

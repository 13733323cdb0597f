import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/core/nearest.ts';

const queues = ['reports', 'ops', 'commerce', 'content', 'insights', 'high', 'default'];

describe('the nearest known word', () => {
  it.each([
    ['reprots', 'reports'],
    ['report', 'reports'],
    ['REPORTS', 'reports'],
    ['comerce', 'commerce'],
    ['insigths', 'insights'],
    ['op', 'ops'],
    ['zebra', undefined],
    ['', undefined],
    ['con', 'content'],
  ])('for %j is %s', (typed, expected) => {
    expect(nearest(typed, queues)).toBe(expected);
  });
});

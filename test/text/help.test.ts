import { describe, expect, it } from 'vitest';
import type { Locale } from '../../src/core/people.ts';
import { operations } from '../../src/operations/list.ts';
import { helpText } from '../../src/text/help.ts';

describe('help', () => {
  it.each<Locale>(['en', 'zh-CN'])('says of every verb in %s what it does', (locale) => {
    const silent = operations
      .map(({ verb }) => verb)
      .filter((verb) => (helpText[locale].verbs[verb] ?? '') === '');
    expect(silent).toEqual([]);
  });
});

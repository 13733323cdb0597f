import { describe, expect, it } from 'vitest';
import { phpJsonTexts } from '../../src/laravel/php-json.ts';

describe("a text as PHP's json_encode writes it", () => {
  it.each([
    ['ORD-123', 'ORD-123'],
    ['a/b', 'a\\/b'],
    ['é', 'é', '\\u00e9'],
    ['订单', '订单', '\\u8ba2\\u5355'],
    ['😀', '😀', '\\ud83d\\ude00'],
    ['App\\Jobs', 'App\\\\Jobs'],
    ['say "no"', 'say \\"no\\"'],
  ])('%s', (text, ...spellings) => {
    expect(phpJsonTexts(text)).toEqual(spellings);
  });
});

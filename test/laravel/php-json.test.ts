import { describe, expect, it } from 'vitest';
import { phpJsonText } from '../../src/laravel/php-json.ts';

describe("a text as PHP's json_encode writes it", () => {
  it.each([
    ['ORD-123', 'ORD-123'],
    ['a/b', 'a\\/b'],
    ['é', '\\u00e9'],
    ['订单', '\\u8ba2\\u5355'],
    ['😀', '\\ud83d\\ude00'],
    ['App\\Jobs', 'App\\\\Jobs'],
    ['say "no"', 'say \\"no\\"'],
  ])('%s', (text, json) => {
    expect(phpJsonText(text)).toBe(json);
  });
});

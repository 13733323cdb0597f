/**
 * How a text may stand inside a string of a Laravel payload, as PHP's `json_encode` writes it: `/` as `\/`, and what lies
 * beyond ASCII as it is (a pushed job) or as `\uXXXX` (a retried one, and Laravel before 8).
 */
export function phpJsonTexts(text: string): readonly string[] {
  const plain = JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/');
  const escaped = plain.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return [...new Set([plain, escaped])];
}

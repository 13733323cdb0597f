/**
 * A text as PHP's `json_encode` writes it inside a string (Laravel's payloads): everything beyond ASCII as `\uXXXX` in
 * lower case, and `/` as `\/`.
 */
export function phpJsonText(text: string): string {
  const json = JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/');
  return json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

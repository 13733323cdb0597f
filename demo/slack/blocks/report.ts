/** Notes a fault: where (a JSON pointer) and what, in Slack's words. */
export type Say = (pointer: string, fault: string) => void;

/** Between `least` and `most` characters. */
export function checkLength(value: string, least: number, most: number, at: string, say: Say): void {
  if (value.length < least) say(at, `must be more than ${least - 1} characters`);
  if (value.length > most) say(at, `must be less than ${most + 1} characters`);
}

/** At most so many characters, if it is there at all. */
export function checkOptionalLength(value: unknown, most: number, at: string, say: Say): void {
  if (value === undefined) return;
  if (typeof value === 'string') checkLength(value, 0, most, at, say);
  else say(at, 'must be a string');
}

/** Between `least` and `most` items. */
export function checkCount(
  items: readonly unknown[],
  least: number,
  most: number,
  at: string,
  say: Say,
): void {
  if (items.length < least) say(at, `no fewer than ${least} items allowed`);
  if (items.length > most) say(at, `no more than ${most} items allowed`);
}

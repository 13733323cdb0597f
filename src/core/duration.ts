import { narrow } from './narrow.ts';

const units = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const pattern = /^(\d{1,6})(s|m|h|d)$/i;

/** Reads `90s`, `10m`, `2h` or `1d` as seconds; undefined for anything else, also for zero. */
export function parseDuration(text: string): number | undefined {
  const match = pattern.exec(narrow(text).trim());
  const amount = match?.[1];
  const unit = match?.[2]?.toLowerCase();
  if (amount === undefined || unit === undefined) return undefined;
  const seconds = Number(amount) * units[unit as keyof typeof units];
  return seconds > 0 ? seconds : undefined;
}

import { distance } from 'fastest-levenshtein';

/**
 * The known word that was probably meant: a unique prefix, or one within two slips of the finger (one in short words).
 * Undefined when nothing is near.
 */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  if (typed === '') return undefined;
  const lower = typed.toLowerCase();
  const unique = [...new Set(known)];
  const prefixed = unique.filter((word) => word.toLowerCase().startsWith(lower));
  if (prefixed.length === 1 && lower.length >= 2) return prefixed[0];
  const allowed = lower.length <= 4 ? 1 : 2;
  const ranked = unique
    .map((word) => ({ word, slips: distance(lower, word.toLowerCase()) }))
    .filter(({ slips }) => slips <= allowed)
    .sort((a, b) => a.slips - b.slips);
  return ranked[0]?.word;
}

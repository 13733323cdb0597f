import type { IncidentFacts } from '../core/incident.ts';
import { worstPrefix } from '../core/incident-facts.ts';

/** Those that a sentence on what is wrong is made of. */
const telling = [
  ...['count', 'due', 'stale', 'share', 'eligible', 'pending', 'failed', 'oldest', 'timeouts'],
  'restarting',
  ...['blindRule', 'why'],
];

/**
 * Of two moments with the same value the one in which more work waits is the worse: nobody alive is 0 all the time. Where
 * that says nothing, the later one. `before`: with what was kept until now.
 */
export function isAtLeastAsBad(facts: IncidentFacts, before: IncidentFacts): boolean {
  const [due, kept] = [facts['due'], before[`${worstPrefix}due`]];
  return typeof kept !== 'number' || (typeof due === 'number' && due >= kept);
}

/** What is wrong now, kept as what it was at worst; in place of what was kept `before`. */
export const keepWorst = (facts: IncidentFacts, before: IncidentFacts = {}): IncidentFacts =>
  Object.fromEntries(
    telling.flatMap((name) => {
      const kept = `${worstPrefix}${name}`;
      const value = facts[name] ?? null;
      return value === null && before[kept] === undefined ? [] : [[kept, value]];
    }),
  );

import type { IncidentFacts } from '../core/incident.ts';
import { worstPrefix } from '../core/incident-facts.ts';

/** Those that a sentence on what is wrong is made of. */
const telling = [
  ...['count', 'due', 'stale', 'share', 'eligible', 'pending', 'failed', 'oldest', 'timeouts'],
  'restarting',
  ...['blindRule', 'why'],
];

/** What is wrong now, kept as what it was at worst; in place of what was kept `before`. */
export const keepWorst = (facts: IncidentFacts, before: IncidentFacts = {}): IncidentFacts =>
  Object.fromEntries(
    telling.flatMap((name) => {
      const kept = `${worstPrefix}${name}`;
      const value = facts[name] ?? null;
      return value === null && before[kept] === undefined ? [] : [[kept, value]];
    }),
  );

import type { Tick } from '../alerts/measuring-ports.ts';
import type { AppSql } from './database.ts';

/** For one statement of a tick, unless its rule says otherwise. */
export const statementLimitMs = 1_000;

/** Statements under a name: each is bounded, and what it cost is noted, also where it fails. */
export function costed(sql: AppSql, name: string, tick: Tick, limitMs = statementLimitMs): AppSql {
  return {
    async all(text, values, statementMs = limitMs) {
      const began = performance.now();
      try {
        return await sql.all(text, values, Math.min(statementMs, limitMs));
      } finally {
        tick.cost(name, performance.now() - began);
      }
    },
  };
}

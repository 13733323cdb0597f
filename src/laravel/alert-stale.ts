import type { RowsAsk, StaleAsk, StaleFound, Tick } from '../alerts/measuring-ports.ts';
import type { Read } from '../core/reading.ts';
import { instantOf, type LookAtRows, type RowsLook } from './alert-rows.ts';
import type { Value } from './database.ts';
import { isStatementTooSlow } from './database-errors.ts';
import { findKeys } from './key-first.ts';
import { isUntil, isWithin } from './naive-spans.ts';

/** More are "so many", which is far above every threshold. */
const mostRows = 50_000;
/** A window that could not be counted in time is left alone so long, unless it decides. */
const leaveAloneMs = 600_000;
/** And gets no more than this of the database's time where the message alone would say it. */
const spareMs = 250;

/** Rows that have been in a state too long, and how many could be. */
export function createStaleReader(
  look: LookAtRows,
): (ask: RowsAsk & StaleAsk, tick: Tick) => Promise<Read<StaleFound>> {
  const tooSlow = new Map<string, number>();
  return (ask, tick) =>
    look(ask, tick, async (rows): Promise<StaleFound> => {
      const { now, since, kind, zone } = rows;
      const ago = (seconds: number): Date => new Date(now.getTime() - seconds * 1_000);
      const until = ago(ask.olderThanSeconds);
      const window = isWithin(since, kind, ago(ask.olderThanSeconds + ask.lookBackSeconds), until, zone);
      const found = await readStale(ask, rows, until, window);
      const oldestAt = instantOf(found.oldest, kind, zone);
      const stale = {
        stale: found.stale,
        oldestSeconds: oldestAt === undefined ? undefined : Math.max(0, (now.getTime() - oldestAt) / 1_000),
      };
      // With so few stale rows no share matters, and with so many neither.
      const decides = found.stale >= ask.leastStale && found.stale < ask.staleFrom;
      if (!decides && now.getTime() < (tooSlow.get(ask.rule) ?? 0)) return { ...stale, eligible: undefined };
      try {
        const [row] = await rows.sql.all(
          `SELECT COUNT(*) AS n FROM (SELECT 1 FROM ${rows.table} WHERE ${window.text} LIMIT ${mostRows * 4}) recent`,
          window.values,
          decides ? undefined : spareMs,
        );
        return { ...stale, eligible: Number(row?.['n'] ?? 0) + found.stale - found.recent };
      } catch (error) {
        if (!isStatementTooSlow(error)) throw error;
        tooSlow.set(ask.rule, now.getTime() + leaveAloneMs);
        return { ...stale, eligible: undefined };
      }
    });
}

async function readStale(
  ask: StaleAsk,
  { sql, table, since, kind, zone, now, columns, indexesOf }: RowsLook,
  until: Date,
  window: { readonly text: string; readonly values: readonly (Value | readonly Value[])[] },
): Promise<{ readonly stale: number; readonly recent: number; readonly oldest: unknown }> {
  const old = isUntil(since, kind, until, now, zone);
  const hits = (more: string): string =>
    `SELECT ${since} AS t, ${window.text} AS recent FROM ${table} WHERE ${more}(${ask.where}) AND ${old.text} LIMIT ${mostRows}`;
  const values = [...window.values, ...old.values];
  const keys = await findKeys(sql, ask, { text: hits(''), values }, { columns, indexesOf });
  const isOneOf = keys === undefined ? '' : `\`${keys.column}\` IN (?) AND `;
  const of = keys === undefined ? [] : [keys.values.length === 0 ? [null] : keys.values];
  const [row] = await sql.all(
    `SELECT COUNT(*) AS n, SUM(recent) AS recent, MIN(t) AS oldest FROM (${hits(isOneOf)}) stale`,
    [...window.values, ...of, ...old.values],
  );
  return {
    ...{ stale: Number(row?.['n'] ?? 0), recent: Number(row?.['recent'] ?? 0) },
    oldest: row?.['oldest'],
  };
}

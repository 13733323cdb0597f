import type { Sample } from '../alerts/judgement.ts';
import type { StoreDatabase } from './database.ts';
import type { Sql } from './sql.ts';
import { timeMs } from './store-clock.ts';

/** Series by name in numbers, since names are long and samples are many. */
export interface Samples {
  /** Numbers for these names, made where they are new. Outside any transaction: a number that is never used does no harm. */
  idsOf(names: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Ascending. */
  list(name: string, since: Date, until?: Date): Promise<readonly Sample[]>;
  /** What is older than a day is thinned, than a month deleted; bounded, so that a long sleep is worked off bit by bit. */
  thin(): Promise<void>;
}

const dayMs = 86_400_000;
const monthMs = 30 * dayMs;
/** Of what is older than a day one sample each is kept. */
const coarseMs = 300_000;
/** Bounds of one call. */
const seriesAtOnce = 50;
const rowsOfOne = 3_000;
const rowsAtOnce = 15_000;
const deletedAtOnce = 3_000;

/** `now`: milliseconds since 1970, by the clock that dates the samples. */
export function createSamples(database: StoreDatabase, now: (sql: Sql) => Promise<number> = timeMs): Samples {
  /** A name keeps its number for good. */
  const known = new Map<string, number>();

  const learn = async (sql: Sql, names: readonly string[]): Promise<void> => {
    const rows = await sql.all('SELECT id, name FROM sample_series WHERE name IN (?)', [names]);
    for (const row of rows) known.set(String(row['name']), Number(row['id']));
  };

  return {
    async idsOf(names) {
      const unknown = (): readonly string[] => names.filter((name) => !known.has(name));
      if (unknown().length > 0) {
        await database.query(async (sql) => {
          await learn(sql, unknown());
          if (unknown().length === 0) return;
          await sql.run('INSERT IGNORE INTO sample_series (name) VALUES ?', [
            unknown().map((name) => [name]),
          ]);
          await learn(sql, unknown());
        });
      }
      return known;
    },

    list: (name, since, until) =>
      database.query(async (sql) => {
        const rows = await sql.all(
          `SELECT s.at, s.value FROM sample_series n JOIN samples s ON s.series = n.id
           WHERE n.name = ? AND s.at >= ? AND s.at <= ? ORDER BY s.at`,
          [name, since.getTime(), until?.getTime() ?? Number.MAX_SAFE_INTEGER],
        );
        return rows.map((row) => ({ at: new Date(Number(row['at'])), value: Number(row['value']) }));
      }),

    async thin() {
      const at = await database.query(now);
      const until = Math.floor((at - dayMs) / coarseMs) * coarseMs;
      const due = await database.query((sql) =>
        sql.all('SELECT id, thinned_to FROM sample_series WHERE thinned_to < ? ORDER BY thinned_to LIMIT ?', [
          ...[until, seriesAtOnce],
        ]),
      );
      let looked = 0;
      for (const row of due) {
        if (looked >= rowsAtOnce) return;
        const span = { series: Number(row['id']), from: Number(row['thinned_to']), until };
        looked += await database.transaction((sql) => thinOne(sql, span, at - monthMs));
      }
    },
  };
}

/** In the transaction of the tick. A sample that is there already stays. */
export async function addSamples(
  sql: Sql,
  ids: ReadonlyMap<string, number>,
  values: ReadonlyMap<string, number>,
  at: Date,
): Promise<void> {
  const rows = [...values].flatMap(([name, value]) => {
    const id = ids.get(name);
    return id === undefined || !Number.isFinite(value) ? [] : [[id, at.getTime(), value]];
  });
  if (rows.length > 0) await sql.run('INSERT IGNORE INTO samples (series, at, value) VALUES ?', [rows]);
}

interface Span {
  readonly series: number;
  /** Milliseconds since 1970, on the bounds of coarse steps; the end is not part of it. */
  readonly from: number;
  readonly until: number;
}

/** How many samples were looked at. */
async function thinOne(sql: Sql, { series, from, until }: Span, monthAgo: number): Promise<number> {
  const rows = await sql.all(
    'SELECT at, value FROM samples WHERE series = ? AND at >= ? AND at < ? ORDER BY at LIMIT ?',
    [series, from, until, rowsOfOne],
  );
  const samples = rows.map((row) => ({ at: Number(row['at']), value: Number(row['value']) }));
  const gone = superfluous(samples);
  if (gone.length > 0) await sql.run('DELETE FROM samples WHERE series = ? AND at IN (?)', [series, gone]);
  await sql.run('DELETE FROM samples WHERE series = ? AND at < ? LIMIT ?', [series, monthAgo, deletedAtOnce]);
  const last = samples.at(-1);
  // Where not all were read the last step may go on: it is looked at again.
  const end = samples.length < rowsOfOne || last === undefined ? until : stepOf(last.at) * coarseMs;
  await sql.run('UPDATE sample_series SET thinned_to = ? WHERE id = ?', [end, series]);
  return samples.length;
}

const stepOf = (at: number): number => Math.floor(at / coarseMs);

/** Of each step all but the highest, so that a peak is still seen in a month; of equals the first stays. */
export function superfluous(
  samples: readonly { readonly at: number; readonly value: number }[],
): readonly number[] {
  const kept = new Map<number, { readonly at: number; readonly value: number }>();
  for (const sample of samples) {
    const highest = kept.get(stepOf(sample.at));
    if (highest === undefined || sample.value > highest.value) kept.set(stepOf(sample.at), sample);
  }
  return samples.filter((sample) => kept.get(stepOf(sample.at)) !== sample).map(({ at }) => at);
}

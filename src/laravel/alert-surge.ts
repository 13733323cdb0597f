import type { RowsAsk, SurgeAsk, SurgeFound, Tick, Traffic } from '../alerts/measuring-ports.ts';
import type { Read } from '../core/reading.ts';
import { isSecretName, redact } from '../core/redact.ts';
import { capText, strip } from '../core/strip.ts';
import { instantOf, type LookAtRows, type RowsLook } from './alert-rows.ts';
import { columnsIn } from './condition-columns.ts';
import { quoteName, type Row, type Value } from './database.ts';
import { isStatementTooSlow } from './database-errors.ts';
import { isWithin } from './naive-spans.ts';
import { NoTime } from './rows-sql.ts';
import { createSurgeHistory, type Entry, type SurgeHistory } from './surge-history.ts';
import type { TableIndexes } from './table-indexes.ts';

/** Read once, when a rule is first looked at: what is in the state now, and since when. */
const mostAtStart = 50_000;
/** Read at a tick: more are "so many", which is critical anyway. */
const mostAtTick = 5_000;
/** Commits come a little after the time that they write. */
const overlapMs = 60_000;
/** What took too long is tried again after so long. */
const leaveAloneMs = 600_000;
const shownStates = 5;
const mostStateColumns = 4;
const valueCharacters = 64;

interface Known {
  readonly history: SurgeHistory;
  /** Undefined: what is usual was not read yet. Nothing is known from before it. */
  beganAt: number | undefined;
  readAt: number | undefined;
  notBefore: number;
}

export interface SurgeReader {
  surge(ask: RowsAsk & SurgeAsk, tick: Tick): Promise<Read<SurgeFound>>;
  traffic(ask: RowsAsk & SurgeAsk, tick: Tick): Promise<Read<Traffic>>;
}

/** What entered a state. The baseline is read once and kept up from tick to tick; rows that are only touched don't count. */
export function createSurgeReader(look: LookAtRows): SurgeReader {
  const rules = new Map<string, Known>();
  const knownOf = (ask: RowsAsk & SurgeAsk): Known => {
    const key = JSON.stringify([ask.rule, ask.table, ask.where, ask.since, ask.baselineSeconds]);
    const known = rules.get(key) ?? {
      ...{ history: createSurgeHistory((ask.baselineSeconds + ask.windowSeconds) * 1_000) },
      ...{ beganAt: undefined, readAt: undefined, notBefore: 0 },
    };
    rules.set(key, known);
    return known;
  };

  return {
    surge: (ask, tick) =>
      look(ask, tick, async (rows): Promise<SurgeFound> => {
        const known = knownOf(ask);
        const now = rows.now.getTime();
        const windowMs = ask.windowSeconds * 1_000;
        const reading = await readingOf(ask, rows);
        if (known.beganAt === undefined && now >= known.notBefore) await begin(known, ask, reading, rows);
        const from = Math.max(
          Math.min(now - windowMs, (known.readAt ?? now) - overlapMs),
          now - ask.baselineSeconds * 1_000,
        );
        const { since, kind, zone } = rows;
        const within = isWithin(since, kind, new Date(from), rows.now, zone);
        known.history.add(await reading.entries(` AND ${within.text}`, within.values, mostAtTick), now);
        known.readAt = now;
        const states = [...known.history.newest(now, windowMs)].sort(([, a], [, b]) => b - a);
        return {
          count: states.reduce((sum, [, count]) => sum + count, 0),
          stateOf: reading.stateOf,
          states: states.slice(0, shownStates).map(([state, count]) => ({ state, count })),
          baseline:
            known.beganAt === undefined
              ? undefined
              : known.history.windows({
                  ...{ now, windowMs, beganAt: known.beganAt, unusual: ask.unusual },
                  ...{ fromMs: ask.baselineSeconds * 1_000, untilMs: ask.skipSeconds * 1_000 },
                }),
        };
      }),

    traffic: (ask, tick) =>
      look({ ...ask, rule: `${ask.rule} traffic` }, tick, (rows) => readTraffic(ask, rows)),
  };
}

interface Reading {
  /** Names of the columns that make up a state. */
  readonly stateOf: string;
  /** Rows in the state that fit `more` as well, at most so many. */
  entries(
    more: string,
    values: readonly (Value | readonly Value[])[],
    most: number,
  ): Promise<readonly Entry[]>;
}

async function readingOf(
  ask: SurgeAsk,
  { sql, table, since, kind, zone, columns, indexesOf, now }: RowsLook,
): Promise<Reading> {
  const key = keyOf(await indexesOf());
  if (key === undefined) throw new NoTime(`${ask.table} has no key by which its rows are told apart`);
  const states = [...(columnsIn(ask.where, columns) ?? [])].slice(0, mostStateColumns);
  const selected = [
    ...key.map((name, index) => `${quoteName(name)} AS k${index}`),
    ...states.map((name, index) => `LEFT(${quoteName(name)}, ${valueCharacters}) AS s${index}`),
    `${since} AS t`,
  ];
  const entryOf = (row: Row): Entry => {
    const state = states.map((_, index) => textOf(row[`s${index}`])).join(' · ');
    return {
      key: JSON.stringify([...key.map((_, index) => String(row[`k${index}`])), state]),
      at: instantOf(row['t'], kind, zone, now.getTime() + overlapMs) ?? 0,
      state,
    };
  };
  return {
    stateOf: states.join('_'),
    async entries(more, values, most) {
      const rows = await sql.all(
        `SELECT ${selected.join(', ')} FROM ${table} WHERE (${ask.where})${more} LIMIT ${most}`,
        values,
      );
      return rows.map(entryOf);
    },
  };
}

/** Where it takes too long, or there is too much, nothing is usual yet, and it is tried again later. */
async function begin(known: Known, ask: SurgeAsk, reading: Reading, rows: RowsLook): Promise<void> {
  const now = rows.now.getTime();
  known.notBefore = now + leaveAloneMs;
  const back = new Date(now - (ask.baselineSeconds + ask.windowSeconds) * 1_000);
  try {
    let entries = await reading.entries('', [], mostAtStart + 1);
    if (entries.length > mostAtStart) {
      const within = isWithin(rows.since, rows.kind, back, rows.now, rows.zone);
      entries = await reading.entries(` AND ${within.text}`, within.values, mostAtStart + 1);
    }
    if (entries.length > mostAtStart) return;
    const beganAt = await readBegin(rows, back);
    known.history.add(entries, now);
    known.beganAt = beganAt;
  } catch (error) {
    if (!isStatementTooSlow(error)) throw error;
  }
}

/** Since when the table tells anything: a young application has no usual day yet. */
async function readBegin({ sql, table, since, kind, zone, now }: RowsLook, back: Date): Promise<number> {
  const until = kind === 'unix' ? Math.floor(back.getTime() / 1_000) : zone.toNaive(back);
  const older = await sql.all(`SELECT 1 AS one FROM ${table} WHERE ${since} <= ? LIMIT 1`, [until]);
  if (older.length > 0) return back.getTime();
  const [row] = await sql.all(`SELECT MIN(${since}) AS t FROM ${table}`);
  return instantOf(row?.['t'], kind, zone) ?? now.getTime();
}

async function readTraffic(
  ask: SurgeAsk,
  { sql, table, since, kind, zone, now, columns }: RowsLook,
): Promise<Traffic> {
  const windowMs = ask.windowSeconds * 1_000;
  const from = new Date(now.getTime() - windowMs);
  const newest = isWithin(since, kind, from, now, zone);
  const hourMs = 3_600_000;
  const before = isWithin(since, kind, new Date(from.getTime() - hourMs), from, zone);
  // In one statement: where no index leads there, each would read the whole table.
  const [row] = await sql.all(
    `SELECT SUM(${newest.text}) AS n, SUM(${before.text}) AS before_n FROM ${table}
     WHERE (${newest.text}) OR (${before.text})`,
    [...newest.values, ...before.values, ...newest.values, ...before.values],
  );
  const shown: { column: string; value: string; count: number }[] = [];
  for (const column of (ask.show ?? []).filter(
    (name) => columns.has(name.toLowerCase()) && !isSecretName(name),
  )) {
    const [top] = await sql.all(
      `SELECT LEFT(${quoteName(column)}, ${valueCharacters}) AS v, COUNT(*) AS n FROM ${table}
       WHERE (${ask.where}) AND ${newest.text} GROUP BY v ORDER BY n DESC LIMIT 1`,
      newest.values,
    );
    if (top !== undefined) shown.push({ column, value: textOf(top['v']), count: Number(top['n']) });
  }
  return {
    ...{ all: Number(row?.['n'] ?? 0), usual: (Number(row?.['before_n'] ?? 0) * windowMs) / hourMs, shown },
  };
}

/** Columns of the primary key, or of another index whose values are all different. */
function keyOf(indexes: TableIndexes): readonly string[] | undefined {
  const unique = [...indexes].filter(
    ([, { isUnique, columns }]) =>
      isUnique && columns.every(({ name, mayBeNull }) => name !== '' && !mayBeNull),
  );
  const by = unique.find(([name]) => name === 'PRIMARY') ?? unique[0];
  return by?.[1].columns.map(({ name }) => name);
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  return capText(redact(strip(String(value))), valueCharacters);
}

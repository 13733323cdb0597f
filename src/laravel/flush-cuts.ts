import type { AppDescription } from '../core/app-description.ts';
import { type FailedJobId, failedJobId } from '../core/ids.ts';
import { mustRead, PartMissing, type Read } from '../core/reading.ts';
import type { Cut, CutAsk, FlushCuts, SeenMark } from '../operations/ports.ts';
import { type AppDatabase, type AppSql, quoteName } from './database.ts';
import { type CutClock, chooseHours, plainCut } from './flush-cut.ts';
import { createZone, type Zone } from './zoned-time.ts';

/** Rows of one statement: numbers and times alone, but each row's page is read for them. */
const rowsAtOnce = 10_000;
const windowLimitMs = 8_000;
/** A time may differ from when its row was first seen by so much: clocks of several hosts, and transactions that took long. */
const differsMs = 30 * 60_000;
const shownIds = 20;

/** Chooses `--hours=N` by every row that is in the table, read in short statements. */
export function createFlushCuts(database: AppDatabase, description: AppDescription): FlushCuts {
  const table = quoteName(description.failed.table);
  const zone = createZone(description.timezone);
  const mark = (signal: AbortSignal): Promise<Read<SeenMark>> =>
    database.read(signal, (sql) => readMark(sql, table));

  return {
    mark,
    newer: (than, signal) =>
      database.read(signal, async (sql) => {
        const [row] = await sql.all(`SELECT COUNT(*) AS n FROM ${table} WHERE id > ?`, [than]);
        return Number(row?.['n'] ?? 0);
      }),
    async choose(ask, signal) {
      try {
        const survey = createSurvey(ask, zone);
        await eachRow(database, table, signal, survey.look);
        // Asked last: whatever came in meanwhile is newer than all that a cut could reach.
        const { now, writesOtherZone } = mustRead(
          await database.read(signal, async (sql) => ({
            now: (await readMark(sql, table)).at,
            writesOtherZone: await othersWriteAnotherZone(sql, zone),
          })),
        );
        return { ok: true, value: survey.judge(now, writesOtherZone) };
      } catch (error) {
        if (error instanceof PartMissing) return { ok: false, missing: error.missing };
        throw error;
      }
    },
  };
}

async function readMark(sql: AppSql, table: string): Promise<SeenMark> {
  const [row] = await sql.all(
    `SELECT UTC_TIMESTAMP() AS now, (SELECT COALESCE(MAX(id), 0) FROM ${table}) AS highest`,
  );
  const at = new Date(`${String(row?.['now']).replace(' ', 'T')}Z`);
  return { at, highest: failedJobId(Number(row?.['highest'] ?? 0)) };
}

/** Whether a row that someone gives the server's CURRENT_TIMESTAMP says another hour than one of the application. */
async function othersWriteAnotherZone(sql: AppSql, zone: Zone): Promise<boolean> {
  const [row] = await sql.all('SELECT UTC_TIMESTAMP() AS utc, CURRENT_TIMESTAMP() AS here');
  const utc = new Date(`${String(row?.['utc']).replace(' ', 'T')}Z`);
  const shown = Date.parse(`${zone.toNaive(utc).replace(' ', 'T')}Z`);
  return Math.abs(shown - Date.parse(`${String(row?.['here']).replace(' ', 'T')}Z`)) > differsMs;
}

type Look = (id: FailedJobId, failedAt: string) => void;

async function eachRow(database: AppDatabase, table: string, signal: AbortSignal, look: Look): Promise<void> {
  for (let after = 0; ; ) {
    const rows = mustRead(
      await database.read(
        signal,
        (sql) =>
          sql.all(`SELECT id, failed_at FROM ${table} WHERE id > ? ORDER BY id LIMIT ${rowsAtOnce}`, [after]),
        windowLimitMs,
      ),
    );
    for (const row of rows) look(failedJobId(Number(row['id'])), String(row['failed_at']));
    if (rows.length < rowsAtOnce) return;
    after = Number(rows.at(-1)?.['id']);
  }
}

interface CutSurvey {
  readonly look: Look;
  judge(now: Date, writesOtherZone: boolean): Cut;
}

/** What is kept of all rows: the oldest outside the set, how old those of the set are, and times that can't be right. */
function createSurvey({ frozen, leastHours, leadSeconds, seen }: CutAsk, zone: Zone): CutSurvey {
  let oldestOutside: string | undefined;
  let [at, present, newest] = [0, 0, 0];
  let newestId = failedJobId(0);
  /** Frozen rows by the minute in which they failed. */
  const minutes = new Map<string, number>();
  const odd: FailedJobId[] = [];
  const outOfOrder: FailedJobId[] = [];
  let latestBefore = 0;

  const look: Look = (id, failedAt) => {
    while (at < frozen.length && (frozen[at] ?? 0) < id) at += 1;
    const [first, last] = zone.meanings(failedAt);
    if (frozen[at] === id) {
      present += 1;
      const minute = failedAt.slice(0, 16);
      minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
    } else if (oldestOutside === undefined || failedAt < oldestOutside) oldestOutside = failedAt;
    if (first > newest) [newest, newestId] = [first, id];
    if (seen.some((mark) => id > mark.highest && last < mark.at.getTime() - differsMs)) odd.push(id);
    if (last < latestBefore - differsMs) outOfOrder.push(id);
    latestBefore = Math.max(latestBefore, first);
  };

  const takenBy = (clock: CutClock, hours: number): number => {
    // To the minute, rounded down: the rest goes one by one, or with the statement all the same.
    const cut = plainCut(hours, clock).slice(0, 16);
    let taken = 0;
    for (const [minute, count] of minutes) if (minute < cut) taken += count;
    return taken;
  };

  return {
    look,
    judge(now, writesOtherZone) {
      const ahead = newest > now.getTime() + differsMs ? [newestId] : [];
      const wrong = [...ahead, ...odd, ...(writesOtherZone ? outOfOrder : [])];
      if (wrong.length > 0)
        return { kind: 'none', why: 'other-zone', ids: wrong.slice(0, shownIds), present };
      const clock: CutClock = { zone, now, leadSeconds };
      const hours = chooseHours(oldestOutside, clock, leastHours);
      const takes = hours === undefined ? 0 : takenBy(clock, hours);
      if (hours === undefined || takes === 0) return { kind: 'none', why: 'too-new', ids: [], present };
      return { kind: 'hours', hours, takes, present };
    },
  };
}

import type { AlertRule, StaleShareRule, SurgeRule } from '../core/alert-description.ts';
import type { AppDescription, OutcomeRule } from '../core/app-description.ts';
import type { ConditionTrial } from '../core/condition-trial.ts';
import type { Read } from '../core/reading.ts';
import type { DrillDescription, RowsQuery, RunbookDescription } from '../core/runbook-description.ts';
import { type AppDatabase, type AppSql, quoteName } from './database.ts';
import { missingDatabase, serverErrorNumber } from './database-errors.ts';
import { databaseNow } from './database-now.ts';
import { explain } from './explain.ts';
import { findBigScan } from './key-first.ts';
import { NoTime, rowsStatements } from './rows-sql.ts';
import { readColumns } from './table-columns.ts';
import { readIndexes } from './table-indexes.ts';
import { createZone, type Zone } from './zoned-time.ts';

const limitMs = 3_000;
/** Of an outcome's table: a scan of a small one is no news. */
const bigTable = 100_000;
const anySeconds = 3_600;

type Path = ConditionTrial['path'];

/**
 * Asks the application's database how it would answer each outcome rule, each alert rule over a table, each `rows` step and
 * each drill's check, and gives what it would refuse or answer slowly, in this order. Runs none of them.
 */
export function tryConditions(
  database: AppDatabase,
  description: AppDescription,
  configured: {
    readonly runbooks: ReadonlyMap<string, RunbookDescription>;
    readonly drills: ReadonlyMap<string, DrillDescription>;
    /** Of this app. */
    readonly rules: readonly AlertRule[];
  },
  signal: AbortSignal,
): Promise<Read<readonly ConditionTrial[]>> {
  const zone = createZone(description.timezone);
  return database.read(
    signal,
    async (sql) => {
      const trials: ConditionTrial[] = [];
      const note = (found: ConditionTrial | undefined): void => void (found && trials.push(found));
      const { name: app } = description;
      const now = await databaseNow(sql);
      for (const [job, rule] of description.outcomes) {
        const path = ['apps', app, 'outcomes', job];
        note(await judged(app, path, () => tryOutcome(sql, app, path, rule)));
      }
      for (const rule of configured.rules.filter(asksTable)) {
        const path = ['alerts', 'rules', rule.name];
        note(await judged(app, path, () => tryRule(sql, app, path, rule, zone)));
      }
      for (const { path, query } of [...stepsOf(configured.runbooks), ...checksOf(configured.drills)]) {
        note(await judged(app, path, () => tryRows(sql, { app, path, query }, zone, now)));
      }
      return trials;
    },
    limitMs,
  );
}

interface Placed {
  readonly path: Path;
  readonly query: RowsQuery;
}

const stepsOf = (runbooks: ReadonlyMap<string, RunbookDescription>): readonly Placed[] =>
  [...runbooks].flatMap(([queue, { steps }]) =>
    steps.flatMap((step, index) =>
      step.kind === 'rows' ? [{ path: ['runbook', queue, 'steps', index, 'rows'], query: step.rows }] : [],
    ),
  );

const checksOf = (drills: ReadonlyMap<string, DrillDescription>): readonly Placed[] =>
  [...drills].flatMap(([queue, { recovered }]) =>
    recovered === undefined
      ? []
      : [
          {
            path: ['drills', queue, 'recovered'],
            query: { ...recovered, newerThanSeconds: anySeconds, groupBy: [], show: [] },
          },
        ],
  );

async function tryRows(
  sql: AppSql,
  { app, path, query }: Placed & { readonly app: string },
  zone: Zone,
  now: Date,
): Promise<ConditionTrial | undefined> {
  const columns = await readColumns(sql, query.table);
  const { hits, newest } = rowsStatements(query, columns, zone, now);
  const scan = await findBigScan(sql, query, hits, {
    columns,
    indexesOf: () => readIndexes(sql, query.table),
  });
  if (newest !== undefined) await explain(sql, newest);
  if (scan?.kind !== 'all') return undefined;
  return { kind: 'full-scan', app, path, table: query.table, rows: scan.rows };
}

const asksTable = (rule: AlertRule): rule is TableRule =>
  rule.watch === 'stale_share' || rule.watch === 'surge';
type TableRule = Extract<AlertRule, StaleShareRule | SurgeRule>;

/** At every tick again, so a scan of a big table is told unless the rule has a pace and a limit of its own. */
async function tryRule(
  sql: AppSql,
  app: string,
  path: Path,
  rule: TableRule,
  zone: Zone,
): Promise<ConditionTrial | undefined> {
  const { table, where, since } = rule;
  const lookBack = rule.watch === 'surge' ? rule.baselineSeconds : rule.lookBackSeconds;
  const columns = await readColumns(sql, table);
  const query = { table, where, since, newerThanSeconds: lookBack, groupBy: [], show: [] };
  const { hits } = rowsStatements(query, columns, zone, new Date());
  const [plan] = await explain(sql, hits);
  if (plan === undefined || !plan.isFullScan || plan.rows <= bigTable) return undefined;
  if (rule.everySeconds !== undefined && rule.timeoutSeconds !== undefined) return undefined;
  return { kind: 'full-scan', app, path, table, rows: plan.rows, eachTick: true };
}

/** A job's row is looked for by its key, for many jobs at once after a retry. */
async function tryOutcome(
  sql: AppSql,
  app: string,
  path: Path,
  { table, key, good }: OutcomeRule,
): Promise<ConditionTrial | undefined> {
  const [plan] = await explain(sql, {
    text: `SELECT (${good}) AS good FROM ${quoteName(table)} WHERE ${quoteName(key)} = ?`,
    values: ['0'],
  });
  if (plan === undefined || !plan.isFullScan || plan.rows <= bigTable) return undefined;
  return { kind: 'full-scan', app, path, table, rows: plan.rows };
}

/** What the server itself refuses is found out; that there is no server, or no time, concerns all of them. */
async function judged(
  app: string,
  path: Path,
  attempt: () => Promise<ConditionTrial | undefined>,
): Promise<ConditionTrial | undefined> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof NoTime) return { kind: 'refused', app, path, detail: error.message };
    const { why, detail } = missingDatabase(app, error);
    const isAnswer = serverErrorNumber(error) !== undefined && (why === 'failed' || why === 'refused');
    if (!isAnswer) throw error;
    return { kind: 'refused', app, path, detail: detail ?? deniedDetail(error) };
  }
}

/** What may not be read, without the account. */
const deniedDetail = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/ to user .*? for /, ' for ');

import type { EvaluatorLease } from '../alerts/ports.ts';
import { LeaseLost } from '../core/store-ports.ts';
import { instantOf } from './rows.ts';
import type { Row, Sql } from './sql.ts';

export const evaluatorLeaseSeconds = 60;

/** A new token for each holder that takes it: whoever comes back late has an old one. Undefined: another one has it. */
export async function takeEvaluatorLease(sql: Sql, holder: string): Promise<EvaluatorLease | undefined> {
  const row = await lock(sql);
  const isOurs = row['holder'] === holder && Number(row['live']) === 1;
  if (!isOurs && Number(row['live']) === 1) return undefined;
  const token = Number(row['token']) + (isOurs ? 0 : 1);
  await sql.run(
    'UPDATE alert_evaluator SET token = ?, holder = ?, until = UTC_TIMESTAMP(6) + INTERVAL ? SECOND WHERE one = 1',
    [token, holder, evaluatorLeaseSeconds],
  );
  return { token };
}

export async function handBackEvaluatorLease(sql: Sql, { token }: EvaluatorLease): Promise<void> {
  await sql.run('UPDATE alert_evaluator SET until = UTC_TIMESTAMP(6) WHERE one = 1 AND token = ?', [token]);
}

/** Locks the lease until the transaction's end. Throws `LeaseLost` where it is another's, or its time is over. */
export const demandEvaluatorLease = async (sql: Sql, lease: EvaluatorLease): Promise<void> =>
  demand(await lock(sql), lease);

/** The same without a lock, for what only reads; the store's now. */
export async function nowUnderLease(sql: Sql, lease: EvaluatorLease): Promise<Date> {
  const [row] = await sql.all(text);
  demand(row, lease);
  return instantOf(row?.['now']);
}

function demand(row: Row | undefined, { token }: EvaluatorLease): void {
  if (row === undefined || Number(row['token']) !== token || Number(row['live']) !== 1) {
    throw new LeaseLost('alerts are evaluated by another process');
  }
}

const text = `SELECT token, holder, until > UTC_TIMESTAMP(6) AS live, UTC_TIMESTAMP(6) AS now
  FROM alert_evaluator WHERE one = 1`;

async function lock(sql: Sql): Promise<Row> {
  // The time is asked in a statement of its own: a wait for the lock must not date it back.
  await sql.all('SELECT one FROM alert_evaluator WHERE one = 1 FOR UPDATE');
  const [row] = await sql.all(text);
  if (row === undefined) throw new Error('the lease of the evaluator is missing: the store was not migrated');
  return row;
}

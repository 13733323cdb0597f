import type { ExecutionId } from '../core/ids.ts';
import type { RunningExecution } from '../core/store-ports.ts';
import type { Sql } from './sql.ts';

/** One mutating execution per app and host. The slot's token is the id of the execution that holds it. */
export interface Slot {
  readonly app: string;
  readonly host: string;
}

/**
 * The number of the request that holds the slot, or undefined when it is ours now. It is freed by the end of an
 * execution, never by the end of a lease alone: what runs may still run.
 */
export async function takeSlot(sql: Sql, slot: Slot, executionId: ExecutionId): Promise<number | undefined> {
  const holder = await lockLease(sql, nameOf(slot));
  if (holder === executionId) return undefined;
  if (holder !== null) {
    const [held] = await sql.all(
      `SELECT a.number FROM executions e JOIN approvals a ON a.id = e.request_id
       WHERE e.id = ? AND e.state IN ('executing', 'unknown')`,
      [holder],
    );
    if (held !== undefined) return Number(held['number']);
  }
  await sql.run('UPDATE leases SET token = ? WHERE name = ?', [executionId, nameOf(slot)]);
  return undefined;
}

export async function freeSlot(sql: Sql, slot: Slot, executionId: ExecutionId): Promise<void> {
  await sql.run('UPDATE leases SET token = NULL WHERE name = ? AND token = ?', [nameOf(slot), executionId]);
}

/**
 * Throws unless the execution holds the slot or needs none: one that let it go must take it again before its next call.
 * Its row is locked by the caller, so it can't lose the slot meanwhile.
 */
export async function demandSlot(sql: Sql, execution: RunningExecution): Promise<void> {
  const { requestId, executionId, number } = execution;
  const [row] = await sql.all(
    `SELECT a.takes_slot, l.token FROM approvals a LEFT JOIN leases l ON l.name = ? WHERE a.id = ?`,
    [nameOf(execution), requestId],
  );
  if (Number(row?.['takes_slot']) === 1 && row?.['token'] !== executionId)
    throw new Error(`the execution of request #${number} called artisan without the slot`);
}

/** Locks a named row until the transaction ends, and tells whose it is. */
export async function lockLease(sql: Sql, name: string): Promise<string | null> {
  const find = (): Promise<readonly { readonly [column: string]: unknown }[]> =>
    sql.all('SELECT token FROM leases WHERE name = ? FOR UPDATE', [name]);
  let [row] = await find();
  if (row === undefined) {
    await sql.run('INSERT IGNORE INTO leases (name) VALUES (?)', [name]);
    [row] = await find();
  }
  const token = row?.['token'];
  return typeof token === 'string' ? token : null;
}

const nameOf = ({ app, host }: Slot): string => `slot:${app}:${host}`;

import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import type { Secret } from '../core/secret.ts';
import { grantsFor } from './grants.ts';
import { errorNumber } from './store-errors.ts';

const connectLimitMs = 5_000;
/** The migrating account may not hand on rights: of a schema (1044), of a table (1142), or at all (1045, 1227, 1410). */
const mayNot = new Set([1044, 1045, 1142, 1227, 1410]);

/**
 * Gives the running account its rights on the tables as they are now, where the migrating account may hand them on. False
 * where it may not: then an administrator does it by hand (see `grantsFor`). One account for both needs none.
 */
export async function grantRunning(migrating: Connection, running: Secret): Promise<boolean> {
  const [own] = await migrating.query<RowDataPacket[]>(
    'SELECT CURRENT_USER() AS account, DATABASE() AS name',
  );
  const account = await findAccount(running);
  if (own[0] === undefined || account === undefined) return false;
  if (account === own[0]['account']) return true;
  try {
    for (const grant of grantsFor(quoted(account), String(own[0]['name']))) await migrating.query(grant);
    return true;
  } catch (error) {
    if (mayNot.has(errorNumber(error) ?? 0)) return false;
    throw error;
  }
}

/** `user@host` as the server knows the account; asked without a schema, on which it may have no rights yet. */
async function findAccount(running: Secret): Promise<string | undefined> {
  const url = new URL(running.reveal());
  url.pathname = '/';
  try {
    const connection = await createConnection({ uri: url.href, connectTimeout: connectLimitMs });
    const [rows] = await connection.query<RowDataPacket[]>('SELECT CURRENT_USER() AS account');
    connection.destroy();
    return String(rows[0]?.['account']);
  } catch {
    // Its own first use will say what is wrong with it.
    return undefined;
  }
}

/** `queuekeeper@10.0.0.%` as a statement wants it; a user's name may hold an `@`, a host's can't. */
function quoted(account: string): string {
  const at = account.lastIndexOf('@');
  return [account.slice(0, at), account.slice(at + 1)]
    .map((part) => `'${part.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`)
    .join('@');
}

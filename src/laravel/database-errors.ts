import type { MissingPart, MissingReason } from '../core/reading.ts';
import { redact } from '../core/redact.ts';
import { capText, strip } from '../core/strip.ts';
import { TooLate } from './limit.ts';
import { TooManyWaiting } from './slots.ts';

/** 1969 (MariaDB) and 3024 (MySQL): the statement's own limit; 1205: a lock wait; 1317: somebody killed it. */
const tooSlow = new Set([1969, 3024, 1205, 1317]);
/** Access denied to server, database, table, column, host, routine. */
const denied = new Set([1044, 1045, 1142, 1143, 1130, 1129, 1227, 1370, 1698]);
/** No more connections for the server, or for this user. */
const full = new Set([1040, 1203, 1226]);
/** Shutting down, or the connection was killed. */
const gone = new Set([1053, 1927, 1152, 1184]);
const socketCodes =
  /^(ECONN|EHOST|ENET|ENOTFOUND|EAI_|EPIPE|EADDRNOTAVAIL|PROTOCOL_CONNECTION_LOST|PROTOCOL_UNEXPECTED_PACKET)/;

/** Codes of mysql2, Node's sockets and the server. */
export function databaseReason(error: unknown): MissingReason {
  if (error instanceof TooLate) return 'timeout';
  if (error instanceof TooManyWaiting) return 'busy';
  const number = serverErrorNumber(error);
  if (number !== undefined) {
    if (tooSlow.has(number)) return 'timeout';
    if (denied.has(number)) return 'refused';
    if (full.has(number)) return 'busy';
    return gone.has(number) ? 'unreachable' : 'failed';
  }
  const code = codeOf(error);
  if (code === 'ETIMEDOUT') return 'timeout';
  return socketCodes.test(code) ? 'unreachable' : 'failed';
}

/** The statement took longer than its own limit; the server is well. */
export const isStatementTooSlow = (error: unknown): boolean => tooSlow.has(serverErrorNumber(error) ?? 0);

/** The server's own error number, where the server answered. */
export function serverErrorNumber(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errno' in error) || !('sqlState' in error))
    return undefined;
  return typeof error.errno === 'number' && error.errno > 0 ? error.errno : undefined;
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

/** A detail only where a person could mend something by it, and never an account. */
export function missingDatabase(name: string, error: unknown): MissingPart {
  const why = databaseReason(error);
  if (why !== 'failed' || !(error instanceof Error)) return { part: 'database', name, why };
  const said = strip(error.message).replace(/'[^']*'@'[^']*'/g, "'…'");
  return { part: 'database', name, why, detail: capText(redact(said), 200) };
}

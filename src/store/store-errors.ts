import { StoreUnavailable } from '../core/store-ports.ts';

/** Deadlock, lock wait timeout, snapshot changed (`innodb_snapshot_isolation`): the whole transaction is to be repeated. */
export const isRepeatable = (error: unknown): boolean => repeatable.has(errorNumber(error) ?? 0);
const repeatable = new Set([1213, 1205, 1020]);

/** A unique key is taken. */
export const isDuplicate = (error: unknown): boolean => errorNumber(error) === 1062;

/** The account lacks the right (for the table, or for a column of it). */
export const isDenied = (error: unknown): boolean => [1142, 1143].includes(errorNumber(error) ?? 0);

/** The table is not there: the store was not migrated. */
export const isNoTable = (error: unknown): boolean => errorNumber(error) === 1146;

/** The server's own error number, where the server answered. */
export function errorNumber(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errno' in error) || !('sqlState' in error)) {
    return undefined;
  }
  return typeof error.errno === 'number' && error.errno > 0 ? error.errno : undefined;
}

/**
 * The server answered, and is as good as away: too many connections (1040, 1203, 1226), no access (1044, 1045, 1130,
 * 1129), no such database or table (1049, 1146), shutting down or killed (1053, 1317, 1927), not in its cluster (1047),
 * disk or table full (1021, 1114), read-only (1290, 1792, 1836), and what was repeated in vain.
 */
const awayNumbers = new Set([
  ...[1020, 1021, 1040, 1044, 1045, 1047, 1049, 1053, 1114, 1129, 1130, 1146, 1203, 1205, 1213, 1226],
  ...[1290, 1317, 1792, 1836, 1927],
]);

/** What the driver threw, as the rest of Queuekeeper knows it; errors that are not the driver's stay as they are. */
export function asStoreError(error: unknown): unknown {
  if (!isDriverError(error)) return error;
  const number = errorNumber(error);
  if (number !== undefined && !awayNumbers.has(number)) return error;
  return new StoreUnavailable('the store can not be reached', { cause: error });
}

/** Errors of the driver and of sockets carry a code or are fatal; our own refusals (lease lost, audit) don't. */
const isDriverError = (error: unknown): boolean =>
  error instanceof Error && (('code' in error && typeof error.code === 'string') || 'fatal' in error);

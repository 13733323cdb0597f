import type { PoolConnection } from 'mysql2/promise';

const serverWaitSeconds = 30;

/**
 * UTC for what is written as a naive time; READ COMMITTED, since every decision locks its row first; a strict and known
 * mode, since a value cut silently would break its seal and the driver's escaping relies on backslashes. The server
 * ends connections that say nothing for long, since one that was cut off unnoticed keeps its locks till then.
 */
export async function setSession(connection: PoolConnection): Promise<void> {
  await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
  await connection.query(
    `SET SESSION time_zone = '+00:00', innodb_lock_wait_timeout = 3,
       wait_timeout = ${serverWaitSeconds}, sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'`,
  );
}

/** The driver's `destroy` only says goodbye, which a dead server never hears: the socket goes at once. */
export function cut(connection: PoolConnection): void {
  connection.destroy();
  socketOf(connection.connection)?.destroy();
}

/** The driver has the socket as `stream`, untyped. */
function socketOf(connection: object): { destroy(): void } | undefined {
  if (!('stream' in connection)) return undefined;
  const { stream } = connection;
  return typeof stream === 'object' && stream !== null && 'destroy' in stream
    ? (stream as { destroy(): void }) // a net.Socket or a TLS socket
    : undefined;
}

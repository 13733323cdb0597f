import type { SshHost } from '../core/host-description.ts';
import { connectSsh, NotConnected, type SshConnection } from './ssh-connection.ts';
import type { SshLimits } from './ssh-limits.ts';

/** Connections of writes: each has one to itself, and may leave it to the next. */
export interface OwnConnections {
  /** A new one, closed afterwards. Throws `NotConnected`. */
  withNew<T>(signal: AbortSignal, run: (connection: SshConnection) => Promise<T>): Promise<T>;
  /**
   * One that another write has left, or a new one. `prove` shows that it works before anything is sent that changes something:
   * a left one that fails in it (by `NotConnected`) is replaced by a new one. It is left to the next where the result says that
   * all went well.
   */
  withProven<P, T>(signal: AbortSignal, use: ProvenUse<P, T>): Promise<T>;
  close(): void;
}

export interface ProvenUse<P, T> {
  readonly prove: (connection: SshConnection) => Promise<P>;
  readonly run: (connection: SshConnection, proof: P) => Promise<T>;
  readonly isWell: (result: T) => boolean;
}

/** A run has three calls side by side. */
const mostKept = 3;

export function createOwnConnections(host: SshHost, limits: SshLimits): OwnConnections {
  const kept = new Map<SshConnection, NodeJS.Timeout>();
  let isClosed = false;

  const drop = (connection: SshConnection): void => {
    clearTimeout(kept.get(connection));
    kept.delete(connection);
    connection.close();
  };
  const keep = (connection: SshConnection): void => {
    if (isClosed || kept.size >= mostKept || !connection.isAlive()) connection.close();
    else kept.set(connection, setTimeout(drop, limits.keptMs, connection).unref());
  };
  const takeKept = (): SshConnection | undefined => {
    for (const [connection, timer] of kept) {
      clearTimeout(timer);
      kept.delete(connection);
      if (connection.isAlive()) return connection;
    }
    return undefined;
  };

  const withNew: OwnConnections['withNew'] = async (signal, run) => {
    const connection = await connectSsh(host, limits, signal);
    try {
      return await run(connection);
    } finally {
      connection.close();
    }
  };

  const proven = async <P>(
    signal: AbortSignal,
    prove: (connection: SshConnection) => Promise<P>,
  ): Promise<{ readonly connection: SshConnection; readonly proof: P }> => {
    const old = takeKept();
    if (old !== undefined) {
      try {
        return { connection: old, proof: await prove(old) };
      } catch (error) {
        old.close();
        if (!(error instanceof NotConnected) || signal.aborted) throw error;
      }
    }
    const connection = await connectSsh(host, limits, signal);
    try {
      return { connection, proof: await prove(connection) };
    } catch (error) {
      connection.close();
      throw error;
    }
  };

  return {
    withNew,
    async withProven(signal, { prove, run, isWell }) {
      const { connection, proof } = await proven(signal, prove);
      let mayStay = false;
      try {
        const result = await run(connection, proof);
        mayStay = isWell(result);
        return result;
      } finally {
        if (mayStay) keep(connection);
        else connection.close();
      }
    },
    close() {
      isClosed = true;
      for (const connection of [...kept.keys()]) drop(connection);
    },
  };
}

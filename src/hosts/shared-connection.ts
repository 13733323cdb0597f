import type { SshHost } from '../core/host-description.ts';
import { createPlaces, type Places } from './places.ts';
import { connectSsh, NotConnected, type SshConnection } from './ssh-connection.ts';
import type { SshLimits } from './ssh-limits.ts';

/** sshd's MaxSessions is 10, for each connection. */
const mostChannels = 8;

export interface SharedConnection {
  /** Lends the connection and one of its channels, connecting when there is none. Throws `NotConnected`. */
  use<T>(signal: AbortSignal, run: (connection: SshConnection) => Promise<T>): Promise<T>;
  /**
   * Nobody else gets this connection. A command that was given up holds its session on the host until it ends there, and a
   * network that swallows one answer swallows the next.
   */
  retire(connection: SshConnection): void;
  close(): void;
}

interface Line {
  readonly connection: SshConnection;
  readonly places: Places;
  users: number;
  retired: boolean;
  idle: NodeJS.Timeout;
}

/** One connection for all who read, made when needed, made again when lost, closed when idle. */
export function createSharedConnection(host: SshHost, limits: SshLimits): SharedConnection {
  const closing = new AbortController();
  let line: Line | undefined;
  let connecting: Promise<Line> | undefined;
  let dark: { readonly error: NotConnected; readonly until: number } | undefined;

  const closeWhenIdle = (connection: SshConnection): NodeJS.Timeout =>
    setTimeout(() => connection.close(), limits.idleMs).unref();

  const open = async (): Promise<Line> => {
    const connection = await connectSsh(host, limits, closing.signal).catch((error: unknown) => {
      if (error instanceof NotConnected) dark = { error, until: performance.now() + limits.darkMs };
      throw error;
    });
    dark = undefined;
    const opened: Line = {
      ...{ connection, places: createPlaces(mostChannels), users: 0, retired: false },
      idle: closeWhenIdle(connection),
    };
    line = opened;
    return opened;
  };

  const get = async (signal: AbortSignal): Promise<Line> => {
    if (closing.signal.aborted) throw new NotConnected('stopping', `no longer asking ${host.name}`);
    if (line?.connection.isAlive() === true && !line.retired) return line;
    if (dark !== undefined && performance.now() < dark.until) throw dark.error;
    connecting ??= open().finally(() => {
      connecting = undefined;
    });
    return abortable(connecting, signal);
  };

  /** Closed by whoever leaves it last, or when nobody has come for a while. */
  const leave = (left: Line): void => {
    left.users -= 1;
    if (left.users > 0) return;
    if (left.retired || closing.signal.aborted) left.connection.close();
    else left.idle = closeWhenIdle(left.connection);
  };

  return {
    async use(signal, run) {
      const taken = await get(signal);
      taken.users += 1;
      clearTimeout(taken.idle);
      try {
        await taken.places.take(signal);
      } catch (error) {
        leave(taken);
        throw error;
      }
      try {
        if (!taken.connection.isAlive())
          throw new NotConnected('unreachable', `the connection to ${host.name} was lost`);
        return await run(taken.connection);
      } finally {
        taken.places.release();
        leave(taken);
      }
    },
    retire(connection) {
      if (line?.connection === connection) line.retired = true;
    },
    close() {
      closing.abort(new Error('stopping'));
      clearTimeout(line?.idle);
      line?.connection.close();
    },
  };
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

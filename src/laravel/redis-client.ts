import { Redis, ReplyError } from 'ioredis';
import type { MissingPart, MissingReason, Read } from '../core/reading.ts';
import { redact } from '../core/redact.ts';
import type { Secret } from '../core/secret.ts';
import { capText, strip } from '../core/strip.ts';
import { createCircuit, type Pass } from './circuit.ts';
import { TooLate, withinLimit } from './limit.ts';

/** The application's Redis, one database of it. What can't be read in time is a value. */
export interface AppRedis {
  read<T>(signal: AbortSignal, work: (redis: Redis) => Promise<T>, limitMs?: number): Promise<Read<T>>;
  close(): void;
}

const connectLimitMs = 2_000;
const longestPauseMs = 1_000;

/** For a whole read, connecting included. */
const usualLimitMs = 3_000;

/**
 * `name`: the application's, for naming the part that is missing. `databaseIndex`: instead of the one in the URL, for the
 * cache. Connects when first asked; only reading commands are ever sent.
 */
export function createAppRedis(url: Secret, name: string, databaseIndex?: number): AppRedis {
  let lastError: unknown;
  /** We gave up a silent connection ourselves: who is cut off by that waited for silence too. */
  let gaveUp = false;
  const redis = new Redis(addressOf(url, databaseIndex), {
    lazyConnect: true,
    // Nothing waits in a line that nobody sees: a read waits for the connection itself, within its limit.
    ...{ enableOfflineQueue: false, maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false },
    ...{ connectTimeout: connectLimitMs, commandTimeout: usualLimitMs, keepAlive: 10_000 },
    retryStrategy: (times) => Math.min(50 * 2 ** times, longestPauseMs),
  });
  // Each read that waits for the connection listens for a moment.
  redis.setMaxListeners(0);
  redis.on('error', (error: unknown) => {
    lastError = error;
  });
  redis.on('ready', () => {
    lastError = undefined;
    gaveUp = false;
  });
  const circuit = createCircuit(() => performance.now());
  return {
    async read(signal, work, limitMs = usualLimitMs) {
      let pass: Pass | undefined;
      try {
        const value = await withinLimit(limitMs, signal, async (over) => {
          pass = await circuit.enter(over);
          if (pass === undefined) throw new TooLate('it has just hung');
          await untilReady(redis, over, () => lastError);
          return work(redis);
        });
        pass?.heard();
        return { ok: true, value };
      } catch (error) {
        if (!isOurs(error)) throw error;
        if (redisReason(error) === 'timeout' && !signal.aborted) {
          const isSilent = pass?.waitedInVain() ?? false;
          // Whoever is silent on this connection may answer on a new one.
          if (isSilent && redis.status === 'ready' && !gaveUp) {
            gaveUp = true;
            redis.disconnect(true);
          }
        }
        const isOurCut = gaveUp && redisReason(error) === 'unreachable';
        return {
          ok: false,
          missing: missingRedis(name, isOurCut ? new TooLate('silence', { cause: error }) : error),
        };
      } finally {
        pass?.leave();
      }
    },
    close: () => redis.disconnect(),
  };
}

/** To ioredis a database in the URL counts more than one in the options. */
function addressOf(url: Secret, databaseIndex: number | undefined): string {
  if (databaseIndex === undefined) return url.reveal();
  const address = new URL(url.reveal());
  address.pathname = `/${databaseIndex}`;
  return address.href;
}

/** The server can't be reached just now; a new try is under way or will be. */
class NotConnected extends Error {
  override readonly name = 'NotConnected';
}

/** Waits for a connection that is being made. One that has just been refused is not waited for a second time. */
function untilReady(redis: Redis, over: AbortSignal, lastError: () => unknown): Promise<void> {
  if (redis.status === 'ready') return Promise.resolve();
  if (redis.status === 'wait' || redis.status === 'end') redis.connect().catch(() => undefined);
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      redis.off('ready', onReady);
      redis.off('close', onClose);
      over.removeEventListener('abort', onAbort);
    };
    const onReady = (): void => {
      stop();
      resolve();
    };
    const onClose = (): void => {
      stop();
      reject(new NotConnected('no connection', { cause: lastError() }));
    };
    const onAbort = (): void => {
      stop();
      reject(over.reason);
    };
    redis.on('ready', onReady);
    redis.on('close', onClose);
    over.addEventListener('abort', onAbort, { once: true });
  });
}

/** Errors of the client, the socket and the limits; anything else is a bug of ours and stays one. */
const isOurs = (error: unknown): boolean =>
  error instanceof TooLate ||
  error instanceof NotConnected ||
  error instanceof ReplyError ||
  (error instanceof Error && (error.name === 'MaxRetriesPerRequestError' || redisReason(error) !== 'failed'));

const denied = /^(NOAUTH|WRONGPASS|NOPERM)/;
const loading = /^(LOADING|BUSY|MASTERDOWN|CLUSTERDOWN|ERR max number of clients)/;

/** Redis's error codes are the first word of its reply; ioredis gives its own errors no code, so these are known by their words. */
function redisReason(error: unknown): MissingReason {
  if (error instanceof TooLate) return 'timeout';
  const cause = error instanceof NotConnected ? (error.cause ?? error) : error;
  if (!(cause instanceof Error)) return 'unreachable';
  if (denied.test(cause.message)) return 'refused';
  if (loading.test(cause.message)) return 'busy';
  if (cause.message === 'Command timed out' || ('code' in cause && cause.code === 'ETIMEDOUT'))
    return 'timeout';
  if (cause instanceof ReplyError) return 'failed';
  const away = 'code' in cause || cause.name === 'MaxRetriesPerRequestError' || cause instanceof NotConnected;
  return away || /^(Connection is closed|Stream isn't writeable)/.test(cause.message)
    ? 'unreachable'
    : 'failed';
}

function missingRedis(name: string, error: unknown): MissingPart {
  const why = redisReason(error);
  if (why !== 'failed' || !(error instanceof Error)) return { part: 'redis', name, why };
  return { part: 'redis', name, why, detail: capText(redact(strip(error.message)), 200) };
}

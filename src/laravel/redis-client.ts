import { Redis } from 'ioredis';
import type { MissingPart, MissingReason, Read } from '../core/reading.ts';
import { redact } from '../core/redact.ts';
import type { Secret } from '../core/secret.ts';
import { capText, strip } from '../core/strip.ts';
import { within } from '../core/within.ts';

/** The application's Redis, read only by custom: what can't be read in time is a value. */
export interface AppRedis {
  read<T>(signal: AbortSignal, work: (redis: Redis) => Promise<T>): Promise<Read<T>>;
  close(): void;
}

const limitMs = 3_000;
const spareMs = 3_000;
const late = Symbol('late');

/** `databaseIndex`: instead of the one in the URL, for the cache. Connects when first used, and again when it was lost. */
export function createAppRedis(url: Secret, name: string, databaseIndex?: number): AppRedis {
  const redis = new Redis(url.reveal(), {
    ...{ lazyConnect: true, enableOfflineQueue: false, maxRetriesPerRequest: 1, autoResubscribe: false },
    ...{
      connectTimeout: 2_000,
      commandTimeout: limitMs,
      retryStrategy: (tries) => Math.min(tries * 200, 2_000),
    },
    ...(databaseIndex === undefined ? {} : { db: databaseIndex }),
  });
  // Without a listener a lost connection would end the process.
  redis.on('error', () => undefined);
  let silentUntil = 0;

  return {
    async read(signal, work) {
      if (Date.now() < silentUntil) return { ok: false, missing: missingPart(name, 'timeout') };
      try {
        signal.throwIfAborted();
        const value = await within(
          connected(redis).then(() => work(redis)),
          limitMs,
          late,
        );
        if (value !== late) return { ok: true, value };
        silentUntil = Date.now() + spareMs;
        // A connection that is silent is given up; the next read makes another one.
        redis.disconnect(true);
        return { ok: false, missing: missingPart(name, 'timeout') };
      } catch (error) {
        return { ok: false, missing: missingPart(name, reasonOf(error), error) };
      }
    },
    close: () => redis.disconnect(),
  };
}

async function connected(redis: Redis): Promise<void> {
  if (redis.status === 'ready') return;
  if (redis.status === 'wait' || redis.status === 'end') {
    await redis.connect();
    return;
  }
  await new Promise<void>((resolve, reject) => {
    const done = (error?: unknown): void => {
      redis.off('ready', onReady);
      redis.off('close', onClose);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onReady = (): void => done();
    const onClose = (): void => done(new Error('Connection is closed.'));
    redis.once('ready', onReady);
    redis.once('close', onClose);
  });
}

function reasonOf(error: unknown): MissingReason {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : '';
  if (code === 'ETIMEDOUT' || message === 'Command timed out') return 'timeout';
  if (/^(ECONN|EHOST|ENET|ENOTFOUND|EPIPE)/.test(code)) return 'unreachable';
  if (/^(WRONGPASS|NOAUTH|NOPERM)/.test(message)) return 'refused';
  const lost = /Connection is closed|Stream isn't writeable|max retries per request/i.test(message);
  return lost ? 'unreachable' : 'failed';
}

function missingPart(name: string, why: MissingReason, error?: unknown): MissingPart {
  const detail =
    why === 'failed' && error instanceof Error ? capText(redact(strip(error.message)), 200) : undefined;
  return { part: 'redis', name, why, ...(detail === undefined ? {} : { detail }) };
}

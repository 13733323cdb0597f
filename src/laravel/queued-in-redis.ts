import type { Redis } from 'ioredis';
import type { JobUuid } from '../core/ids.ts';
import type { Read } from '../core/reading.ts';
import { sketchPayload } from './payload.ts';
import type { AppRedis } from './redis-client.ts';

/** 1,000 payloads of 1 KB; a read of a few of them stays well below a second. */
const jobsAtOnce = 1_000;
const piecesARead = 10;
const readLimitMs = 5_000;

/**
 * Looks through the whole of one queue: the sets, then the list from its end (where new jobs shift what was seen, and none
 * that was not), then the sets again, since workers take jobs from the list into a set meanwhile.
 */
export async function queuedInRedis(
  redis: AppRedis,
  key: string,
  wanted: ReadonlySet<JobUuid>,
  signal: AbortSignal,
): Promise<Read<ReadonlySet<JobUuid>>> {
  const found = new Set<JobUuid>();
  const note = (payloads: readonly string[]): void => {
    for (const payload of payloads) {
      const { uuid } = sketchPayload(payload);
      if (uuid !== undefined && wanted.has(uuid)) found.add(uuid);
    }
  };
  const walk = async (
    piece: (client: Redis, from: number, to: number) => Promise<readonly string[]>,
  ): Promise<Read<null>> => {
    for (let from = 0; ; ) {
      const read = await redis.read(
        signal,
        async (client) => {
          for (let count = 0; count < piecesARead; count += 1) {
            const payloads = await piece(client, from, from + jobsAtOnce - 1);
            note(payloads);
            from += jobsAtOnce;
            if (payloads.length < jobsAtOnce) return true;
          }
          return false;
        },
        readLimitMs,
      );
      if (!read.ok) return read;
      if (read.value) return { ok: true, value: null };
    }
  };
  const sets = [`${key}:delayed`, `${key}:reserved`].map(
    (set) => () => walk((client, from, to) => client.zrange(set, String(from), String(to))),
  );
  const list = () => walk((client, from, to) => client.lrange(key, -(to + 1), -(from + 1)));
  for (const step of [...sets, list, ...sets]) {
    if (found.size === wanted.size) break;
    const read = await step();
    if (!read.ok) return read;
  }
  return { ok: true, value: found };
}

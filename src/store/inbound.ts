import { createHash } from 'node:crypto';
import type { Inbound } from '../core/store-ports.ts';
import { StoreUnavailable } from '../core/store-ports.ts';
import type { StoreDatabase } from './database.ts';
import { isDuplicate } from './store-errors.ts';

/** The store's part in deduplication: a unique key decides which replica acts on a delivery. */
export interface StoreInbound extends Inbound {
  /** Forgets keys older than two days, at most 10,000 a call: Slack delivers nothing again after that. */
  purge(): Promise<void>;
}

/** One statement claims at most so many keys. */
const mostAtOnce = 200;

export function createInbound(database: StoreDatabase): StoreInbound {
  return {
    claim: createClaim(database),
    async purge() {
      await database.query((sql) =>
        sql.run('DELETE FROM inbound WHERE at < UTC_TIMESTAMP(6) - INTERVAL 2 DAY LIMIT 10000'),
      );
    },
  };
}

/** Claims that come in the same turn share a statement; where it is refused, for one key's sake, each is tried alone. */
function createClaim(database: StoreDatabase): StoreInbound['claim'] {
  interface Waiting {
    readonly key: string;
    readonly resolve: (ours: boolean) => void;
    readonly reject: (error: unknown) => void;
  }
  let line: Waiting[] = [];

  const claimAll = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      await insert(
        database,
        batch.map(({ key }) => key),
      );
      for (const one of batch) one.resolve(true);
    } catch (error) {
      // A statement that ended with an error has claimed nothing.
      if (batch.length > 1 && !(error instanceof StoreUnavailable)) {
        await Promise.all(batch.map((one) => claimAll([one])));
      } else {
        for (const one of batch) {
          if (isDuplicate(error)) one.resolve(false);
          else one.reject(error);
        }
      }
    }
  };
  const flush = (): void => {
    const all = line;
    line = [];
    for (let from = 0; from < all.length; from += mostAtOnce) {
      void claimAll(all.slice(from, from + mostAtOnce));
    }
  };

  return (key) =>
    new Promise((resolve, reject) => {
      line.push({ key: columnOf(key), resolve, reject });
      if (line.length === 1) setImmediate(flush);
    });
}

const insert = (database: StoreDatabase, keys: readonly string[]): Promise<unknown> =>
  database.query((sql) =>
    sql.run(
      `INSERT INTO inbound (dedupe_key, at) VALUES ${keys.map(() => '(?, UTC_TIMESTAMP(6))').join(', ')}`,
      [...keys],
    ),
  );

/** A key that the column can't hold is stored as its hash: cut keys of two acts could be the same. */
const columnOf = (key: string): string =>
  key.length <= 120 ? key : `sha256:${createHash('sha256').update(key).digest('hex')}`;

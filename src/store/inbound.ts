import { createHash } from 'node:crypto';
import type { Inbound } from '../core/store-ports.ts';
import type { StoreDatabase } from './database.ts';
import { isDuplicate } from './store-errors.ts';

/** The store's part in deduplication: a unique key decides which replica acts on a delivery. */
export interface StoreInbound extends Inbound {
  /** Forgets keys older than two days, at most 10,000 a call: Slack delivers nothing again after that. */
  purge(): Promise<void>;
}

export function createInbound(database: StoreDatabase): StoreInbound {
  return {
    async claim(key) {
      try {
        await database.query((sql) =>
          sql.run('INSERT INTO inbound (dedupe_key, at) VALUES (?, UTC_TIMESTAMP(6))', [columnOf(key)]),
        );
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    async purge() {
      await database.query((sql) =>
        sql.run('DELETE FROM inbound WHERE at < UTC_TIMESTAMP(6) - INTERVAL 2 DAY LIMIT 10000'),
      );
    },
  };
}

/** A key that the column can't hold is stored as its hash: cut keys of two acts could be the same. */
const columnOf = (key: string): string =>
  key.length <= 120 ? key : `sha256:${createHash('sha256').update(key).digest('hex')}`;

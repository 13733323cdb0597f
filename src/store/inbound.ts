import type { Inbound } from '../core/store-ports.ts';
import type { StoreDatabase } from './database.ts';

/** A unique key decides which replica acts on a delivery. */
export function createInbound(database: StoreDatabase): Inbound & { purge(): Promise<void> } {
  return {
    async claim(key) {
      const { changed } = await database.query((sql) =>
        sql.run('INSERT IGNORE INTO inbound (dedupe_key, at) VALUES (?, UTC_TIMESTAMP(6))', [
          key.slice(0, 191),
        ]),
      );
      return changed === 1;
    },
    /** Slack delivers nothing again after two days. */
    async purge() {
      await database.query((sql) =>
        sql.run('DELETE FROM inbound WHERE at < UTC_TIMESTAMP(6) - INTERVAL 2 DAY LIMIT 10000'),
      );
    },
  };
}

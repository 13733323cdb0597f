import type { AlertStore } from '../alerts/ports.ts';
import type { AuditEntry } from '../core/audit.ts';
import type { Log } from '../core/log.ts';
import { AuditNotWritable } from '../core/store-ports.ts';
import { commitTick } from './alert-commit.ts';
import { loadMemory } from './alert-memory.ts';
import type { StoreAuditLog } from './audit-log.ts';
import type { StoreDatabase } from './database.ts';
import { demandEvaluatorLease, handBackEvaluatorLease, takeEvaluatorLease } from './evaluator-lease.ts';
import type { AlertsChannel } from './incident-writer.ts';
import type { Samples } from './samples.ts';
import type { Sql } from './sql.ts';

export interface AlertStoreParts {
  readonly database: StoreDatabase;
  readonly audit: Pick<StoreAuditLog, 'sealing' | 'note'>;
  readonly samples: Samples;
  readonly channel: AlertsChannel;
  readonly holdAfterSeconds: number;
  readonly log: Log;
}

/** What the one evaluator of all replicas reads and writes. */
export function createAlertStore(parts: AlertStoreParts): AlertStore {
  const { database, audit, samples, channel, log } = parts;
  return {
    takeLease: (holder) => database.transaction((sql) => takeEvaluatorLease(sql, holder)),
    handBack: (lease) => database.query((sql) => handBackEvaluatorLease(sql, lease)),
    load: (lease) => database.query((sql) => loadMemory(sql, lease, parts.holdAfterSeconds)),

    async commit(lease, tick) {
      const series = await samples.idsOf([...tick.samples.keys()]);
      const write = async (sql: Sql): Promise<readonly AuditEntry[]> => {
        await demandEvaluatorLease(sql, lease);
        return commitTick(sql, channel, tick, series);
      };
      try {
        await audit.sealing(async (sql, seal) => {
          const entries = await write(sql);
          if (entries.length > 0) await seal(entries);
        });
      } catch (error) {
        if (!(error instanceof AuditNotWritable)) throw error;
        // An alarm must ring although nobody can write that it did; its rows wait, as what is read does.
        log.warn({ err: error }, 'alerts go on without the audit log');
        for (const entry of await database.transaction(write)) audit.note(entry);
      }
    },

    samples: samples.list,
    thin: samples.thin,
  };
}

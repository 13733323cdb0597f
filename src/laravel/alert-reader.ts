import type { AlertReader } from '../alerts/measuring-ports.ts';
import type { AppDescription } from '../core/app-description.ts';
import { createFailureLevels } from './alert-failures.ts';
import { createQueueLevels } from './alert-queues.ts';
import { createLookAtRows } from './alert-rows.ts';
import { createStaleReader } from './alert-stale.ts';
import { createSurgeReader } from './alert-surge.ts';
import type { AppDatabase } from './database.ts';
import type { QueueStore } from './queue-store.ts';

export interface AlertReaderParts {
  /** The read-only account, one connection: whatever a tick asks waits in line. */
  readonly database: AppDatabase;
  readonly description: AppDescription;
  /** Of `redisQueues`. */
  readonly redis?: Pick<QueueStore, 'sizes'>;
}

/** What alerts read of one application. */
export function createAlertReader(parts: AlertReaderParts): { readonly reader: AlertReader; stop(): void } {
  const { database, description } = parts;
  const look = createLookAtRows(database, description);
  const failures = createFailureLevels({ database, description });
  const { surge, traffic } = createSurgeReader(look);
  return {
    reader: {
      ...{ queues: createQueueLevels(parts), failures: failures.read },
      ...{ stale: createStaleReader(look), surge, traffic },
    },
    stop: failures.stop,
  };
}

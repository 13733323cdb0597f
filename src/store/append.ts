import type { AuditEntry, AuditRow } from '../core/audit.ts';
import { AuditNotWritable, StoreUnavailable } from '../core/store-ports.ts';

/** One transaction seals at most so many rows that were appended at the same time. */
const batchSize = 200;

/** Appends that wait at the same time share a transaction; where it is refused, each is tried alone. */
export function createAppend(
  seal: (entries: readonly AuditEntry[]) => Promise<readonly AuditRow[]>,
): (entry: AuditEntry) => Promise<AuditRow> {
  interface Waiting {
    readonly entry: AuditEntry;
    readonly resolve: (row: AuditRow) => void;
    readonly reject: (error: unknown) => void;
  }
  const line: Waiting[] = [];
  let writing = false;

  const writeBatch = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const rows = await seal(batch.map(({ entry }) => entry));
      for (const [index, one] of batch.entries()) {
        const row = rows[index];
        if (row === undefined) one.reject(new AuditNotWritable('the audit log lost a record'));
        else one.resolve(row);
      }
    } catch (error) {
      if (!(error instanceof StoreUnavailable) && batch.length > 1) {
        for (const one of batch) await writeBatch([one]);
        return;
      }
      const refused = new AuditNotWritable('the audit log did not take a record', { cause: error });
      for (const one of batch) one.reject(error instanceof AuditNotWritable ? error : refused);
    }
  };

  const write = async (): Promise<void> => {
    while (line.length > 0) await writeBatch(line.splice(0, batchSize));
    writing = false;
  };

  return (entry) =>
    new Promise((resolve, reject) => {
      line.push({ entry, resolve, reject });
      if (writing) return;
      writing = true;
      // The next turn: whatever else is appended in this one shares the transaction.
      setImmediate(() => void write());
    });
}

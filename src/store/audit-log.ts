import { ulid } from 'ulid';
import type { AuditEntry, AuditRow } from '../core/audit.ts';
import { sealRow } from '../core/audit-chain.ts';
import { canonicalJson } from '../core/canonical.ts';
import type { RunId } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import type { Secret } from '../core/secret.ts';
import { type AuditLog, AuditNotWritable, StoreUnavailable } from '../core/store-ports.ts';
import { createAuditReader } from './audit-reader.ts';
import { errorNumber, type Sql, type StoreDatabase } from './database.ts';
import { createSpool, type Spool } from './spool.ts';

export interface AuditParts {
  readonly database: StoreDatabase;
  readonly key: Secret;
  /** Where READ rows wait while the store is away; undefined: in memory. */
  readonly spoolFile: string | undefined;
  /** Told after each commit, with the newest row. */
  readonly onCommit?: (newest: AuditRow) => void;
  readonly log: Log;
}

/** The audit log with what the other files of this room need of it. */
export interface StoreAuditLog extends AuditLog {
  /** Seals entries inside a transaction that is already open, so that they stand or fall with it. */
  appendWithin(sql: Sql, entries: readonly AuditEntry[]): Promise<readonly AuditRow[]>;
  /** Ends when all noted rows are written, or after so many milliseconds. */
  drain(milliseconds: number): Promise<void>;
  /** True: the last attempt to write succeeded, or nothing has been written yet. */
  isWritable(): boolean;
}

/** One transaction seals at most so many rows. */
const batchSize = 200;
const tryAgainMs = 1_000;

interface Waiting {
  readonly entry: AuditEntry;
  readonly resolve: (row: AuditRow) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Seals rows into one chain over all replicas: the head row is locked, so the order is the order of commits. Entries that
 * wait at the same time share a transaction.
 */
export function createAuditLog(parts: AuditParts): StoreAuditLog {
  const { database, log } = parts;
  const waiting: Waiting[] = [];
  const spool = createSpool(parts.spoolFile, log);
  let writing: Promise<void> | undefined;
  let draining: Promise<void> | undefined;
  let writable = true;

  const seal = (sql: Sql, entries: readonly AuditEntry[]): Promise<readonly AuditRow[]> =>
    sealWithin(sql, entries, parts.key);

  const write = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, batchSize);
      try {
        const rows = await database.transaction((sql) =>
          seal(
            sql,
            batch.map(({ entry }) => entry),
          ),
        );
        writable = true;
        batch.forEach((one, index) => {
          const row = rows[index];
          if (row !== undefined) one.resolve(row);
        });
        const newest = rows.at(-1);
        if (newest !== undefined) parts.onCommit?.(newest);
      } catch (error) {
        writable = false;
        const refused = new AuditNotWritable('the audit log did not take a record', { cause: error });
        for (const one of batch) one.reject(refused);
      }
    }
    writing = undefined;
  };

  const append = (entry: AuditEntry): Promise<AuditRow> =>
    new Promise((resolve, reject) => {
      waiting.push({ entry, resolve, reject });
      // Next turn: whatever else is noted in this one shares the transaction.
      writing ??= Promise.resolve().then(write);
    });

  const drainSpool = async (): Promise<void> => {
    for (;;) {
      const batch = spool.peek(batchSize);
      if (batch.length === 0) break;
      const written = await writeNotes(batch, append, spool);
      if (written) continue;
      spool.keep();
      await new Promise<void>((resolve) => setTimeout(resolve, tryAgainMs).unref());
    }
    draining = undefined;
  };

  const kick = (): void => {
    draining ??= drainSpool();
  };
  kick();

  return {
    append,
    note(entry) {
      // The id makes a second writing of the same row impossible: (run_id, event) is unique.
      spool.add({ ...entry, runId: `note-${ulid()}` as RunId });
      kick();
    },
    list: createAuditReader(database),
    appendWithin: seal,
    isWritable: () => writable,
    async drain(milliseconds) {
      const late = new Promise<void>((resolve) => setTimeout(resolve, milliseconds).unref());
      await Promise.race([Promise.all([draining, writing]).then(() => undefined), late]);
      spool.close();
    },
  };
}

/** True: the batch is written (or was already); false: the store is away. */
async function writeNotes(
  batch: readonly AuditEntry[],
  append: (entry: AuditEntry) => Promise<AuditRow>,
  spool: Spool,
): Promise<boolean> {
  const results = await Promise.allSettled(batch.map(append));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed === undefined) {
    spool.drop(batch.length);
    return true;
  }
  const cause = failed.reason instanceof AuditNotWritable ? failed.reason.cause : failed.reason;
  if (errorNumber(cause) !== duplicate) return false;
  // A commit whose answer was lost had written some of them: each alone, the ones that are there count as written.
  for (const entry of batch) {
    const alone = await append(entry).then(
      () => true,
      (error: unknown) => error instanceof AuditNotWritable && errorNumber(error.cause) === duplicate,
    );
    if (!alone) return false;
    spool.drop(1);
  }
  return true;
}

const duplicate = 1062;

async function sealWithin(
  sql: Sql,
  entries: readonly AuditEntry[],
  key: Secret,
): Promise<readonly AuditRow[]> {
  const [head] = await sql.all('SELECT seq, hash FROM audit_head WHERE one = 1 FOR UPDATE');
  if (head === undefined) throw new StoreUnavailable('the audit log has no head: the store was not migrated');
  // Never earlier than the row before, so that a clock set back shows in the walk only when somebody wrote past us.
  const [clock] = await sql.all(
    'SELECT GREATEST(UTC_TIMESTAMP(6), COALESCE((SELECT at FROM audit_log WHERE seq = ?), UTC_TIMESTAMP(6))) AS at',
    [Number(head['seq'])],
  );
  const rows: AuditRow[] = [];
  let seq = Number(head['seq']);
  let prevHash = String(head['hash']);
  for (const entry of entries) {
    seq += 1;
    const row = { seq, at: fullMicroseconds(String(clock?.['at'])), ...columnsOf(entry) };
    const hash = sealRow(key.reveal(), prevHash, row);
    rows.push({ ...row, prevHash, hash });
    prevHash = hash;
  }
  await sql.run(
    `INSERT INTO audit_log (seq, at, event, actor, verb, app, target, reason, request_id, run_id, outcome, detail, prev_hash, hash) VALUES ?`,
    [
      rows.map((r) => [
        r.seq,
        r.at,
        r.event,
        r.actor,
        r.verb,
        r.app,
        r.target,
        r.reason,
        r.requestId,
        r.runId,
        r.outcome,
        r.detail,
        r.prevHash,
        r.hash,
      ]),
    ],
  );
  await sql.run('UPDATE audit_head SET seq = ?, hash = ? WHERE one = 1', [seq, prevHash]);
  return rows;
}

/** The driver drops trailing zeros of nothing, but a whole second comes without its fraction. */
const fullMicroseconds = (at: string): string => (at.includes('.') ? at : `${at}.000000`);

function columnsOf(entry: AuditEntry): Omit<AuditRow, 'seq' | 'at' | 'prevHash' | 'hash'> {
  return {
    event: entry.event,
    actor: canonicalJson(entry.actor),
    ...{ verb: entry.verb, app: entry.app, target: entry.target },
    reason: entry.reason ?? null,
    requestId: entry.requestId ?? null,
    runId: entry.runId ?? null,
    outcome: entry.outcome ?? null,
    detail: canonicalJson(entry.detail),
  };
}

import type { AuditEntry, AuditRow } from '../core/audit.ts';
import type { AuditHead } from '../core/audit-chain.ts';
import type { Clock } from '../core/clock.ts';
import type { RunId } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import type { Secret } from '../core/secret.ts';
import { type AuditLog, AuditNotWritable, StoreUnavailable } from '../core/store-ports.ts';
import type { AnchorFile } from './anchors.ts';
import { createAppend } from './append.ts';
import type { AuditGuard } from './audit-guard.ts';
import { createAuditReader } from './audit-reader.ts';
import type { StoreDatabase } from './database.ts';
import { createNotes, type Notes } from './notes.ts';
import { lockHead, sealWithin } from './seal.ts';
import type { Noted } from './spool-file.ts';
import type { Sql } from './sql.ts';
import { asStoreError, isRepeatable } from './store-errors.ts';

export interface AuditParts {
  readonly database: StoreDatabase;
  readonly guard: AuditGuard;
  readonly anchors: AnchorFile;
  readonly key: Secret;
  /** Where READ rows wait while the store is away; undefined: in memory. */
  readonly spoolFile: string | undefined;
  /** Told of each OUTCOME row once it is committed; must return at once. */
  readonly onAnchor: (head: AuditHead) => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** Seals entries in the open transaction; throws `AuditNotWritable` when they can't be. */
export type Seal = (entries: readonly AuditEntry[]) => Promise<readonly AuditRow[]>;

/** The audit log with what the other files of this room need of it. */
export interface StoreAuditLog extends AuditLog {
  /**
   * A transaction whose rows and records stand or fall together. Resolves once it is committed and, for a CLAIMED row,
   * anchored: nothing may reach a host before that.
   */
  sealing<T>(work: (sql: Sql, seal: Seal) => Promise<T>): Promise<T>;
  /** Throws `AuditNotWritable` where it is known without asking the store: it has lost rows. */
  demandWhole(): void;
  readonly notes: Pick<Notes, 'start' | 'stop'>;
  /** True: the last try to seal succeeded, or there was none yet. */
  isWritable(): boolean;
}

export function createAuditLog(parts: AuditParts): StoreAuditLog {
  const { database, guard, key } = parts;
  let writable = true;

  /** What is read may be noted on a store that has lost rows; nothing else may. */
  const sealRows = async (sql: Sql, entries: readonly AuditEntry[]): Promise<readonly AuditRow[]> => {
    guard.compare(await lockHead(sql));
    return sealWithin(sql, key, entries);
  };

  const demandWhole = (): void => {
    if (guard.behind() !== undefined) throw new AuditNotWritable('the store has lost audit rows');
  };

  const sealChanges = async (sql: Sql, entries: readonly AuditEntry[]): Promise<readonly AuditRow[]> => {
    try {
      guard.compare(await lockHead(sql));
      demandWhole();
      return await sealWithin(sql, key, entries);
    } catch (error) {
      // A deadlock repeats the transaction, a store that is away says so itself; what is left is a log that refuses.
      const isOutage = asStoreError(error) instanceof StoreUnavailable;
      if (isRepeatable(error) || isOutage || error instanceof AuditNotWritable) throw error;
      throw new AuditNotWritable('the audit log did not take a record', { cause: error });
    }
  };

  const transaction = async <T>(work: (sql: Sql) => Promise<T>): Promise<T> => {
    try {
      const result = await database.transaction(work);
      writable = true;
      return result;
    } catch (error) {
      if (error instanceof AuditNotWritable || error instanceof StoreUnavailable) writable = false;
      throw error;
    }
  };

  const committed = async (rows: readonly AuditRow[]): Promise<void> => {
    const newest = rows.at(-1);
    if (newest !== undefined) guard.saw(newest);
    for (const row of rows) await anchor(parts, row);
  };

  const sealing = async <T>(work: (sql: Sql, seal: Seal) => Promise<T>): Promise<T> => {
    let sealed: AuditRow[] = [];
    const result = await transaction((sql) => {
      sealed = [];
      return work(sql, async (entries) => {
        const rows = await sealChanges(sql, entries);
        sealed.push(...rows);
        return rows;
      });
    });
    await committed(sealed);
    return result;
  };

  const writeNotes = async (noted: readonly Noted[], again: boolean): Promise<void> => {
    const rows = await transaction(async (sql) => {
      const left = again ? await notYetSealed(sql, noted) : noted;
      return sealRows(sql, left.map(entryOf));
    });
    await committed(rows);
  };

  const notes = createNotes({
    file: parts.spoolFile,
    write: writeNotes,
    ...{ clock: parts.clock, log: parts.log },
  });

  return {
    append: createAppend((entries) => sealing((_, seal) => seal(entries))),
    note: notes.add,
    list: createAuditReader(database),
    ...{ sealing, demandWhole, notes },
    isWritable: () => writable && guard.behind() === undefined,
  };
}

/** CLAIMED before anything reaches a host, OUTCOME when all is over. */
async function anchor(parts: AuditParts, row: AuditRow): Promise<void> {
  if (row.event !== 'CLAIMED' && row.event !== 'OUTCOME') return;
  const head = { seq: row.seq, hash: row.hash };
  if (row.event === 'OUTCOME') parts.onAnchor(head);
  await parts.anchors.append(row.at, head).catch((error: unknown) => {
    parts.log.error({ err: error, seq: row.seq }, 'an audit anchor can not be written');
    if (row.event === 'CLAIMED')
      throw new AuditNotWritable('the anchor file did not take a claim', { cause: error });
  });
}

/** Under the lock of the head, so that a commit whose answer was lost has come to its end. */
async function notYetSealed(sql: Sql, noted: readonly Noted[]): Promise<readonly Noted[]> {
  await lockHead(sql);
  const ids = noted.map(({ id }) => id);
  const rows = await sql.all('SELECT run_id FROM audit_log WHERE run_id IN (?)', [ids]);
  const sealed = new Set(rows.map((row) => String(row['run_id'])));
  return noted.filter(({ id }) => !sealed.has(id));
}

const entryOf = ({ id, entry }: Noted): AuditEntry => ({ ...entry, runId: id as RunId }); // `run_id` holds it

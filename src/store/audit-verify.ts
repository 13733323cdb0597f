import { type AuditHead, type ChainFault, type ChainWalk, createChainWalk } from '../core/audit-chain.ts';
import type { Secret } from '../core/secret.ts';
import type { AnchorFile } from './anchors.ts';
import type { StoreDatabase } from './database.ts';
import { auditRowOf, headOf } from './seal.ts';

/** What a walk over the whole log found. */
export interface AuditWalk {
  readonly ok: boolean;
  /** Rows that hold, from the first on. */
  readonly rows: number;
  /** The last row that holds. */
  readonly head: AuditHead;
  /** The first fault. */
  readonly fault?: ChainFault;
}

const pageSize = 2_000;

/**
 * Walks the whole log in pages, whatever its size, and compares it with its head and the anchors. Rejects with
 * `StoreUnavailable` when the store, and with the file system's error when the anchor file can't be read.
 */
export async function verifyAuditLog(parts: {
  readonly database: StoreDatabase;
  readonly key: Secret;
  readonly anchors: AnchorFile;
}): Promise<AuditWalk> {
  // Anchors before the head, the head before the rows: what is written meanwhile lies beyond all three.
  const anchors = await parts.anchors.read();
  const head = await readHead(parts.database);
  const walk = createChainWalk(parts.key.reveal(), anchors);
  const walked = await walkTo(parts.database, walk, head);
  const fault = walked.fault ?? (await beyondHead(parts.database, walk)) ?? walk.end(head);
  const found = { rows: walked.rows, head: walk.last() };
  return fault === undefined ? { ok: true, ...found } : { ok: false, ...found, fault };
}

async function readHead(database: StoreDatabase): Promise<AuditHead> {
  const [row] = await database.query((sql) => sql.all('SELECT seq, hash FROM audit_head WHERE one = 1'));
  return row === undefined ? { seq: 0, hash: '' } : headOf(row);
}

async function walkTo(
  database: StoreDatabase,
  walk: ChainWalk,
  head: AuditHead,
): Promise<{ readonly rows: number; readonly fault: ChainFault | undefined }> {
  let rows = 0;
  for (let after = -1; ; ) {
    const from = after;
    const page = await database.query((sql) =>
      sql.all('SELECT * FROM audit_log WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?', [
        ...[from, head.seq, pageSize],
      ]),
    );
    for (const row of page.map(auditRowOf)) {
      const fault = walk.next(row);
      if (fault !== undefined) return { rows, fault };
      rows += 1;
      after = row.seq;
    }
    if (page.length < pageSize) return { rows, fault: undefined };
  }
}

/**
 * Row and head are written in one transaction and here read in one statement, so no row lies beyond its head, unless
 * somebody added one or set the head back.
 */
async function beyondHead(database: StoreDatabase, walk: ChainWalk): Promise<ChainFault | undefined> {
  const [row] = await database.query((sql) =>
    sql.all('SELECT l.* FROM audit_head h JOIN audit_log l ON l.seq > h.seq ORDER BY l.seq LIMIT 1'),
  );
  if (row === undefined) return undefined;
  const { seq } = walk.last();
  const beyond = auditRowOf(row);
  const fits = walk.next(beyond) === undefined;
  return fits ? { kind: 'head-rewritten', seq } : { kind: 'inserted', seq: beyond.seq };
}

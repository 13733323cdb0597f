import type { AuditHead } from '../core/audit-chain.ts';
import type { Log } from '../core/log.ts';
import type { AnchorFile } from './anchors.ts';
import type { Row, Sql } from './sql.ts';
import { isNoTable } from './store-errors.ts';

/** The store is behind what it had committed: what follows was lost, by a failover or by somebody's hand. */
export interface Behind {
  /** What was seen or anchored, and is not there. */
  readonly seen: AuditHead;
  /** What the store says instead. */
  readonly found: AuditHead;
}

/**
 * Knows the newest row that was ever seen, from this process's commits and the anchor file. Once the store is behind it
 * stays so until the process is started again: a person has to look. Where a file is configured, its lines past the loss
 * have to be moved aside first.
 */
export interface AuditGuard {
  /** After a commit. */
  saw(head: AuditHead): void;
  /** Asked of each new connection: the newest row seen is there, with its hash. Throws what the server throws. */
  look(sql: Sql): Promise<void>;
  /** The head, as locked: it can't lie before what was seen. */
  compare(head: AuditHead): void;
  behind(): Behind | undefined;
}

export function createAuditGuard(parts: { readonly anchors: AnchorFile; readonly log: Log }): AuditGuard {
  let seen: AuditHead = { seq: 0, hash: '' };
  let behind: Behind | undefined;
  let anchorsRead: Promise<void> | undefined;

  const judge = (expected: AuditHead, found: AuditHead): void => {
    if (behind !== undefined) return;
    behind = { seen: expected, found };
    parts.log.error({ behind }, 'the store has lost audit rows: what changes jobs is refused');
  };
  const saw = (head: AuditHead): void => {
    if (head.seq > seen.seq) seen = head;
  };
  const readAnchors = async (): Promise<void> => {
    for (const [seq, hash] of await parts.anchors.read()) saw({ seq, hash });
  };

  return {
    saw,
    behind: () => behind,
    compare(head) {
      const isOther = head.seq === seen.seq && seen.seq > 0 && head.hash !== seen.hash;
      if (head.seq < seen.seq || isOther) judge(seen, head);
    },
    async look(sql) {
      anchorsRead ??= readAnchors();
      await anchorsRead.catch((error: unknown) => {
        anchorsRead = undefined;
        parts.log.error({ err: error }, 'the anchor file can not be read');
      });
      if (seen.seq === 0) return;
      const expected = seen;
      const row = await findRow(sql, expected.seq);
      if (row === undefined || row['hash'] === expected.hash) return;
      const isCut = row['hash'] === null;
      const found = isCut ? { seq: Number(row['head_seq']), hash: String(row['head_hash']) } : undefined;
      judge(expected, found ?? { seq: expected.seq, hash: String(row['hash']) });
    },
  };
}

/** Undefined: the store was not migrated yet. */
async function findRow(sql: Sql, seq: number): Promise<Row | undefined> {
  try {
    const [row] = await sql.all(
      `SELECT h.seq AS head_seq, h.hash AS head_hash, l.hash
       FROM audit_head h LEFT JOIN audit_log l ON l.seq = ? WHERE h.one = 1`,
      [seq],
    );
    return row;
  } catch (error) {
    if (isNoTable(error)) return undefined;
    throw error;
  }
}

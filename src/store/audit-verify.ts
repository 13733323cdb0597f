import { type AuditHead, type ChainFault, createChainWalk } from '../core/audit-chain.ts';
import type { Secret } from '../core/secret.ts';
import { auditRowOf } from './audit-reader.ts';
import type { StoreDatabase } from './database.ts';

export interface AuditWalk {
  readonly rows: number;
  readonly last: AuditHead;
  readonly fault: ChainFault | undefined;
}

const pageSize = 2_000;

/** Walks the whole log in pages and stops at the first row that does not hold. */
export async function verifyAuditLog(
  database: StoreDatabase,
  key: Secret,
  anchors: ReadonlyMap<number, string>,
): Promise<AuditWalk> {
  const walk = createChainWalk(key.reveal(), anchors);
  // The head is read first: rows that arrive meanwhile lie beyond it and are walked too.
  const [before] = await database.query((sql) => sql.all('SELECT seq, hash FROM audit_head WHERE one = 1'));
  let rows = 0;
  let cursor = -1;
  for (;;) {
    const page = await database.query((sql) =>
      sql.all('SELECT * FROM audit_log WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?', [
        ...[cursor, Number(before?.['seq'] ?? 0), pageSize],
      ]),
    );
    for (const row of page.map(auditRowOf)) {
      const fault = walk.next(row);
      if (fault !== undefined) return { rows, last: walk.last(), fault };
      rows += 1;
      cursor = row.seq;
    }
    if (page.length < pageSize) break;
  }
  const beyond = await rowBeyondHead(database, Number(before?.['seq'] ?? 0));
  const head = { seq: Number(before?.['seq'] ?? 0), hash: String(before?.['hash'] ?? '') };
  return { rows, last: walk.last(), fault: walk.end(head) ?? beyond };
}

/** A row past the head that was read just after it, while the head did not move: somebody wrote past the chain. */
async function rowBeyondHead(database: StoreDatabase, seq: number): Promise<ChainFault | undefined> {
  const row = await database.query(async (sql) => {
    const [head] = await sql.all('SELECT seq FROM audit_head WHERE one = 1');
    const [last] = await sql.all('SELECT MAX(seq) AS seq FROM audit_log');
    return { head: Number(head?.['seq'] ?? 0), last: Number(last?.['seq'] ?? 0) };
  });
  return row.head === seq && row.last > seq ? { kind: 'inserted', seq: row.last } : undefined;
}

import { type AuditHead, createChainWalk } from '../core/audit-chain.ts';
import type { AuditProof, AuditProofFound } from '../core/drill.ts';
import type { RequestId } from '../core/ids.ts';
import type { Secret } from '../core/secret.ts';
import { StoreUnavailable } from '../core/store-ports.ts';
import type { StoreDatabase } from './database.ts';
import { auditRowOf, headOf } from './seal.ts';

const pageSize = 1_000;

/** Proves the stretch of the log that a request's rows stand in; the whole of it is `verifyAuditLog`'s matter. */
export function createAuditProof(database: StoreDatabase, key: Secret): AuditProof {
  return {
    async prove(requestId, signal) {
      try {
        return await walkStretch(database, key, requestId, signal);
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        return missing('unreachable');
      }
    },
  };
}

async function walkStretch(
  database: StoreDatabase,
  key: Secret,
  requestId: RequestId,
  signal: AbortSignal,
): Promise<AuditProofFound> {
  const { head, from } = await findStretch(database, requestId);
  if (from === undefined) return { kind: 'holds', events: [], from: 0, to: 0 };
  const walk = createChainWalk(key.reveal(), new Map(), from);
  const events: string[] = [];
  while (walk.last().seq < head.seq) {
    if (signal.aborted) return missing('timeout');
    const after = walk.last().seq;
    const page = await database.query((sql) =>
      sql.all('SELECT * FROM audit_log WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?', [
        ...[after, head.seq, pageSize],
      ]),
    );
    for (const row of page.map(auditRowOf)) {
      const fault = walk.next(row);
      if (fault !== undefined) return { kind: 'broken', fault: fault.kind, seq: fault.seq };
      if (row.requestId === requestId) events.push(row.event);
    }
    if (page.length === 0) break;
  }
  const fault = walk.end(head);
  if (fault !== undefined) return { kind: 'broken', fault: fault.kind, seq: fault.seq };
  return { kind: 'holds', events, from: from.seq + 1, to: head.seq };
}

/** The head is read before the rows: what is written meanwhile lies beyond it. `from`: the row before the request's first. */
async function findStretch(
  database: StoreDatabase,
  requestId: RequestId,
): Promise<{ readonly head: AuditHead; readonly from: AuditHead | undefined }> {
  return database.query(async (sql) => {
    const [head] = await sql.all('SELECT seq, hash FROM audit_head WHERE one = 1');
    const [first] = await sql.all(
      'SELECT seq, prev_hash FROM audit_log WHERE request_id = ? ORDER BY seq LIMIT 1',
      [requestId],
    );
    return {
      head: head === undefined ? { seq: 0, hash: '' } : headOf(head),
      from: first && { seq: Number(first['seq']) - 1, hash: String(first['prev_hash']) },
    };
  });
}

const missing = (why: 'timeout' | 'unreachable'): AuditProofFound => ({
  kind: 'missing',
  part: { part: 'store', name: 'store', why },
});

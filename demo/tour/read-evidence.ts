import type { Pool, RowDataPacket } from 'mysql2/promise';
import type { BreakNow } from '../panel/model.ts';
import type { Evidence, ReadSeen, RequestSeen } from './evidence.ts';

/** Where the tour begins: what came before does not count. */
export interface Beginning {
  readonly auditSeq: number;
  readonly requestNumber: number;
}

export interface EvidenceSources {
  /** Root on the application's database and on the store's, which may be the same server. */
  readonly app: Pool;
  readonly store: Pool;
  readonly breaks: () => Promise<readonly BreakNow[]>;
}

/** Rejects when a database does not answer; the tour then shows what it knew. */
export async function readEvidence(sources: EvidenceSources, since: Beginning): Promise<Evidence> {
  const { app, store, breaks } = sources;
  const [reads, requests, failedReports, states] = await Promise.all([
    readReads(store, since),
    readRequests(store, since),
    readFailedReports(app),
    breaks(),
  ]);
  return {
    ...{ reads, requests, failedReports },
    broken: new Set(states.filter(({ isBroken }) => isBroken).map(({ id }) => id)),
  };
}

export async function readBeginning(store: Pool): Promise<Beginning> {
  const [[row]] = await store.query<RowDataPacket[]>(
    `SELECT (SELECT COALESCE(MAX(seq), 0) FROM queuekeeper.audit_log) AS seq,
      (SELECT COALESCE(MAX(number), 0) FROM queuekeeper.approvals) AS number`,
  );
  return { auditSeq: Number(row?.['seq']), requestNumber: Number(row?.['number']) };
}

async function readReads(store: Pool, { auditSeq }: Beginning): Promise<readonly ReadSeen[]> {
  const [rows] = await store.query<RowDataPacket[]>(
    `SELECT DISTINCT verb, target FROM queuekeeper.audit_log
      WHERE seq > ? AND event = 'READ' AND outcome IN ('answered', 'shown')`,
    [auditSeq],
  );
  return rows.map((row) => ({ verb: String(row['verb']), target: String(row['target']) }));
}

async function readRequests(store: Pool, { requestNumber }: Beginning): Promise<readonly RequestSeen[]> {
  const [rows] = await store.query<RowDataPacket[]>(
    `SELECT a.id, a.number, a.verb, a.state, a.count, e.state AS execution,
        (SELECT COUNT(*) FROM queuekeeper.approval_targets t
          WHERE t.request_id = a.id AND t.state IN ('done', 'left')) AS done
      FROM queuekeeper.approvals a LEFT JOIN queuekeeper.executions e ON e.request_id = a.id
      WHERE a.number > ? ORDER BY a.number`,
    [requestNumber],
  );
  const votes = await readVotes(store, requestNumber);
  return rows.map((row) => ({
    ...{ number: Number(row['number']), verb: String(row['verb']), state: String(row['state']) },
    ...{ count: Number(row['count']), done: Number(row['done']) },
    execution: row['execution'] === null ? undefined : String(row['execution']),
    approvals: votes.get(String(row['id'])) ?? 0,
  }));
}

/** By request; none where this bot's store has no table of votes. */
async function readVotes(store: Pool, requestNumber: number): Promise<ReadonlyMap<string, number>> {
  try {
    const [rows] = await store.query<RowDataPacket[]>(
      `SELECT v.request_id, COUNT(*) AS approvals FROM queuekeeper.approval_votes v
        JOIN queuekeeper.approvals a ON a.id = v.request_id
        WHERE a.number > ? AND v.decision = 'approve' GROUP BY v.request_id`,
      [requestNumber],
    );
    return new Map(rows.map((row) => [String(row['request_id']), Number(row['approvals'])]));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ER_NO_SUCH_TABLE') return new Map();
    throw error;
  }
}

async function readFailedReports(app: Pool): Promise<readonly number[]> {
  const [rows] = await app.query<RowDataPacket[]>(
    "SELECT id FROM fap.failed_jobs WHERE queue = 'reports' ORDER BY id LIMIT 5",
  );
  return rows.map((row) => Number(row['id']));
}

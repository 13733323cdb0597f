import type { RunControl } from '../core/approval-ports.ts';
import type { AuditActor } from '../core/audit.ts';
import { canonicalJson } from '../core/canonical.ts';
import type { RequestId } from '../core/ids.ts';
import type { Secret } from '../core/secret.ts';
import { AuditNotWritable, LeaseLost, type RunningExecution, StoreUnavailable } from '../core/store-ports.ts';
import { addNotice } from './approval-ends.ts';
import { withoutSeal } from './approvals.ts';
import { claimArchived, readArchived } from './archive-pages.ts';
import type { Seal, StoreAuditLog } from './audit-log.ts';
import type { StoreDatabase } from './database.ts';
import { keepFollow, takeOverFollow } from './follow-leases.ts';
import { findFreeze } from './kill-switches.ts';
import { lockOwn } from './leases.ts';
import { countByState } from './request-view.ts';
import { actorOf } from './rows.ts';
import { entryOf } from './running-execution.ts';
import { freeSlot, takeSlot } from './slots.ts';
import type { Sql } from './sql.ts';
import { pageOfTargets } from './target-pages.ts';
import { growVersion } from './targets.ts';

export interface RunControlParts {
  readonly database: StoreDatabase;
  readonly audit: StoreAuditLog;
  readonly key: Secret;
}

/** What a claimed run asks and writes besides `Requests`, in the store. */
export function createRunControl({ database, audit, key }: RunControlParts): RunControl {
  const underLease = <T>(execution: RunningExecution, work: (sql: Sql) => Promise<T>): Promise<T> =>
    database.transaction(async (sql) => {
      await demandRunning(sql, execution);
      return work(sql);
    });

  return {
    mayGoOn: (execution) =>
      database.query(async (sql) => {
        const run = await findRun(sql, execution);
        if (run.stoppedBy !== undefined) return { kind: 'stopped', by: run.stoppedBy };
        const freeze = await findFreeze(sql, execution.app);
        const { continued } = run;
        return freeze === undefined ? { kind: 'go', continued } : { kind: 'frozen', freeze, continued };
      }),

    progress: (execution, progress, asks = false) =>
      database.transaction(async (sql) => {
        if (!(await isWatching(sql, execution))) await demandRunning(sql, execution);
        await setRun(sql, execution.executionId, 'progress', canonicalJson(progress));
        await growVersion(sql, execution.requestId);
        if (asks) await addNotice(sql, execution.requestId, 'asking');
      }),

    letSlotGo: (execution) => underLease(execution, (sql) => freeSlot(sql, execution, execution.executionId)),
    takeSlotAgain: (execution) =>
      underLease(
        execution,
        async (sql) => (await takeSlot(sql, execution, execution.executionId)) === undefined,
      ),

    askSlot: (execution) => underLease(execution, (sql) => takeSlot(sql, execution, execution.executionId)),

    async press(kind, requestId, actor) {
      const press = (sql: Sql, seal: Seal): Promise<boolean> =>
        pressWithin(sql, seal, { kind, requestId, actor });
      try {
        return await audit.sealing(press);
      } catch (error) {
        const isRefused = error instanceof AuditNotWritable || error instanceof StoreUnavailable;
        if (kind !== 'stop' || !isRefused) throw error;
      }
      // A brake works without the audit log too: its record is noted, and sealed when the log is back.
      return withoutSeal({ database, audit }, press);
    },

    targetPage: (requestId, page) => database.query((sql) => pageOfTargets(sql, requestId, page)),
    countsByState: (requestId) => database.query((sql) => countByState(sql, requestId)),

    archived: (requestId, after, bytes) =>
      database.query((sql) => readArchived(sql, key, requestId, after, bytes)),
    claimRestore: (execution, from, ids) => underLease(execution, (sql) => claimArchived(sql, from, ids)),
    restored: (execution, from, detail) =>
      audit.sealing(async (sql, seal) => {
        await demandRunning(sql, execution);
        const [before] = await sql.all("SELECT seq FROM audit_log WHERE run_id = ? AND event = 'RESTORED'", [
          execution.executionId,
        ]);
        // Sealed before, by a commit whose answer was lost.
        if (before !== undefined) return;
        if (from !== undefined) await noteRestored(sql, execution.requestId, from);
        await seal([entryOf(execution, 'RESTORED', { runId: execution.executionId, detail })]);
      }),

    takeOverFollow: () => database.transaction(takeOverFollow),
    keepFollow: (execution, ended) => database.transaction((sql) => keepFollow(sql, execution, ended)),
  };
}

/** Counted where the rows that came back are kept, so that it is what the data showed. */
async function noteRestored(sql: Sql, restore: RequestId, from: RequestId): Promise<void> {
  const { restored = 0 } = await countByState(sql, restore);
  await sql.run('UPDATE approvals SET restored = restored + ? WHERE id = ?', [restored, from]);
  await growVersion(sql, from);
}

async function demandRunning(sql: Sql, execution: RunningExecution): Promise<void> {
  const { ended } = await lockOwn(sql, execution);
  if (ended) throw new LeaseLost(`request #${execution.number} has its outcome already`);
}

/** After the outcome whoever holds the watch's lease tells what it saw. */
async function isWatching(sql: Sql, { executionId, leaseToken }: RunningExecution): Promise<boolean> {
  const [row] = await sql.all(
    `SELECT follow_token FROM execution_runs WHERE execution_id = ? AND follow_state = 'following' FOR UPDATE`,
    [executionId],
  );
  return row?.['follow_token'] === leaseToken;
}

async function findRun(
  sql: Sql,
  execution: RunningExecution,
): Promise<{ readonly stoppedBy: AuditActor | undefined; readonly continued: boolean }> {
  const [row] = await sql.all(
    `SELECT e.lease_token, r.stopped_by, r.continued_by FROM executions e
     LEFT JOIN execution_runs r ON r.execution_id = e.id WHERE e.id = ?`,
    [execution.executionId],
  );
  if (row?.['lease_token'] !== execution.leaseToken) {
    throw new LeaseLost(`the execution of request #${execution.number} is held by another process`);
  }
  const stoppedBy = row['stopped_by'] === null ? undefined : actorOf(row['stopped_by']);
  return { stoppedBy, continued: row['continued_by'] !== null };
}

async function setRun(
  sql: Sql,
  executionId: string,
  column: 'progress' | 'stopped_by' | 'continued_by',
  value: string,
): Promise<void> {
  await sql.run(
    `INSERT INTO execution_runs (execution_id, ${column}) VALUES (?, ?) ON DUPLICATE KEY UPDATE ${column} = ?`,
    [executionId, value, value],
  );
}

interface Press {
  readonly kind: 'stop' | 'continue';
  readonly requestId: RequestId;
  readonly actor: AuditActor;
}

/** The execution's row is locked first, as by all who write of it. */
async function pressWithin(sql: Sql, seal: Seal, { kind, requestId, actor }: Press): Promise<boolean> {
  const [row] = await sql.all(
    "SELECT id FROM executions WHERE request_id = ? AND state IN ('executing', 'unknown') FOR UPDATE",
    [requestId],
  );
  if (row === undefined) return false;
  const executionId = String(row['id']);
  const [run] = await sql.all('SELECT stopped_by, continued_by FROM execution_runs WHERE execution_id = ?', [
    executionId,
  ]);
  const isOver = typeof run?.['stopped_by'] === 'string';
  if (isOver || (kind === 'continue' && typeof run?.['continued_by'] === 'string')) return false;
  await setRun(sql, executionId, kind === 'stop' ? 'stopped_by' : 'continued_by', canonicalJson(actor));
  await growVersion(sql, requestId);
  const [request] = await sql.all('SELECT verb, app, host, number FROM approvals WHERE id = ?', [requestId]);
  await seal([
    {
      ...{ event: kind === 'stop' ? 'STOPPED' : 'CONTINUED', actor, requestId },
      ...{ verb: String(request?.['verb']), app: String(request?.['app']) },
      ...{
        target: `host=${request?.['host']}`,
        detail: { number: Number(request?.['number']), executionId },
      },
    },
  ]);
  return true;
}

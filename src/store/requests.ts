import { ulid } from 'ulid';
import type { AuditEntry, AuditEvent } from '../core/audit.ts';
import { canonicalJson } from '../core/canonical.ts';
import type { Clock } from '../core/clock.ts';
import type { ExecutionId, FailedJobId, RequestId } from '../core/ids.ts';
import { failedJobId } from '../core/ids.ts';
import type { RequestView, TargetState } from '../core/request.ts';
import {
  AuditNotWritable,
  type EarlierRequest,
  LeaseLost,
  type Requests,
  type RunningExecution,
  StoreUnavailable,
  type TargetChange,
} from '../core/store-ports.ts';
import { archiveRows } from './archive.ts';
import type { StoreAuditLog } from './audit-log.ts';
import { errorNumber, type Sql, type StoreDatabase } from './database.ts';
import { freeSlot, leaseSeconds, type OpenedRow, openWithin, slotName } from './open-request.ts';
import { actorOf, callOf, instantOf, placeOf, targetOf, viewOf } from './rows.ts';

export interface RequestsParts {
  readonly database: StoreDatabase;
  readonly audit: StoreAuditLog;
  readonly clock: Clock;
}

const slotWaitMs = 10_000;
const askSlotEveryMs = 250;
const targetsInView = 50;

/** The store's requests. Each write of a running execution is one transaction that first locks and checks its lease. */
export function createRequests({ database, audit, clock }: RequestsParts): Requests {
  const seal = async (sql: Sql, entries: readonly AuditEntry[]): Promise<void> => {
    try {
      await audit.appendWithin(sql, entries);
    } catch (error) {
      // Deadlocks repeat the transaction; a store that is away says so itself; what is left is a log that refuses.
      const repeats = [1213, 1205, 1020].includes(errorNumber(error) ?? 0);
      if (repeats || errorNumber(error) === undefined) throw error;
      throw new AuditNotWritable('the audit log did not take a record', { cause: error });
    }
  };

  const underLease = <T>(execution: RunningExecution, work: (sql: Sql) => Promise<T>): Promise<T> =>
    database.transaction(async (sql) => {
      const [row] = await sql.all('SELECT lease_token FROM executions WHERE id = ? FOR UPDATE', [
        execution.executionId,
      ]);
      if (row?.['lease_token'] !== execution.leaseToken)
        throw new LeaseLost(`request #${execution.number} is not ours`);
      return work(sql);
    });

  const entry = (
    execution: RunningExecution,
    event: AuditEvent,
    rest: Pick<AuditEntry, 'runId' | 'detail'> & { readonly outcome?: string; readonly target?: string },
  ): AuditEntry => ({
    ...{ event, actor: execution.requester, verb: execution.verb, app: execution.app },
    ...{ target: `host=${execution.host}`, requestId: execution.requestId, ...rest },
  });

  const readView = async (where: string, value: string | number): Promise<RequestView | undefined> =>
    database.query(async (sql) => {
      const [row] = await sql.all(
        `SELECT a.*, e.id AS e_id, e.state AS e_state, e.started_at AS e_started_at, e.finished_at AS e_finished_at,
           e.detail AS e_detail
         FROM approvals a LEFT JOIN executions e ON e.request_id = a.id WHERE ${where} = ?`,
        [value],
      );
      if (row === undefined) return undefined;
      const id = String(row['id']);
      const targets = await sql.all(
        'SELECT * FROM approval_targets WHERE request_id = ? ORDER BY failed_id LIMIT ?',
        [id, targetsInView],
      );
      const counts = await sql.all(
        'SELECT state, COUNT(*) AS n FROM approval_targets WHERE request_id = ? GROUP BY state',
        [id],
      );
      return viewOf(row, targets.map(targetOf), counts);
    });

  return {
    async open(request, allowance) {
      const until = clock.now().getTime() + slotWaitMs;
      for (;;) {
        const opened: OpenedRow = await database.transaction((sql) =>
          openWithin(sql, seal, request, allowance),
        );
        if (opened.ok) {
          const view = await readView('a.id', request.id);
          if (view === undefined)
            throw new StoreUnavailable('a request that was just written can not be read');
          return { ...opened, view };
        }
        if (opened.why !== 'busy' || clock.now().getTime() >= until) return opened;
        await clock.wait(askSlotEveryMs);
      }
    },

    intend: (execution, call) =>
      underLease(execution, async (sql) => {
        await sql.run(
          `INSERT INTO artisan_calls (run_id, execution_id, failed_ids, state, intended_at, life_ends_at, counts_before, output)
           VALUES (?, ?, ?, 'intended', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL ? SECOND, ?, '')`,
          [
            ...[call.runId, execution.executionId, call.failedIds.join(','), call.lifeSeconds],
            canonicalJson(call.countsBefore),
          ],
        );
        const detail = { argv: call.argv, before: call.countsBefore, lifeSeconds: call.lifeSeconds };
        await seal(sql, [entry(execution, 'INTENT', { runId: call.runId, detail })]);
      }),

    record: (execution, result) =>
      underLease(execution, async (sql) => {
        const output = `${result.stdout}${result.stderr === '' ? '' : `\n${result.stderr}`}`
          .trim()
          .slice(0, 2000);
        await sql.run(
          'UPDATE artisan_calls SET state = ?, rc = ?, counts_after = ?, output = ? WHERE run_id = ?',
          [...[result.state, result.rc, canonicalJson(result.countsAfter), output, result.runId]],
        );
        const detail = { rc: result.rc, output, durationMs: result.durationMs, after: result.countsAfter };
        await seal(sql, [entry(execution, 'RESULT', { runId: result.runId, outcome: result.state, detail })]);
      }),

    setTargets: (execution, states) =>
      underLease(execution, async (sql) => {
        await changeTargets(sql, execution.requestId, states);
        const risky = [...states].filter(([, { state }]) => state === 'double_risk').map(([id]) => id);
        if (risky.length > 0) await markDoubleRisks(sql, execution, risky);
      }),

    suspect: (execution, why) =>
      underLease(execution, async (sql) => {
        await sql.run("UPDATE executions SET state = 'unknown', was_suspect = 1, detail = ? WHERE id = ?", [
          ...[canonicalJson({ why }), execution.executionId],
        ]);
        await bump(sql, execution.requestId);
      }),

    finish: (execution, state, detail) =>
      underLease(execution, async (sql) => {
        const [row] = await sql.all('SELECT was_suspect FROM executions WHERE id = ?', [
          execution.executionId,
        ]);
        const reconciled = execution.takenOver || Number(row?.['was_suspect']) === 1;
        await sql.run(
          'UPDATE executions SET state = ?, detail = ?, finished_at = UTC_TIMESTAMP(6) WHERE id = ?',
          [...[state, canonicalJson(detail), execution.executionId]],
        );
        await freeSlot(sql, slotName(execution.app, execution.host), execution.executionId);
        await bump(sql, execution.requestId);
        const outcome = { runId: execution.executionId, outcome: state, detail };
        await seal(sql, [
          ...(reconciled ? [entry(execution, 'RECONCILED', outcome)] : []),
          entry(execution, 'OUTCOME', outcome),
        ]);
      }),

    follow: (requestId, states) => database.transaction((sql) => changeTargets(sql, requestId, states)),

    find: (reference) =>
      'id' in reference ? readView('a.id', reference.id) : readView('a.number', reference.number),

    targets: (requestId) =>
      database.query(async (sql) => {
        const rows = await sql.all('SELECT * FROM approval_targets WHERE request_id = ? ORDER BY failed_id', [
          requestId,
        ]);
        return rows.map(targetOf);
      }),

    calls: (executionId) =>
      database.query(async (sql) => {
        const rows = await sql.all(
          'SELECT * FROM artisan_calls WHERE execution_id = ? ORDER BY intended_at, run_id',
          [executionId],
        );
        return rows.map(callOf);
      }),

    takeOver: () => database.transaction(takeOverWithin),

    renew: (execution) =>
      database.transaction(async (sql) => {
        const { changed } = await sql.run(
          'UPDATE executions SET lease_until = UTC_TIMESTAMP(6) + INTERVAL ? SECOND WHERE id = ? AND lease_token = ?',
          [leaseSeconds, execution.executionId, execution.leaseToken],
        );
        return changed === 1;
      }),

    handBack: async (execution) => {
      await database.transaction((sql) =>
        sql.run('UPDATE executions SET lease_until = UTC_TIMESTAMP(6) WHERE id = ? AND lease_token = ?', [
          execution.executionId,
          execution.leaseToken,
        ]),
      );
    },

    async archive(execution, rows) {
      const archived = await archiveRows(rows, (work) => underLease(execution, work), execution.requestId);
      await underLease(execution, (sql) =>
        seal(sql, [entry(execution, 'ARCHIVED', { runId: execution.executionId, detail: archived })]),
      );
      return { count: archived.count, bytes: archived.bytes };
    },

    doubleRisks: (app, ids, uuids) =>
      database.query(async (sql) => {
        if (ids.length === 0) return new Set();
        const rows = await sql.all(
          `SELECT d.failed_id, d.uuid FROM double_risks d WHERE d.app = ? AND (d.failed_id IN (?)${uuids.length === 0 ? '' : ' OR d.uuid IN (?)'})`,
          [app, ids, ...(uuids.length === 0 ? [] : [uuids])],
        );
        return new Set(
          rows.map((row) => failedJobId(Number(row['failed_id']))).filter((id) => ids.includes(id)),
        );
      }),

    history: (app, uuid) =>
      database.query(async (sql) => {
        const rows = await sql.all(
          `SELECT a.number, a.verb, a.requester, a.requested_at, t.state
           FROM approval_targets t JOIN approvals a ON a.id = t.request_id
           WHERE t.uuid = ? AND a.app = ? ORDER BY a.number DESC LIMIT 10`,
          [uuid, app],
        );
        return rows.map(
          (row): EarlierRequest => ({
            number: Number(row['number']),
            verb: String(row['verb']),
            requesterUserId: actorOf(row['requester']).userId,
            at: instantOf(row['requested_at']),
            targetState: String(row['state']) as TargetState, // this room wrote it
          }),
        );
      }),

    now: () =>
      database.query(async (sql) => {
        const [row] = await sql.all('SELECT UTC_TIMESTAMP(6) AS now');
        return instantOf(row?.['now']);
      }),
  };
}

const bump = (sql: Sql, requestId: RequestId): Promise<unknown> =>
  sql.run('UPDATE approvals SET version = version + 1 WHERE id = ?', [requestId]);

async function changeTargets(
  sql: Sql,
  requestId: RequestId,
  states: ReadonlyMap<FailedJobId, TargetChange>,
): Promise<void> {
  const byState = new Map<TargetState, FailedJobId[]>();
  for (const [id, change] of states) {
    if (change.failedAgainAs === undefined)
      byState.set(change.state, [...(byState.get(change.state) ?? []), id]);
    else {
      await sql.run(
        'UPDATE approval_targets SET state = ?, failed_again_as = ? WHERE request_id = ? AND failed_id = ?',
        [change.state, change.failedAgainAs, requestId, id],
      );
    }
  }
  for (const [state, ids] of byState) {
    await sql.run('UPDATE approval_targets SET state = ? WHERE request_id = ? AND failed_id IN (?)', [
      ...[state, requestId, ids],
    ]);
  }
  await bump(sql, requestId);
}

/** For ever: neither the end of the request nor a later judgement takes the mark away. */
async function markDoubleRisks(
  sql: Sql,
  execution: RunningExecution,
  ids: readonly FailedJobId[],
): Promise<void> {
  await sql.run(
    `INSERT IGNORE INTO double_risks (app, failed_id, uuid, request_id)
     SELECT ?, failed_id, uuid, request_id FROM approval_targets WHERE request_id = ? AND failed_id IN (?)`,
    [execution.app, execution.requestId, ids],
  );
}

/** One execution whose lease is over; whoever gets the row lock gets a new token, and the old one is worth nothing. */
async function takeOverWithin(sql: Sql): Promise<RunningExecution | undefined> {
  const [row] = await sql.all(
    `SELECT e.id AS execution_id, a.* FROM executions e JOIN approvals a ON a.id = e.request_id
     WHERE e.state IN ('executing', 'unknown') AND e.lease_until < UTC_TIMESTAMP(6)
     ORDER BY e.started_at LIMIT 1 FOR UPDATE`,
  );
  if (row === undefined) return undefined;
  const leaseToken = ulid();
  await sql.run(
    'UPDATE executions SET lease_token = ?, lease_until = UTC_TIMESTAMP(6) + INTERVAL ? SECOND WHERE id = ?',
    [...[leaseToken, leaseSeconds, String(row['execution_id'])]],
  );
  return {
    requestId: String(row['id']) as RequestId, // this room wrote them
    executionId: String(row['execution_id']) as ExecutionId,
    number: Number(row['number']),
    ...{ app: String(row['app']), host: String(row['host']), verb: String(row['verb']) },
    ...{ requester: actorOf(row['requester']), place: placeOf(row), leaseToken, takenOver: true },
  };
}

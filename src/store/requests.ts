import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { NewRequest } from '../core/request.ts';
import type { Secret } from '../core/secret.ts';
import type { Opened, Requests, RetryAllowance } from '../core/store-ports.ts';
import type { StoreAuditLog } from './audit-log.ts';
import type { StoreDatabase } from './database.ts';
import { findDoubleRisks } from './double-risk.ts';
import { endLease, renewLease, takeOverOne } from './leases.ts';
import { NotOpened, openWithin } from './open-request.ts';
import { findView, listEarlier, listTargets } from './request-view.ts';
import { callOf, instantOf } from './rows.ts';
import { createRunningExecution } from './running-execution.ts';
import { createClaimCheck } from './sealed-claim.ts';
import { changeTargets, growVersion } from './targets.ts';

export interface RequestsParts {
  readonly database: StoreDatabase;
  readonly audit: StoreAuditLog;
  readonly key: Secret;
  readonly clock: Clock;
  readonly log: Log;
}

const slotWaitMs = 10_000;
const askSlotEveryMs = 250;

/** Requests, their executions and what is known of their targets, in the store. */
export function createRequests(parts: RequestsParts): Requests {
  const { database, audit } = parts;
  const isClaimed = createClaimCheck(parts.key, parts.log);
  return {
    open: (request, allowance) => openWhenFree(parts, request, allowance),
    ...createRunningExecution(audit),

    follow: (requestId, states) =>
      database.transaction(async (sql) => {
        // The execution's lock first, in the order of all other writers of a run.
        await sql.all('SELECT id FROM executions WHERE request_id = ? FOR UPDATE', [requestId]);
        if (await changeTargets(sql, requestId, states, ['pushed', 'waiting'])) {
          await growVersion(sql, requestId);
        }
      }),

    find: (reference) => database.query((sql) => findView(sql, reference)),
    targets: (requestId) => database.query((sql) => listTargets(sql, requestId)),
    calls: (executionId) =>
      database.query(async (sql) => {
        const rows = await sql.all(
          'SELECT * FROM artisan_calls WHERE execution_id = ? ORDER BY intended_at, run_id',
          [executionId],
        );
        return rows.map(callOf);
      }),

    takeOver: () => database.transaction((sql) => takeOverOne(sql, (row) => isClaimed(sql, row))),
    renew: (execution) => database.transaction((sql) => renewLease(sql, execution)),
    handBack: (execution) => database.transaction((sql) => endLease(sql, execution)),

    doubleRisks: (app, ids, uuids) => database.query((sql) => findDoubleRisks(sql, app, ids, uuids)),
    history: (app, uuid) => database.query((sql) => listEarlier(sql, app, uuid)),
    now: () =>
      database.query(async (sql) => {
        const [row] = await sql.all('SELECT UTC_TIMESTAMP(6) AS now');
        return instantOf(row?.['now']);
      }),
  };
}

/** Asks for the slot again and again, each time in a transaction of its own, so that nobody waits in a lock. */
async function openWhenFree(
  { audit, clock }: RequestsParts,
  request: NewRequest,
  allowance: RetryAllowance | undefined,
): Promise<Opened> {
  const until = clock.now().getTime() + slotWaitMs;
  for (;;) {
    const opened = await open(audit, request, allowance);
    // What takes no slot is a brake: it is told at once that its like is under way.
    const waits = request.takesSlot && !opened.ok && opened.why === 'busy';
    if (!waits || clock.now().getTime() >= until) return opened;
    await clock.wait(askSlotEveryMs);
  }
}

async function open(
  audit: StoreAuditLog,
  request: NewRequest,
  allowance: RetryAllowance | undefined,
): Promise<Opened> {
  audit.demandWhole();
  try {
    return await audit.sealing(async (sql, seal) => {
      const execution = await openWithin(sql, seal, request, allowance);
      const view = await findView(sql, { id: request.id });
      if (view === undefined) throw new Error('a request that was just written is not there');
      return { ok: true, execution, view };
    });
  } catch (error) {
    if (error instanceof NotOpened) return error.why;
    throw error;
  }
}

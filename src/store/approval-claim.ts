import { ulid } from 'ulid';
import type { ClaimChecks, Claimed } from '../core/approval-ports.ts';
import { queuekeeper } from '../core/audit.ts';
import type { ExecutionId } from '../core/ids.ts';
import type { RequestView } from '../core/request.ts';
import type { Secret } from '../core/secret.ts';
import type { RunningExecution } from '../core/store-ports.ts';
import { isActivePolicy } from './active-policy.ts';
import { moveTo } from './approval-ends.ts';
import { entryAbout, type LockedRequest, lockRequest } from './approval-row.ts';
import { countVotes, isReached } from './approval-votes.ts';
import type { Seal } from './audit-log.ts';
import { findFreeze } from './kill-switches.ts';
import { insertExecution } from './open-request.ts';
import { takeSlot } from './slots.ts';
import type { Sql } from './sql.ts';
import { wantCards } from './targets.ts';

type NotClaimedWhy = Exclude<Claimed, { readonly ok: true }>;

/** Ends the transaction that a refusal must leave nothing of. */
export class NotClaimed extends Error {
  override readonly name = 'NotClaimed';
  readonly why: NotClaimedWhy;

  constructor(why: NotClaimedWhy) {
    super(`not claimed: ${why.why}`);
    this.why = why;
  }
}

export interface Claiming {
  readonly view: RequestView;
  readonly checks: ClaimChecks;
}

/**
 * From `approved` to `consumed` inside one transaction, the time tested last. What a refusal leaves behind on purpose
 * (a time that was moved, votes found void) is returned; what must leave nothing is thrown as `NotClaimed`.
 */
export async function claimWithin(sql: Sql, seal: Seal, key: Secret, claiming: Claiming): Promise<Claimed> {
  const { view, checks } = claiming;
  const request = await lockRequest(sql, view.id);
  if (request?.state !== 'approved' || request.version !== view.version) throw refused('moved-on');
  if (!(await isInTime(sql, request))) throw refused('expired');
  const freeze = await findFreeze(sql, request.app);
  if (freeze !== undefined) throw new NotClaimed({ ok: false, why: 'frozen', freeze });
  const { policyVersion, digest } = checks;
  if (request.policyVersion !== policyVersion || !(await isActivePolicy(sql, policyVersion)))
    throw refused('policy');
  if (request.digest !== digest) throw refused('digest');
  const persons = await countVotes(sql, key, request, new Set(checks.voided));
  await markVoided(sql, request, checks.voided);
  if (!isReached(request, persons)) return { ok: false, why: 'quorum' };
  return execute(sql, seal, request, checks, persons);
}

const refused = (why: Exclude<NotClaimedWhy['why'], 'busy' | 'frozen'>): NotClaimed =>
  new NotClaimed({ ok: false, why });

async function execute(
  sql: Sql,
  seal: Seal,
  request: LockedRequest,
  checks: ClaimChecks,
  persons: readonly string[],
): Promise<Claimed> {
  const executionId = ulid() as ExecutionId; // a fresh ULID is an execution's id by definition
  const holder = request.takesSlot ? await takeSlot(sql, request, executionId) : undefined;
  if (holder !== undefined) {
    await moveRunBy(sql, request);
    return { ok: false, why: 'busy', number: holder };
  }
  const leaseToken = ulid();
  await insertExecution(sql, request, executionId, leaseToken);
  const detail = { approvers: persons, voided: checks.voided, policyVersion: checks.policyVersion };
  await seal([entryAbout(request, 'CLAIMED', queuekeeper, { runId: executionId, detail })]);
  if (!(await moveTo(sql, request, 'consumed'))) throw refused('expired');
  await wantCards(sql, request.id);
  return { ok: true, execution: runningOf(request, executionId, leaseToken) };
}

async function isInTime(sql: Sql, request: LockedRequest): Promise<boolean> {
  const [row] = await sql.all('SELECT id FROM approvals WHERE id = ? AND run_by > UTC_TIMESTAMP(6)', [
    request.id,
  ]);
  return row !== undefined;
}

/** As long as another execution holds the slot the request has its whole time left, by an hour at most. */
async function moveRunBy(sql: Sql, request: LockedRequest): Promise<void> {
  await sql.run(
    `UPDATE approvals a JOIN approval_terms t ON t.request_id = a.id
     SET a.run_by = LEAST(t.run_latest, GREATEST(a.run_by, UTC_TIMESTAMP(6) + INTERVAL t.run_within SECOND))
     WHERE a.id = ? AND a.run_by > UTC_TIMESTAMP(6)`,
    [request.id],
  );
}

async function markVoided(sql: Sql, request: LockedRequest, voided: readonly string[]): Promise<void> {
  if (voided.length === 0) return;
  await sql.run('UPDATE approval_votes SET voided = 1 WHERE request_id = ? AND person IN (?)', [
    request.id,
    voided,
  ]);
}

function runningOf(request: LockedRequest, executionId: ExecutionId, leaseToken: string): RunningExecution {
  const { id: requestId, number, app, host, verb, requester, place } = request;
  return { requestId, executionId, number, app, host, verb, requester, place, leaseToken, takenOver: false };
}

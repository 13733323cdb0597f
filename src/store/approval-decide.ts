import type { Decided, Decision } from '../core/approval-ports.ts';
import type { AuditEvent, AuditRow } from '../core/audit.ts';
import { canonicalJson } from '../core/canonical.ts';
import type { Secret } from '../core/secret.ts';
import { isActivePolicy } from './active-policy.ts';
import { mostMovedSeconds } from './approval-ask.ts';
import { isItsCard } from './approval-cards.ts';
import { endRequest, moveTo } from './approval-ends.ts';
import { entryAbout, type LockedRequest, lockRequest } from './approval-row.ts';
import { countVotes, isReached } from './approval-votes.ts';
import type { Seal } from './audit-log.ts';
import type { Sql } from './sql.ts';
import { wantCards } from './targets.ts';

export type NotDecidedWhy = Exclude<Decided, { readonly ok: true }>['why'];

/** Ends the transaction that a refusal must leave nothing of. */
export class NotDecided extends Error {
  override readonly name = 'NotDecided';
  readonly why: NotDecidedWhy;

  constructor(why: NotDecidedWhy) {
    super(`not decided: ${why}`);
    this.why = why;
  }
}

interface Deciding {
  readonly sql: Sql;
  readonly seal: Seal;
  readonly key: Secret;
  readonly request: LockedRequest;
  readonly decision: Decision;
}

/**
 * One decision inside one transaction. The request's row is locked first, the record is sealed next, and the time is
 * tested last, so that no wait for a lock lets anything pass after its end. Throws `NotDecided` where it is refused.
 */
export async function decideWithin(sql: Sql, seal: Seal, key: Secret, decision: Decision): Promise<void> {
  const request = await lockRequest(sql, decision.requestId);
  if (request === undefined) throw new NotDecided('no-request');
  if (!(await isItsCard(sql, request.id, decision.pressed))) throw new NotDecided('not-its-card');
  await decisions[decision.kind]({ sql, seal, key, request, decision });
}

const decisions: Readonly<Record<Decision['kind'], (deciding: Deciding) => Promise<void>>> = {
  async approve(deciding) {
    const { sql, key, request, decision } = deciding;
    demandOther(deciding);
    if (request.state !== 'pending') throw new NotDecided('too-late');
    if ((await findLiveVote(deciding)) !== undefined) throw new NotDecided('voted-already');
    const isPolicy =
      request.policyVersion === decision.policyVersion && (await isActivePolicy(sql, decision.policyVersion));
    if (!isPolicy) throw new NotDecided('policy');
    const [row] = await sealOf(deciding, 'VOTED');
    await castVote(deciding, 'approve', row);
    const reached = isReached(request, await countVotes(sql, key, request));
    if (!(await moveTo(sql, request, reached ? 'approved' : 'pending', reached)))
      throw new NotDecided('too-late');
    if (reached) await noteApproved(sql, request);
    await wantCards(sql, request.id);
  },

  async reject(deciding) {
    demandOther(deciding);
    if (deciding.request.state !== 'pending') throw new NotDecided('too-late');
    const [row] = await sealOf(deciding, 'REJECTED');
    await castVote(deciding, 'reject', row);
    await end(deciding, 'rejected');
  },

  async cancel(deciding) {
    const { request, decision } = deciding;
    if (decision.actor.person !== request.requester.person) throw new NotDecided('not-requester');
    if (request.state !== 'pending' && request.state !== 'approved') throw new NotDecided('too-late');
    await sealOf(deciding, 'CANCELLED');
    await end(deciding, 'cancelled');
  },

  async withdraw(deciding) {
    const { sql, request, decision } = deciding;
    if (request.state !== 'pending') throw new NotDecided('too-late');
    if ((await findLiveVote(deciding)) !== 'approve') throw new NotDecided('no-vote');
    await sealOf(deciding, 'WITHDRAWN');
    await sql.run("UPDATE approval_votes SET decision = 'withdrawn' WHERE request_id = ? AND person = ?", [
      ...[request.id, decision.actor.person],
    ]);
    if (!(await moveTo(sql, request, 'pending'))) throw new NotDecided('too-late');
    await wantCards(sql, request.id);
  },
};

function demandOther({ request, decision }: Deciding): void {
  if (decision.actor.person === request.requester.person) throw new NotDecided('own-request');
}

/** Undefined: the person has none, or withdrew it. */
async function findLiveVote({ sql, request, decision }: Deciding): Promise<'approve' | 'reject' | undefined> {
  const [row] = await sql.all(
    "SELECT decision FROM approval_votes WHERE request_id = ? AND person = ? AND decision <> 'withdrawn'",
    [request.id, decision.actor.person],
  );
  if (row === undefined) return undefined;
  return row['decision'] === 'approve' ? 'approve' : 'reject';
}

async function sealOf(deciding: Deciding, event: AuditEvent): Promise<readonly AuditRow[]> {
  const { seal, request, decision } = deciding;
  const { teamId, channel, messageTs } = decision.pressed;
  const detail = { ...decision.detail, teamId, channel, messageTs, policyVersion: decision.policyVersion };
  return seal([entryAbout(request, event, decision.actor, { detail })]);
}

/** One row a person, whatever they change their mind to. `row`: undefined where the record could only be noted. */
async function castVote(
  { sql, request, decision }: Deciding,
  vote: 'approve' | 'reject',
  row: AuditRow | undefined,
): Promise<void> {
  const { person, teamId, userId } = decision.actor;
  const values = [vote, teamId, userId, canonicalJson(decision.actor), row?.seq ?? 0];
  await sql.run(
    `INSERT INTO approval_votes (request_id, person, decision, team_id, slack_user, actor, audit_seq, at)
     VALUES (?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6)) ON DUPLICATE KEY UPDATE decision = ?, team_id = ?, slack_user = ?,
       actor = ?, audit_seq = ?, at = UTC_TIMESTAMP(6)`,
    [request.id, person, ...values, ...values],
  );
}

async function noteApproved(sql: Sql, request: LockedRequest): Promise<void> {
  await sql.run(
    `UPDATE approval_terms SET remind_at = NULL, run_latest = UTC_TIMESTAMP(6) + INTERVAL ? SECOND WHERE request_id = ?`,
    [request.runWithin + mostMovedSeconds, request.id],
  );
}

async function end({ sql, request, decision }: Deciding, to: 'rejected' | 'cancelled'): Promise<void> {
  if (!(await endRequest(sql, request, to, { by: decision.actor }))) throw new NotDecided('too-late');
}

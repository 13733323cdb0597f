import { createHash } from 'node:crypto';
import type { Asked, AskedRequest, AskLimits, Preapproval } from '../core/approval-ports.ts';
import type { AuditEntry, AuditRow } from '../core/audit.ts';
import { canonicalJson } from '../core/canonical.ts';
import type { Place } from '../core/request.ts';
import type { Secret } from '../core/secret.ts';
import { isActivePolicy } from './active-policy.ts';
import { endFreeze } from './approval-freeze.ts';
import { termsOf } from './approval-row.ts';
import type { Seal } from './audit-log.ts';
import { findFreeze } from './kill-switches.ts';
import { putPageOut } from './outbox.ts';
import { takePreapproval } from './preapprovals.ts';
import { lockLease } from './slots.ts';
import type { Sql } from './sql.ts';

/** Ends the transaction that a refusal must leave nothing of. */
export class NotAsked extends Error {
  override readonly name = 'NotAsked';
  readonly why: Exclude<Asked, { readonly ok: true }>;

  constructor(why: Exclude<Asked, { readonly ok: true }>) {
    super(`the request is not asked: ${why.why}`);
    this.why = why;
  }
}

export interface Asking {
  readonly request: AskedRequest;
  readonly limits: AskLimits;
  /** Batches frozen, as they were read and found to be the request's. */
  readonly batches: number;
}

/** Everything that asks, inside one transaction. Throws `NotAsked` where it is refused. */
export async function askWithin(sql: Sql, seal: Seal, key: Secret, asking: Asking): Promise<void> {
  const { request } = asking;
  if (!(await endFreeze(sql, request.id, asking.batches))) {
    throw new Error('rows were frozen while the request was asked');
  }
  await demandRoom(sql, request, asking.limits);
  const freeze = await findFreeze(sql, request.app);
  if (freeze !== undefined) throw new NotAsked({ ok: false, why: 'frozen', freeze });
  if (!(await isActivePolicy(sql, request.policyVersion))) throw new NotAsked({ ok: false, why: 'policy' });
  await demandTargetFree(sql, request);
  const { insertId: number } = await sql.run("INSERT INTO numbers (kind) VALUES ('request')");
  const taken = await takePreapproval(sql, key, {
    ...{ app: request.app, ids: request.preapprovals, requesterPerson: request.requester.person },
    ...{ requestId: request.id, number, count: request.count },
  });
  const question: Question = {
    ...{ request, number, preapproval: taken?.preapproval },
    isApproved: taken !== undefined && request.quorum === 1,
  };
  await insertRequest(sql, question);
  await insertTerms(sql, question);
  await insertCards(sql, request);
  if (request.pages === true && !question.isApproved) await putPageOut(sql, request.id);
  const [, use] = await seal([requestedEntry(question), ...(taken === undefined ? [] : [taken.entry])]);
  if (taken !== undefined) await castSignersVote(sql, request, taken.preapproval, use);
}

interface Question {
  readonly request: AskedRequest;
  readonly number: number;
  readonly preapproval: Preapproval | undefined;
  /** By the preapproval alone. */
  readonly isApproved: boolean;
}

/** Counted under a lock of the person, so that many at once can't slip below the limit. */
async function demandRoom(sql: Sql, { requester }: AskedRequest, { perHour }: AskLimits): Promise<void> {
  await lockLease(sql, `asks:${requester.person}`);
  const [row] = await sql.all(
    `SELECT COUNT(*) AS n FROM approvals
     WHERE requester_person = ? AND quorum > 0 AND requested_at > UTC_TIMESTAMP(6) - INTERVAL 1 HOUR`,
    [requester.person],
  );
  if (Number(row?.['n'] ?? 0) >= perHour) throw new NotAsked({ ok: false, why: 'rate', limit: perHour });
}

/** Under a lock of the target; the unique key stands behind it. */
async function demandTargetFree(sql: Sql, request: AskedRequest): Promise<void> {
  const hash = hashOfTarget(request.target);
  await lockLease(sql, `target:${request.app}:${hash}`);
  const [open] = await sql.all(
    `SELECT a.number FROM approval_terms t JOIN approvals a ON a.id = t.request_id WHERE t.app = ? AND t.open_target = ?`,
    [request.app, hash],
  );
  if (open !== undefined) throw new NotAsked({ ok: false, why: 'open', number: Number(open['number']) });
}

const hashOfTarget = (target: string): string => createHash('sha256').update(target).digest('hex');

async function insertRequest(sql: Sql, { request, number, isApproved }: Question): Promise<void> {
  const { id, verb, words, app, host, template, digest, requester, reason, place } = request;
  await sql.run(
    `INSERT INTO approvals (id, number, verb, words, app, host, template, takes_slot, digest, count, highest_id, facts,
       requester_person, requester, reason, quorum, policy_version, state, requested_at, expires_at, run_by, team_id,
       channel, thread_ts)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6),
       UTC_TIMESTAMP(6) + INTERVAL ? SECOND, IF(?, UTC_TIMESTAMP(6) + INTERVAL ? SECOND, NULL), ?, ?, ?)`,
    [
      ...[id, number, verb, words, app, host, template, request.takesSlot ? 1 : 0, digest, request.count],
      ...[request.highest, canonicalJson(request.facts), requester.person, canonicalJson(requester), reason],
      ...[request.quorum, request.policyVersion, isApproved ? 'approved' : 'pending', request.expiresSeconds],
      ...[isApproved ? 1 : 0, request.runWithinSeconds, place.teamId, place.channel, place.threadTs ?? null],
    ],
  );
}

/** `run_by` is moved by at most an hour in all. */
export const mostMovedSeconds = 3_600;

/** A reminder is due when a third of the time is left. */
async function insertTerms(sql: Sql, { request, preapproval, isApproved }: Question): Promise<void> {
  const { id, app, target, runWithinSeconds, expiresSeconds } = request;
  await sql.run(
    `INSERT INTO approval_terms (request_id, app, target, open_target, run_within, run_latest, preapproval_id,
       remind_at, card_channel)
     VALUES (?, ?, ?, ?, ?, IF(?, UTC_TIMESTAMP(6) + INTERVAL ? SECOND, NULL), ?,
       IF(?, NULL, UTC_TIMESTAMP(6) + INTERVAL ? SECOND), ?)`,
    [
      ...[id, app, target, hashOfTarget(target), runWithinSeconds],
      ...[
        isApproved ? 1 : 0,
        runWithinSeconds + mostMovedSeconds,
        preapproval ? String(preapproval['id']) : null,
      ],
      ...[isApproved ? 1 : 0, Math.floor((expiresSeconds * 2) / 3), mainCard(request).channel],
    ],
  );
}

const mainCard = (request: AskedRequest): Place => request.cards[0] ?? request.place;

async function insertCards(sql: Sql, request: AskedRequest): Promise<void> {
  const places = request.cards.length === 0 ? [request.place] : request.cards;
  for (const { channel, threadTs } of places) {
    await sql.run('INSERT IGNORE INTO cards (request_id, channel, thread_ts) VALUES (?, ?, ?)', [
      ...[request.id, channel, threadTs ?? ''],
    ]);
  }
}

/** The signature counts as exactly its signer's vote. `use`: its sealed row. */
async function castSignersVote(
  sql: Sql,
  request: AskedRequest,
  { signer }: Preapproval,
  use: AuditRow | undefined,
): Promise<void> {
  await sql.run(
    `INSERT INTO approval_votes (request_id, person, decision, team_id, slack_user, actor, at, audit_seq)
     VALUES (?, ?, 'approve', ?, ?, ?, UTC_TIMESTAMP(6), ?)`,
    [request.id, signer.person, signer.teamId, signer.userId, canonicalJson(signer), use?.seq ?? 0],
  );
}

function requestedEntry({ request, number, preapproval }: Question): AuditEntry {
  const { requester: actor, verb, app, host, id: requestId, place, reason } = request;
  const terms = termsOf({
    ...{ verb, words: request.words, app, host, template: request.template, takesSlot: request.takesSlot },
    ...{ target: request.target, digest: request.digest, count: request.count, quorum: request.quorum },
    ...{ facts: canonicalJson(request.facts), policyVersion: request.policyVersion },
    ...{ person: actor.person, preapprovalId: preapproval?.id ?? null },
  });
  return {
    ...{ event: 'REQUESTED', actor, verb, app, requestId, target: `host=${host}` },
    ...(reason === null ? {} : { reason }),
    detail: { ...terms, number, channel: place.channel, thread: place.threadTs },
  };
}

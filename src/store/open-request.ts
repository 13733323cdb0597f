import { ulid } from 'ulid';
import type { AuditEntry } from '../core/audit.ts';
import { canonicalJson } from '../core/canonical.ts';
import type { ExecutionId } from '../core/ids.ts';
import type { NewRequest } from '../core/request.ts';
import type { Opened, RetryAllowance, RunningExecution } from '../core/store-ports.ts';
import { isActivePolicy } from './active-policy.ts';
import { findOverAllowance } from './allowance.ts';
import type { Seal } from './audit-log.ts';
import { findFreeze } from './kill-switches.ts';
import { leaseSeconds } from './leases.ts';
import { takeSlot } from './slots.ts';
import type { Sql } from './sql.ts';
import { insertTargets } from './targets.ts';

/** Ends the transaction that a refusal must leave nothing of. */
export class NotOpened extends Error {
  override readonly name = 'NotOpened';
  readonly why: Extract<Opened, { readonly ok: false }>;

  constructor(why: Extract<Opened, { readonly ok: false }>) {
    super(`the request is not opened: ${why.why}`);
    this.why = why;
  }
}

/**
 * Everything that opens a request, inside one transaction: the app's slot, the person's allowance, number, targets,
 * execution with its lease, card, REQUESTED and CLAIMED. Throws `NotOpened` where it is refused.
 */
export async function openWithin(
  sql: Sql,
  seal: Seal,
  request: NewRequest,
  allowance: RetryAllowance | undefined,
): Promise<RunningExecution> {
  await demandUnbraked(sql, request);
  const executionId = ulid() as ExecutionId; // a fresh ULID is an execution's id by definition
  // Before the slot, which may have to be waited for: who needs others hears it while a form can still be opened.
  const over = allowance === undefined ? undefined : await findOverAllowance(sql, allowance);
  if (over !== undefined) throw new NotOpened(over);
  const holder = request.takesSlot ? await takeSlot(sql, request, executionId) : undefined;
  if (holder !== undefined) throw new NotOpened({ ok: false, why: 'busy', number: holder });
  const other = await findOther(sql, request, executionId);
  if (other !== undefined) throw new NotOpened({ ok: false, why: 'busy', number: other });
  const { insertId: number } = await sql.run("INSERT INTO numbers (kind) VALUES ('request')");
  const leaseToken = ulid();
  await insertRequest(sql, request, number);
  await insertTargets(sql, request.id, request.targets);
  await insertExecution(sql, request, executionId, leaseToken);
  await sql.run('INSERT INTO cards (request_id, channel, thread_ts) VALUES (?, ?, ?)', [
    ...[request.id, request.place.channel, request.place.threadTs ?? ''],
  ]);
  await seal(openingEntries(request, number, executionId));
  const { app, host, verb, requester, place } = request;
  return {
    ...{ requestId: request.id, executionId, number, app, host, verb, requester, place, leaseToken },
    takenOver: false,
  };
}

/** The number of the request under way that this one must not be beside. */
async function findOther(
  sql: Sql,
  { app, alone }: NewRequest,
  executionId: ExecutionId,
): Promise<number | undefined> {
  return alone === undefined ? undefined : takeSlot(sql, { app, host: alone }, executionId);
}

/** Brakes work while the app is frozen, and whatever policy is in force. */
async function demandUnbraked(sql: Sql, request: NewRequest): Promise<void> {
  if (!request.takesSlot) return;
  const freeze = await findFreeze(sql, request.app);
  if (freeze !== undefined) throw new NotOpened({ ok: false, why: 'frozen', freeze });
  if (!(await isActivePolicy(sql, request.policyVersion))) throw new NotOpened({ ok: false, why: 'policy' });
}

export async function insertExecution(
  sql: Sql,
  request: Pick<NewRequest, 'id' | 'host'>,
  executionId: ExecutionId,
  leaseToken: string,
): Promise<void> {
  await sql.run(
    `INSERT INTO executions (id, request_id, lease_token, lease_until, state, host, detail, started_at)
     VALUES (?, ?, ?, UTC_TIMESTAMP(6) + INTERVAL ? SECOND, 'executing', ?, '{}', UTC_TIMESTAMP(6))`,
    [executionId, request.id, leaseToken, leaseSeconds, request.host],
  );
}

async function insertRequest(sql: Sql, request: NewRequest, number: number): Promise<void> {
  const { id, verb, words, app, host, template, digest, requester, reason, place, targets } = request;
  const highest = targets.reduce((most, { failedId }) => Math.max(most, failedId), 0);
  await sql.run(
    `INSERT INTO approvals (id, number, verb, words, app, host, template, takes_slot, digest, count, highest_id, facts,
       requester_person, requester, reason, policy_version, state, requested_at, team_id, channel, thread_ts)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'consumed', UTC_TIMESTAMP(6), ?, ?, ?)`,
    [
      ...[id, number, verb, words, app, host, template, request.takesSlot ? 1 : 0, digest, targets.length],
      ...[highest, canonicalJson(request.facts), requester.person, canonicalJson(requester), reason],
      ...[request.policyVersion, place.teamId, place.channel, place.threadTs ?? null],
    ],
  );
}

function openingEntries(
  request: NewRequest,
  number: number,
  executionId: ExecutionId,
): readonly AuditEntry[] {
  const { digest, targets, policyVersion, place, words, reason } = request;
  const common = {
    ...{ actor: request.requester, verb: request.verb, app: request.app, requestId: request.id },
    target: targetOf(request),
    ...(reason === null ? {} : { reason }),
  };
  const detail = {
    ...{ number, digest, count: targets.length, policyVersion, words },
    ...{ channel: place.channel, thread: place.threadTs },
  };
  return [
    { ...common, event: 'REQUESTED', detail },
    { ...common, event: 'CLAIMED', runId: executionId, detail: { number, digest } },
  ];
}

/** What touches no host is about the app, what touches no job about its queue where there is one. */
function targetOf({ host, app, targets, facts }: NewRequest): string {
  if (host === '') return `app=${app}`;
  const queue = facts['queue'];
  if (targets.length === 0) return typeof queue === 'string' ? `host=${host} queue=${queue}` : `host=${host}`;
  return `host=${host} failed_jobs=${targets.map(({ failedId }) => failedId).join(',')}`;
}

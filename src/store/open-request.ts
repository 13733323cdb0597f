import { ulid } from 'ulid';
import type { AuditEntry } from '../core/audit.ts';
import { canonicalJson } from '../core/canonical.ts';
import type { ExecutionId } from '../core/ids.ts';
import type { NewRequest } from '../core/request.ts';
import type { RetryAllowance, RunningExecution } from '../core/store-ports.ts';
import type { Sql } from './database.ts';

export const leaseSeconds = 20;

export type OpenedRow =
  | { readonly ok: true; readonly execution: RunningExecution }
  | { readonly ok: false; readonly why: 'busy'; readonly number: number }
  | {
      readonly ok: false;
      readonly why: 'needs-approval';
      readonly used: number;
      readonly limit: number;
      readonly costly: boolean;
    };

/**
 * Everything that opens a request, inside one transaction: the app's slot, the person's allowance, number, targets,
 * execution with its lease, card, REQUESTED and CLAIMED. Whatever refuses leaves nothing behind.
 */
export async function openWithin(
  sql: Sql,
  seal: (sql: Sql, entries: readonly AuditEntry[]) => Promise<unknown>,
  request: NewRequest,
  allowance: RetryAllowance | undefined,
): Promise<OpenedRow> {
  const executionId = ulid() as ExecutionId; // a fresh ULID is an execution's id by definition
  const slot = slotName(request.app, request.host);
  if (request.takesSlot) {
    const busy = await takeSlot(sql, slot, executionId);
    if (busy !== undefined) return { ok: false, why: 'busy', number: busy };
  }
  const over = allowance === undefined ? undefined : await overAllowance(sql, allowance);
  if (over !== undefined) {
    if (request.takesSlot) await freeSlot(sql, slot, executionId);
    return over;
  }
  const { insertId: number } = await sql.run("INSERT INTO numbers (kind) VALUES ('request')");
  const leaseToken = ulid();
  await insertRequest(sql, request, number);
  await insertTargets(sql, request);
  await sql.run(
    `INSERT INTO executions (id, request_id, lease_token, lease_until, state, host, detail, started_at)
     VALUES (?, ?, ?, UTC_TIMESTAMP(6) + INTERVAL ? SECOND, 'executing', ?, '{}', UTC_TIMESTAMP(6))`,
    [executionId, request.id, leaseToken, leaseSeconds, request.host],
  );
  await sql.run('INSERT INTO cards (request_id, channel, thread_ts) VALUES (?, ?, ?)', [
    ...[request.id, request.place.channel, request.place.threadTs ?? ''],
  ]);
  await seal(sql, openingEntries(request, number, executionId));
  const { app, host, verb, requester, place } = request;
  return {
    ok: true,
    execution: {
      ...{ requestId: request.id, executionId, number, app, host, verb, requester, place, leaseToken },
      takenOver: false,
    },
  };
}

export const slotName = (app: string, host: string): string => `slot:${app}:${host}`;

/** The number of the request that holds the slot, or undefined when it is ours now. */
async function takeSlot(sql: Sql, slot: string, executionId: ExecutionId): Promise<number | undefined> {
  await sql.run('INSERT IGNORE INTO leases (name) VALUES (?)', [slot]);
  const [row] = await sql.all('SELECT token FROM leases WHERE name = ? FOR UPDATE', [slot]);
  const holder = row?.['token'];
  if (typeof holder === 'string') {
    const [held] = await sql.all(
      'SELECT a.number FROM executions e JOIN approvals a ON a.id = e.request_id WHERE e.id = ?',
      [holder],
    );
    return Number(held?.['number'] ?? 0);
  }
  await sql.run('UPDATE leases SET token = ? WHERE name = ?', [executionId, slot]);
  return undefined;
}

export async function freeSlot(sql: Sql, slot: string, executionId: ExecutionId): Promise<void> {
  await sql.run('UPDATE leases SET token = NULL WHERE name = ? AND token = ?', [slot, executionId]);
}

/** Counted under a lock of the person, so that two commands at once can't both slip below the limit. */
async function overAllowance(
  sql: Sql,
  allowance: RetryAllowance,
): Promise<Extract<OpenedRow, { why: 'needs-approval' }> | undefined> {
  const name = `allowance:${allowance.person}`;
  await sql.run('INSERT IGNORE INTO leases (name) VALUES (?)', [name]);
  await sql.all('SELECT name FROM leases WHERE name = ? FOR UPDATE', [name]);
  const costly = [...allowance.costlyQueues];
  const [used] = await sql.all(
    `SELECT COUNT(*) AS all_ids, COALESCE(SUM(CONCAT(t.connection, ':', t.queue) IN (?)), 0) AS costly_ids
     FROM approvals a
     JOIN approval_targets t ON t.request_id = a.id
     LEFT JOIN executions e ON e.request_id = a.id
     WHERE a.requester_person = ? AND a.verb IN ('retry', 'forget')
       AND a.requested_at > UTC_TIMESTAMP(6) - INTERVAL ? SECOND AND COALESCE(e.state, '') <> 'not_started'`,
    [costly.length === 0 ? [''] : costly, allowance.person, allowance.withinSeconds],
  );
  const usedIds = Number(used?.['all_ids'] ?? 0);
  const usedCostly = Number(used?.['costly_ids'] ?? 0);
  const { limits } = allowance;
  if (allowance.costlyIds > 0 && usedCostly + allowance.costlyIds > limits.costly) {
    return { ok: false, why: 'needs-approval', used: usedCostly, limit: limits.costly, costly: true };
  }
  if (usedIds + allowance.ids > limits.ids) {
    return { ok: false, why: 'needs-approval', used: usedIds, limit: limits.ids, costly: false };
  }
  return undefined;
}

async function insertRequest(sql: Sql, request: NewRequest, number: number): Promise<void> {
  const { id, verb, words, app, host, template, digest, requester, reason, place } = request;
  const highest = Math.max(0, ...request.targets.map(({ failedId }) => failedId));
  await sql.run(
    `INSERT INTO approvals (id, number, verb, words, app, host, template, takes_slot, digest, count, highest_id, facts,
       requester_person, requester, reason, policy_version, state, requested_at, team_id, channel, thread_ts)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'consumed', UTC_TIMESTAMP(6), ?, ?, ?)`,
    [
      ...[
        id,
        number,
        verb,
        words,
        app,
        host,
        template,
        request.takesSlot ? 1 : 0,
        digest,
        request.targets.length,
      ],
      ...[highest, canonicalJson(request.facts), requester.person, canonicalJson(requester), reason],
      ...[request.policyVersion, place.teamId, place.channel, place.threadTs ?? null],
    ],
  );
}

async function insertTargets(sql: Sql, request: NewRequest): Promise<void> {
  if (request.targets.length === 0) return;
  await sql.run(
    'INSERT INTO approval_targets (request_id, failed_id, uuid, connection, queue, payload_sha256, job_class, business_key) VALUES ?',
    [
      request.targets.map((target) => [
        ...[request.id, target.failedId, target.uuid, target.connection, target.queue, target.payloadSha256],
        ...[target.jobClass.slice(0, 255), target.businessKey?.slice(0, 255) ?? null],
      ]),
    ],
  );
}

function openingEntries(
  request: NewRequest,
  number: number,
  executionId: ExecutionId,
): readonly AuditEntry[] {
  const common = {
    ...{ actor: request.requester, verb: request.verb, app: request.app, requestId: request.id },
    target:
      `host=${request.host} failed_jobs=${request.targets.map(({ failedId }) => failedId).join(',')}`.slice(
        0,
        8000,
      ),
    ...(request.reason === null ? {} : { reason: request.reason }),
  };
  const detail = {
    ...{
      number,
      digest: request.digest,
      count: request.targets.length,
      policyVersion: request.policyVersion,
    },
    ...{ channel: request.place.channel, thread: request.place.threadTs, words: request.words },
  };
  return [
    { ...common, event: 'REQUESTED', detail },
    { ...common, event: 'CLAIMED', runId: executionId, detail: { number, digest: request.digest } },
  ];
}

import type { Preapproval, Preapprovals, PreapprovalTerms } from '../core/approval-ports.ts';
import type { AuditEntry } from '../core/audit.ts';
import { canonicalJson } from '../core/canonical.ts';
import type { RequestId } from '../core/ids.ts';
import type { Secret } from '../core/secret.ts';
import type { RunningExecution } from '../core/store-ports.ts';
import type { Seal, StoreAuditLog } from './audit-log.ts';
import type { StoreDatabase } from './database.ts';
import { lockOwn } from './leases.ts';
import { putOut } from './outbox.ts';
import { entryOfUse, readPreapproval, type SignedTerms } from './signed-preapproval.ts';
import type { Row, Sql } from './sql.ts';
import { growVersion } from './targets.ts';

export interface PreapprovalParts {
  readonly database: StoreDatabase;
  readonly audit: StoreAuditLog;
  readonly key: Secret;
}

/** More live ones than these nobody keeps in mind. */
const mostLive = 50;

/** Standing approvals given in advance; see `readPreapproval` for what makes one. */
export function createPreapprovals({ database, audit, key }: PreapprovalParts): Preapprovals {
  const readAll = async (sql: Sql, rows: readonly Row[]): Promise<readonly Preapproval[]> => {
    const found: Preapproval[] = [];
    for (const row of rows) {
      const preapproval = await readPreapproval(sql, key, idOf(row));
      if (preapproval !== undefined) found.push(preapproval);
    }
    return found;
  };

  return {
    async sign(execution, terms) {
      audit.demandWhole();
      return audit.sealing(async (sql, seal) => {
        await lockOwn(sql, execution);
        const before = await readPreapproval(sql, key, execution.requestId);
        if (before !== undefined) return before;
        await signWithin(sql, seal, execution, terms);
        await growVersion(sql, execution.requestId);
        const signed = await readPreapproval(sql, key, execution.requestId);
        if (signed === undefined) throw new Error('a preapproval that was just sealed is not there');
        return signed;
      });
    },

    find: (id) => database.query((sql) => readPreapproval(sql, key, id)),

    live: (app) =>
      database.query(async (sql) => {
        const rows = await sql.all(
          `SELECT id FROM preapprovals WHERE app = ? AND ends_at > UTC_TIMESTAMP(6) AND withdrawn_at IS NULL
           ORDER BY ends_at LIMIT ?`,
          [app, mostLive],
        );
        return (await readAll(sql, rows)).filter((one) => one.app === app && isLive(one));
      }),

    list: (app, limit) =>
      database.query(async (sql) => {
        const rows = await sql.all('SELECT id FROM preapprovals WHERE app = ? ORDER BY number DESC LIMIT ?', [
          ...[app, limit],
        ]);
        return (await readAll(sql, rows)).filter((one) => one.app === app);
      }),

    async withdraw(id, actor) {
      audit.demandWhole();
      return audit.sealing(async (sql, seal) => {
        const preapproval = await lockPreapproval(sql, key, id);
        if (preapproval === undefined || preapproval.withdrawnAt !== null || preapproval.over) return false;
        await sql.run(
          'UPDATE preapprovals SET withdrawn_at = UTC_TIMESTAMP(6), withdrawn_by = ? WHERE id = ?',
          [canonicalJson(actor), id],
        );
        await growVersion(sql, id);
        const { app, number, used } = preapproval;
        await seal([
          {
            ...{ event: 'WITHDRAWN', actor, verb: 'preapprove', app, target: `preapproval=#${number}` },
            ...{ requestId: id, outcome: 'withdrawn', detail: { number, used } },
          },
        ]);
        return true;
      });
    },
  };
}

export interface PreapprovedUse {
  readonly app: string;
  /** Candidates, in order of preference. */
  readonly ids: readonly RequestId[];
  readonly requesterPerson: string;
  readonly requestId: RequestId;
  readonly number: number;
  readonly count: number;
}

/**
 * Takes the first of these preapprovals that has room, inside the transaction that asks: its use is counted, its card is
 * behind, its signer's notice is out. The entry must be sealed in the same transaction, after REQUESTED: without it
 * nothing was used. Undefined: none of them serves.
 */
export async function takePreapproval(
  sql: Sql,
  key: Secret,
  use: PreapprovedUse,
): Promise<{ readonly preapproval: Preapproval; readonly entry: AuditEntry } | undefined> {
  for (const id of use.ids) {
    const preapproval = await lockPreapproval(sql, key, id);
    if (preapproval === undefined || !serves(preapproval, use)) continue;
    await sql.run('UPDATE preapprovals SET used = ? WHERE id = ?', [preapproval.used + use.count, id]);
    await growVersion(sql, id);
    await tellSigner(sql, preapproval, use);
    const { requestId, number, count } = use;
    return { preapproval, entry: entryOfUse(preapproval, { requestId, number, count }) };
  }
  return undefined;
}

const isLive = (one: Preapproval): boolean => !one.over && one.withdrawnAt === null && one.used < one.most;

const serves = (one: Preapproval, use: PreapprovedUse): boolean =>
  isLive(one) &&
  one.app === use.app &&
  one.signer.person !== use.requesterPerson &&
  one.used + use.count <= one.most;

/** The row's lock first, so that two uses, or a use and a withdrawal, come one after the other. */
async function lockPreapproval(sql: Sql, key: Secret, id: RequestId): Promise<Preapproval | undefined> {
  const [row] = await sql.all('SELECT id FROM preapprovals WHERE id = ? FOR UPDATE', [id]);
  return row === undefined ? undefined : readPreapproval(sql, key, id);
}

/** Where it was signed, below its card. */
async function tellSigner(sql: Sql, { id, number, place }: Preapproval, use: PreapprovedUse): Promise<void> {
  const [card] = await sql.all(
    'SELECT message_ts, thread_ts FROM cards WHERE request_id = ? AND channel = ? LIMIT 1',
    [id, place.channel],
  );
  const threadTs = [place.threadTs, card?.['thread_ts'], card?.['message_ts']].find(
    (ts): ts is string => typeof ts === 'string' && ts !== '',
  );
  await putOut(sql, {
    ...{ lane: 'approvals', kind: 'used', requestId: use.requestId, channel: place.channel },
    ...(threadTs === undefined ? {} : { threadTs }),
    detail: { preapprovalId: id, preapproval: number },
  });
}

/** Cards of preapprovals whose end has come are drawn once more, without their button. */
export async function tellEnds(sql: Sql): Promise<void> {
  const ended = await sql.all(
    'SELECT id FROM preapprovals WHERE end_told = 0 AND ends_at <= UTC_TIMESTAMP(6) LIMIT 100 FOR UPDATE',
  );
  for (const row of ended) {
    await sql.run('UPDATE preapprovals SET end_told = 1 WHERE id = ?', [idOf(row)]);
    await growVersion(sql, idOf(row));
  }
}

async function signWithin(
  sql: Sql,
  seal: Seal,
  execution: RunningExecution,
  terms: PreapprovalTerms,
): Promise<void> {
  const { requestId: id, number, app, requester: signer, place } = execution;
  const { filter, most, seconds, reason } = terms;
  const [row] = await sql.all(
    `SELECT policy_version, UTC_TIMESTAMP(6) AS now, UTC_TIMESTAMP(6) + INTERVAL ? SECOND AS ends
     FROM approvals WHERE id = ?`,
    [seconds, id],
  );
  if (row === undefined) throw new Error('a preapproval is signed by a request');
  const [ends, policyVersion] = [String(row['ends']), String(row['policy_version'])];
  const detail: SignedTerms = { number, filter, most, seconds, ends, place, policyVersion };
  const [sealed] = await seal([
    {
      ...{ event: 'PREAPPROVED', actor: signer, verb: 'preapprove', app, target: `preapproval=#${number}` },
      ...{ requestId: id, reason, outcome: 'signed', detail },
    },
  ]);
  await sql.run(
    `INSERT INTO preapprovals (id, number, app, signer_person, signer, filter, most, reason, policy_version, signed_at,
       ends_at, team_id, channel, thread_ts, audit_seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      ...[id, number, app, signer.person, canonicalJson(signer), canonicalJson(filter), most, reason],
      ...[policyVersion, String(row['now']), ends],
      ...[place.teamId, place.channel, place.threadTs ?? null, sealed?.seq ?? 0],
    ],
  );
}

const idOf = (row: Row): RequestId => String(row['id']) as RequestId; // this room wrote it

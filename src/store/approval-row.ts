import { createHash } from 'node:crypto';
import type { AuditActor, AuditEntry, AuditEvent } from '../core/audit.ts';
import type { RequestId } from '../core/ids.ts';
import type { Place, RequestState } from '../core/request.ts';
import { actorOf, placeOf } from './rows.ts';
import type { Row, Sql } from './sql.ts';

/** A request that others decide about, as its rows say, the first of them locked. */
export interface LockedRequest {
  readonly id: RequestId;
  readonly number: number;
  readonly state: RequestState;
  readonly version: number;
  readonly verb: string;
  readonly app: string;
  readonly host: string;
  readonly takesSlot: boolean;
  readonly digest: string;
  readonly quorum: number;
  readonly policyVersion: string;
  readonly requester: AuditActor;
  readonly place: Place;
  readonly runWithin: number;
  readonly preapprovalId: RequestId | null;
  /** What was sealed when it was asked, made from the rows as they are now. */
  readonly terms: Terms;
}

/** All that the voters rely on: sealed with the question, and compared before a vote counts. */
export type Terms = Readonly<Record<string, string | number | null>>;

/** Undefined: there is none, or nobody votes on it. */
export const lockRequest = (sql: Sql, requestId: string): Promise<LockedRequest | undefined> =>
  readRequest(sql, requestId, 'FOR UPDATE');

/** The same for who only looks. */
export async function readRequest(
  sql: Sql,
  requestId: string,
  lock: '' | 'FOR UPDATE' = '',
): Promise<LockedRequest | undefined> {
  const [row] = await sql.all(`SELECT * FROM approvals WHERE id = ? ${lock}`, [requestId]);
  if (row === undefined) return undefined;
  const [terms] = await sql.all('SELECT * FROM approval_terms WHERE request_id = ?', [requestId]);
  return terms === undefined ? undefined : requestOf(row, terms);
}

/** This room wrote it. */
const findRequestId = (value: unknown): RequestId | null =>
  value === null ? null : (String(value) as RequestId);

function requestOf(row: Row, terms: Row): LockedRequest {
  const preapprovalId = findRequestId(terms['preapproval_id']);
  return {
    id: String(row['id']) as RequestId, // this room wrote it, like the state
    state: String(row['state']) as RequestState,
    ...{ number: Number(row['number']), version: Number(row['version']), quorum: Number(row['quorum']) },
    ...{ verb: String(row['verb']), app: String(row['app']), host: String(row['host']) },
    ...{ takesSlot: Number(row['takes_slot']) === 1, digest: String(row['digest']) },
    ...{ policyVersion: String(row['policy_version']), requester: actorOf(row['requester']) },
    ...{ place: placeOf(row), runWithin: Number(terms['run_within']), preapprovalId },
    terms: termsOf({
      ...{ verb: String(row['verb']), words: String(row['words']), app: String(row['app']) },
      ...{ host: String(row['host']), template: String(row['template']), digest: String(row['digest']) },
      ...{ takesSlot: Number(row['takes_slot']) === 1, target: String(terms['target']), preapprovalId },
      ...{ count: Number(row['count']), quorum: Number(row['quorum']), facts: String(row['facts']) },
      ...{ policyVersion: String(row['policy_version']), person: String(row['requester_person']) },
    }),
  };
}

/** `facts` as canonical JSON. */
export function termsOf(request: {
  readonly verb: string;
  readonly words: string;
  readonly app: string;
  readonly host: string;
  readonly template: string;
  readonly takesSlot: boolean;
  readonly target: string;
  readonly digest: string;
  readonly count: number;
  readonly quorum: number;
  readonly facts: string;
  readonly policyVersion: string;
  readonly person: string;
  readonly preapprovalId: string | null;
}): Terms {
  const { facts, takesSlot, ...rest } = request;
  return { ...rest, takesSlot: takesSlot ? 1 : 0, facts: createHash('sha256').update(facts).digest('hex') };
}

export const entryAbout = (
  request: LockedRequest,
  event: AuditEvent,
  actor: AuditActor,
  rest: Pick<AuditEntry, 'detail'> & Partial<Pick<AuditEntry, 'runId' | 'outcome'>>,
): AuditEntry => ({
  ...{ event, actor, verb: request.verb, app: request.app, requestId: request.id },
  ...{ target: `host=${request.host}`, ...rest },
  detail: { ...rest.detail, number: request.number, digest: request.digest },
});

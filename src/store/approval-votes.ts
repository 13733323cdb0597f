import type { Secret } from '../core/secret.ts';
import type { LockedRequest } from './approval-row.ts';
import { findSealed, findSealedAt, type SealedRow } from './sealed.ts';
import { readPreapproval } from './signed-preapproval.ts';
import type { Row, Sql } from './sql.ts';

/**
 * Persons whose live approval counts: each has its sealed VOTED row of this request and digest (or the sealed use of
 * the preapproval that the question names), and none withdrew it later. Nobody counts where the request is not
 * the one that was asked, nor does its requester: whoever can write to the store alone can't approve.
 */
export async function countVotes(
  sql: Sql,
  key: Secret,
  request: LockedRequest,
  voided: ReadonlySet<string> = new Set(),
): Promise<readonly string[]> {
  const sealed = await findSealed(sql, key, request.id, ['REQUESTED', 'VOTED', 'WITHDRAWN']);
  const asked = sealed.find(({ event }) => event === 'REQUESTED');
  if (asked === undefined || !isAsAsked(request, asked)) return [];
  const votes = await sql.all("SELECT * FROM approval_votes WHERE request_id = ? AND decision = 'approve'", [
    request.id,
  ]);
  const persons: string[] = [];
  for (const vote of votes) {
    const person = String(vote['person']);
    if (voided.has(person) || person === asked.actor.person) continue;
    if (isVoted(request, sealed, vote) || (await isPreapproved(sql, key, request, vote)))
      persons.push(person);
  }
  return persons;
}

/** One other person at least, whatever number stands in the store. */
export const isReached = ({ quorum }: LockedRequest, persons: readonly string[]): boolean =>
  persons.length >= Math.max(1, quorum);

/** The request's rows still say what was sealed when it was asked. */
export const isAsAsked = (request: LockedRequest, asked: SealedRow): boolean =>
  Object.entries(request.terms).every(([name, value]) => asked.detail[name] === value) &&
  asked.actor.person === request.requester.person;

/** The last that was sealed of this person is this very vote. */
function isVoted(request: LockedRequest, sealed: readonly SealedRow[], vote: Row): boolean {
  const last = sealed.findLast(
    ({ event, actor }) => event !== 'REQUESTED' && actor.person === String(vote['person']),
  );
  const isThis = last?.event === 'VOTED' && last.seq === Number(vote['audit_seq']);
  return isThis && last.detail['digest'] === request.digest;
}

/** The use that was sealed with the question counts as exactly its signer's vote, unless they withdrew since. */
async function isPreapproved(sql: Sql, key: Secret, request: LockedRequest, vote: Row): Promise<boolean> {
  const { preapprovalId } = request;
  if (preapprovalId === null) return false;
  const use = await findSealedAt(sql, key, Number(vote['audit_seq']));
  const isUse =
    use?.event === 'PREAPPROVED' &&
    use.outcome === 'used' &&
    use.requestId === preapprovalId &&
    use.detail['requestId'] === request.id &&
    use.actor.person === String(vote['person']);
  if (!isUse) return false;
  const preapproval = await readPreapproval(sql, key, preapprovalId);
  return preapproval?.signer.person === use.actor.person && preapproval.withdrawnAt === null;
}

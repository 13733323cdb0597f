import type { Preapproval, PreapprovalFilter } from '../core/approval-ports.ts';
import type { AuditEntry } from '../core/audit.ts';
import type { RequestId } from '../core/ids.ts';
import type { Place } from '../core/request.ts';
import type { Secret } from '../core/secret.ts';
import { instantOf } from './rows.ts';
import { findSealed, type SealedRow } from './sealed.ts';
import type { Sql } from './sql.ts';

/** What the sealed row of a signature says. `ends`: UTC, as the store writes times. */
export type SignedTerms = {
  readonly number: number;
  readonly filter: PreapprovalFilter;
  readonly most: number;
  readonly seconds: number;
  readonly ends: string;
  readonly place: Place;
  readonly policyVersion: string;
};

/**
 * A preapproval as the sealed rows of its request tell it: signature, uses, withdrawal. The row in `preapprovals` finds
 * it and is believed in nothing, so whoever can write to the store alone can't sign, widen, prolong or revive one.
 */
export async function readPreapproval(
  sql: Sql,
  key: Secret,
  id: RequestId,
): Promise<Preapproval | undefined> {
  const sealed = await findSealed(sql, key, id, ['PREAPPROVED', 'WITHDRAWN']);
  const signature = sealed.find(({ event, outcome }) => event === 'PREAPPROVED' && outcome === 'signed');
  if (signature === undefined) return undefined;
  const [clock] = await sql.all('SELECT UTC_TIMESTAMP(6) AS now');
  return preapprovalOf(id, signature, sealed, instantOf(clock?.['now']));
}

function preapprovalOf(
  id: RequestId,
  signature: SealedRow,
  sealed: readonly SealedRow[],
  now: Date,
): Preapproval {
  const { ends, ...terms } = signature.detail as SignedTerms; // this room sealed it
  const uses = sealed.filter(({ event, outcome }) => event === 'PREAPPROVED' && outcome === 'used');
  const withdrawal = sealed.find(({ event }) => event === 'WITHDRAWN');
  const endsAt = instantOf(ends);
  return {
    ...{ id, ...terms, endsAt, app: signature.app, signer: signature.actor },
    ...{ reason: signature.reason ?? '', over: endsAt <= now },
    used: uses.reduce((sum, { detail }) => sum + Number(detail['count']), 0),
    withdrawnAt: withdrawal === undefined ? null : instantOf(withdrawal.at),
    withdrawnBy: withdrawal?.actor ?? null,
  };
}

/** A use, to be sealed beside the REQUESTED row of the request that made it. */
export const entryOfUse = (
  preapproval: Preapproval,
  use: { readonly requestId: RequestId; readonly number: number; readonly count: number },
): AuditEntry => ({
  ...{ event: 'PREAPPROVED', actor: preapproval.signer, verb: 'preapprove', app: preapproval.app },
  ...{ target: `preapproval=#${preapproval.number} request=#${use.number}`, outcome: 'used' },
  ...{ requestId: preapproval.id, reason: preapproval.reason, detail: { ...use } },
});

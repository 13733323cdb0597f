import type { Membership } from '../core/approval-ports.ts';
import type { AuditActor, AuditEntry } from '../core/audit.ts';
import type { Secret } from '../core/secret.ts';
import { instantOf } from './rows.ts';
import { findSealedAt, type SealedRow } from './sealed.ts';
import type { Sql } from './sql.ts';

/** Who is in a user group, and since when: UTC text as the store writes times; empty: from the start. */
export interface GroupState {
  readonly members: ReadonlyMap<string, string>;
}

export interface GroupChange {
  readonly joined: readonly string[];
  readonly left: readonly string[];
  /** The group was never looked at before: it is trusted as it stands. */
  readonly first: boolean;
  readonly state: GroupState | undefined;
}

const settleHours = 24;
/** A state is written again so often, so that it is never among the rows that are old enough to be moved away. */
const restateDays = 30;
/** Stands for the time of the row that it is in, which nobody knows before that is sealed. */
const now = 'now';

/**
 * The newest sealed ROSTER_CHANGED row of a group says all of it. There is no other table that somebody could write a
 * longer membership into.
 */
export async function readGroup(
  sql: Sql,
  key: Secret,
  groupId: string,
): Promise<{ readonly state: GroupState | undefined; readonly stale: boolean }> {
  for (let before = Number.MAX_SAFE_INTEGER; ; ) {
    const [row] = await sql.all(
      `SELECT seq, at < UTC_TIMESTAMP(6) - INTERVAL ? DAY AS stale FROM audit_log
       WHERE target = ? AND event = 'ROSTER_CHANGED' AND seq < ? ORDER BY seq DESC LIMIT 1`,
      [restateDays, targetOf(groupId), before],
    );
    if (row === undefined) return { state: undefined, stale: false };
    before = Number(row['seq']);
    const sealed = await findSealedAt(sql, key, before);
    if (sealed !== undefined) return { state: stateOf(sealed), stale: Number(row['stale']) === 1 };
  }
}

/** Undefined: nobody came and nobody left. */
export function groupStateAfter(
  before: GroupState | undefined,
  members: ReadonlySet<string>,
): GroupChange | undefined {
  const known = before?.members ?? new Map<string, string>();
  const joined = [...members].filter((userId) => !known.has(userId)).sort();
  const left = [...known.keys()].filter((userId) => !members.has(userId)).sort();
  const first = before === undefined;
  if (!first && joined.length + left.length === 0) return undefined;
  const stayed = [...known].filter(([userId]) => members.has(userId));
  const came = joined.map((userId): [string, string] => [userId, first ? '' : now]);
  return { joined, left, first, state: { members: new Map([...stayed, ...came]) } };
}

export const groupEntry = (actor: AuditActor, groupId: string, change: GroupChange): AuditEntry => ({
  ...{ event: 'ROSTER_CHANGED', actor, verb: 'roster', app: '', target: targetOf(groupId) },
  outcome: change.first
    ? 'first-seen'
    : change.joined.length + change.left.length > 0
      ? 'changed'
      : 'restated',
  detail: { joined: change.joined, left: change.left, members: [...(change.state?.members ?? [])] },
});

/** `now`: UTC text, as the store writes times. */
export function membershipOf(state: GroupState, userId: string, now: string): Membership | undefined {
  const text = state.members.get(userId);
  if (text === undefined) return undefined;
  if (text === '') return { since: null, settledAt: null, settled: true };
  const since = instantOf(text);
  const settledAt = new Date(since.getTime() + settleHours * 3_600_000);
  return { since, settledAt, settled: settledAt <= instantOf(now) };
}

const targetOf = (groupId: string): string => `group=${groupId}`;

function stateOf({ at, detail }: SealedRow): GroupState {
  const { members } = detail as { readonly members: readonly (readonly [string, string])[] }; // this room sealed it
  return { members: new Map(members.map(([userId, since]) => [userId, since === now ? at : since])) };
}

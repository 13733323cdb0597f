import { ulid } from 'ulid';
import type { Membership, PolicyKeeper } from '../core/approval-ports.ts';
import { type AuditEntry, queuekeeper } from '../core/audit.ts';
import type { RequestId } from '../core/ids.ts';
import type { Secret } from '../core/secret.ts';
import { findActivePolicy } from './active-policy.ts';
import type { StoreAuditLog } from './audit-log.ts';
import type { StoreDatabase } from './database.ts';
import { type GroupState, groupEntry, groupStateAfter, membershipOf, readGroup } from './group-state.ts';
import { putOut } from './outbox.ts';
import { lockLease } from './slots.ts';
import type { Sql } from './sql.ts';

export interface PolicyKeeperParts {
  readonly database: StoreDatabase;
  readonly audit: StoreAuditLog;
  readonly key: Secret;
  /** Where people are told who came into a group and who left; undefined: nowhere. */
  readonly rosterChannel: string | undefined;
}

/** Which policy is in force, and who has been in which group for how long. */
export function createPolicyKeeper(parts: PolicyKeeperParts): PolicyKeeper {
  const { database, audit, key } = parts;

  /** Read again under the lock of the group's name, so that two replicas note one change once. */
  const note = (groupId: string, members: ReadonlySet<string>): Promise<GroupState> =>
    audit.sealing(async (sql, seal) => {
      await lockLease(sql, `group:${groupId}`);
      const before = await readGroup(sql, key, groupId);
      const after = groupStateAfter(before.state, members);
      if (after === undefined && !before.stale) return before.state ?? { members: new Map() };
      const change = after ?? { joined: [], left: [], first: false, state: before.state };
      await seal([groupEntry(queuekeeper, groupId, change)]);
      if (!change.first && change.joined.length + change.left.length > 0)
        await tellRoster(sql, groupId, change);
      return (await readGroup(sql, key, groupId)).state ?? { members: new Map() };
    });

  const tellRoster = async (
    sql: Sql,
    groupId: string,
    { joined, left }: { readonly joined: readonly string[]; readonly left: readonly string[] },
  ): Promise<void> => {
    if (parts.rosterChannel === undefined) return;
    await putOut(sql, {
      ...{ lane: 'approvals', kind: 'roster', channel: parts.rosterChannel },
      requestId: ulid() as RequestId, // a roster's change has no request: an id of its own
      detail: { group: groupId, joined, left },
    });
  };

  return {
    async activate(version, detail) {
      await audit.sealing(async (sql, seal) => {
        // A row that is not there yet can't be locked, so its name is.
        await lockLease(sql, 'policy');
        const before = await findActivePolicy(sql);
        if (before === version) return;
        await sql.run(
          `INSERT INTO policies (one, version, at) VALUES (1, ?, UTC_TIMESTAMP(6))
           ON DUPLICATE KEY UPDATE version = VALUES(version), at = VALUES(at)`,
          [version],
        );
        await seal([configEntry(version, before, detail)]);
      });
    },

    active: () => database.query(async (sql) => (await findActivePolicy(sql)) ?? ''),

    async settled(groupId, members) {
      const known = await database.query((sql) => readGroup(sql, key, groupId));
      const isSame = known.state !== undefined && groupStateAfter(known.state, members) === undefined;
      const state = isSame && !known.stale ? known.state : await note(groupId, members);
      const now = await database.query(nowOf);
      return new Set([...members].filter((userId) => membershipOf(state, userId, now)?.settled === true));
    },

    membership: (groupId, userId): Promise<Membership | undefined> =>
      database.query(async (sql) => {
        const { state } = await readGroup(sql, key, groupId);
        return state && membershipOf(state, userId, await nowOf(sql));
      }),
  };
}

/** UTC text, as the store writes times. */
async function nowOf(sql: Sql): Promise<string> {
  const [row] = await sql.all('SELECT UTC_TIMESTAMP(6) AS now');
  return String(row?.['now']);
}

const configEntry = (
  version: string,
  before: string | undefined,
  detail: Readonly<Record<string, unknown>>,
): AuditEntry => ({
  ...{ event: 'CONFIG_CHANGED', actor: queuekeeper, verb: 'start', app: '', target: `policy=${version}` },
  ...{
    outcome: before === undefined ? 'first' : 'changed',
    detail: { ...detail, before: before ?? null, version },
  },
});

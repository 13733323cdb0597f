import type { PolicyKeeper } from './approval-ports.ts';
import type { AuditActor } from './audit.ts';
import type { Directory } from './invocation.ts';
import { findRights, personOf, type Rights, type Roster } from './people.ts';
import { createSettledGroups } from './settled-groups.ts';
import { within } from './within.ts';

export interface VoterParts {
  readonly roster: Roster;
  /** One that remembers nothing. */
  readonly directory: Directory;
  readonly policyKeeper: Pick<PolicyKeeper, 'settled'>;
}

/** `unknown`: Slack or the store could not be asked. */
export type Standing = 'may' | 'may-not' | 'unknown';

const limitMs = 5_000;

/** Whether this account has an approver's right now: a full member, in a group for a day where it has the right by a group. */
export function judgeVoter(parts: VoterParts, actor: AuditActor): Promise<Standing> {
  const settled = createSettledGroups(parts.policyKeeper, limitMs);
  return judge(parts, actor, 'approver', (group, members) => settled.of(group, members));
}

/** Whether this account has an operator's right now. */
export const judgeRequester = (
  parts: Omit<VoterParts, 'policyKeeper'>,
  actor: AuditActor,
): Promise<Standing> => judge(parts, actor, 'operator', async (_, members) => members);

type Membership = (group: string, members: ReadonlySet<string>) => Promise<ReadonlySet<string> | undefined>;

async function judge(
  { roster, directory }: Omit<VoterParts, 'policyKeeper'>,
  actor: AuditActor,
  role: keyof Rights & ('operator' | 'approver'),
  membersOf: Membership,
): Promise<Standing> {
  const member = await within(directory.find(actor), limitMs, undefined);
  if (member === undefined) return 'unknown';
  if (member.standing !== 'member') return member.standing === 'unknown' ? 'unknown' : 'may-not';
  // Who was counted as another human being then may be one and the same now.
  if (personOf(roster, actor.userId) !== actor.person) return 'may-not';
  const rights = await findRights(roster, actor.userId, async (group) => {
    const members = await within(directory.group(group), limitMs, undefined);
    return members === undefined ? undefined : membersOf(group, members);
  });
  if (rights[role]) return 'may';
  return rights.unreadableGroups.length > 0 ? 'unknown' : 'may-not';
}

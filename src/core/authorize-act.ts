import { type AuthorizationFacts, authorize, type Demand } from './authorize.ts';
import type { Directory, Invocation } from './invocation.ts';
import { findRights, type Member, type Rights } from './people.ts';
import type { PipelineParts } from './pipeline-parts.ts';
import { type Judged, refuse } from './refusal.ts';
import { createSettledGroups } from './settled-groups.ts';
import { within } from './within.ts';

const slackLimitMs = 3_000;
const settledLimitMs = 3_000;
/** Who joined a group later than this can't vote through it. */
const settledHours = 24;

export interface AuthorizedAct {
  readonly member: Member;
  readonly rights: Rights;
}

export function findMember(directory: Directory, { user }: Invocation): Promise<Member | undefined> {
  return within(directory.find(user), slackLimitMs, undefined).catch(() => undefined);
}

/**
 * Judges typed words, buttons and modals alike: who this is, what this account may do, and whether it may be done here.
 * An approver's right is judged by facts of this moment, and only by groups that the person has been in for a day.
 */
export async function authorizeAct<World>(
  parts: PipelineParts<World>,
  invocation: Invocation,
  demand: Demand,
  known?: Member,
): Promise<Judged<AuthorizedAct>> {
  const isPress = invocation.press !== undefined;
  const votes = demand.role === 'approver';
  const directory = isPress || votes ? parts.directory.fresh() : parts.directory;
  const settled = createSettledGroups(parts.approving.policyKeeper, settledLimitMs);
  const readGroup = async (group: string): Promise<ReadonlySet<string> | undefined> => {
    const members = await within(directory.group(group), slackLimitMs, undefined).catch(() => undefined);
    return members !== undefined && votes ? settled.of(group, members) : members;
  };
  const [member, rights, channel] = await Promise.all([
    isPress || known === undefined ? findMember(directory, invocation) : known,
    findRights(parts.roster, invocation.user.userId, readGroup),
    within(directory.channel(invocation.channel), slackLimitMs, undefined).catch(() => undefined),
  ]);
  const facts: AuthorizationFacts = {
    ...{ member, rights, channel, channelId: invocation.channel },
    // A request's button stands where its card was put, wherever words are answered.
    commandChannels: isPress ? undefined : parts.commandChannels,
  };
  const authorized = authorize(facts, demand);
  if (authorized.ok) return { ok: true, value: { member: authorized.value, rights } };
  const isYoung = authorized.refusal.code === 'needs-role' && settled.leftOut(invocation.user.userId);
  return isYoung ? refuse({ code: 'group-too-young', hours: settledHours }) : authorized;
}

import type { ChannelFacts } from './invocation.ts';
import type { Member, Rights, Role } from './people.ts';
import { accept, type Judged, refuse } from './refusal.ts';

/** What one authorizer needs to judge typed words, buttons and modals alike. */
export interface AuthorizationFacts {
  readonly member: Member | undefined;
  readonly rights: Rights;
  readonly channel: ChannelFacts | undefined;
  readonly channelId: string;
  /** Channels where commands are answered; undefined: everywhere at home. */
  readonly commandChannels: readonly string[] | undefined;
}

export interface Demand {
  readonly verb: string;
  readonly role: Role;
  readonly changes: boolean;
}

/**
 * Judges whether this person may do this here. What can't be found out allows nothing. In a direct message people may
 * read, but change nothing: colleagues would not see it.
 */
export function authorize(facts: AuthorizationFacts, demand: Demand): Judged<Member> {
  const { member, channel } = facts;
  if (member === undefined || channel === undefined) return refuse({ code: 'slack-unreadable' });
  if (member.standing !== 'member') return refuse({ code: 'not-a-member', standing: member.standing });
  if (channel.shared) return refuse({ code: 'channel-shared' });
  const place = judgePlace(facts, channel, demand);
  if (!place.ok) return place;
  return hasRole(facts.rights, demand.role)
    ? accept(member)
    : refuse({
        code: 'needs-role',
        role: demand.role === 'approver' ? 'approver' : 'operator',
        verb: demand.verb,
        unreadableGroups: facts.rights.unreadableGroups,
      });
}

function judgePlace(facts: AuthorizationFacts, channel: ChannelFacts, demand: Demand): Judged<null> {
  if (channel.kind === 'direct-message') {
    return demand.changes ? refuse({ code: 'not-in-direct-message', verb: demand.verb }) : accept(null);
  }
  const { commandChannels, channelId } = facts;
  if (commandChannels !== undefined && !commandChannels.includes(channelId)) {
    return refuse({ code: 'channel-not-allowed', allowed: commandChannels });
  }
  if (demand.changes && !channel.botIsMember) return refuse({ code: 'not-in-channel', verb: demand.verb });
  return accept(null);
}

function hasRole(rights: Rights, role: Role): boolean {
  if (role === 'operator') return rights.operator;
  if (role === 'approver') return rights.approver;
  return true;
}

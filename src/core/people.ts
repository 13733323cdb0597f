/** Who somebody is, as far as Slack and the configuration know. Identity is team and user id, never a name. */
export interface SlackUser {
  readonly teamId: string;
  readonly userId: string;
}

export type Locale = 'en' | 'zh-CN';

/** Slack's word on an account. Only a full, active member of the home workspace may do anything at all. */
export type Standing = 'member' | 'guest' | 'stranger' | 'bot' | 'deactivated' | 'unknown';

export interface Member extends SlackUser {
  /** As Slack shows it now; for the audit log only, never for a decision. */
  readonly name: string;
  readonly standing: Standing;
  readonly locale: Locale;
}

/** `people:` of the configuration. Entries are user ids (`U…`, `W…`) or user group ids (`S…`). */
export interface Roster {
  readonly operators: readonly string[];
  readonly approvers: readonly string[];
  /** Accounts of one human being, a list each. */
  readonly samePerson: readonly (readonly string[])[];
}

export type Role = 'everybody' | 'operator' | 'approver';

/** Members of a user group, or undefined when Slack could not be asked: then it contributes nobody. */
export type GroupReader = (groupId: string) => Promise<ReadonlySet<string> | undefined>;

export interface Rights {
  readonly operator: boolean;
  readonly approver: boolean;
  /** Groups of the roster that could not be read: named in a refusal. */
  readonly unreadableGroups: readonly string[];
}

/** Looks rights up for one account. The two roles don't imply each other; accounts of one person don't share rights. */
export async function findRights(roster: Roster, userId: string, readGroup: GroupReader): Promise<Rights> {
  const unreadable = new Set<string>();
  const isIn = async (entries: readonly string[]): Promise<boolean> => {
    if (entries.includes(userId)) return true;
    for (const group of entries.filter((entry) => entry.startsWith('S'))) {
      const members = await readGroup(group);
      if (members === undefined) unreadable.add(group);
      else if (members.has(userId)) return true;
    }
    return false;
  };
  const [operator, approver] = await Promise.all([isIn(roster.operators), isIn(roster.approvers)]);
  return { operator, approver, unreadableGroups: [...unreadable].sort() };
}

/** The human being behind an account: the first account of its `same_person` list, else the account itself. */
export function personOf(roster: Roster, userId: string): string {
  return roster.samePerson.find((accounts) => accounts.includes(userId))?.[0] ?? userId;
}

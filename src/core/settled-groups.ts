import type { PolicyKeeper } from './approval-ports.ts';
import { within } from './within.ts';

/** Members of a group whose votes count, for one decision. */
export interface SettledGroups {
  /** `members` as Slack says this moment. Undefined: the store could not be asked, and the group contributes nobody. */
  of(groupId: string, members: ReadonlySet<string>): Promise<ReadonlySet<string> | undefined>;
  /** True when this person is in a group that was asked about, and came too lately to vote through it. */
  leftOut(userId: string): boolean;
}

export function createSettledGroups(keeper: Pick<PolicyKeeper, 'settled'>, limitMs: number): SettledGroups {
  const young = new Set<string>();
  return {
    async of(groupId, members) {
      const asked = keeper.settled(groupId, members).catch(() => undefined);
      const settled = await within(asked, limitMs, undefined);
      if (settled !== undefined) for (const id of members) if (!settled.has(id)) young.add(id);
      return settled;
    },
    leftOut: (userId) => young.has(userId),
  };
}

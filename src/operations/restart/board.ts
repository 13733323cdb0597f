import type { RunContext } from '../../core/operation.ts';
import type { World } from '../world.ts';
import type { Member } from './member.ts';

/** What is known of a restart while it goes on: each change is in the store before the next step, and on the card. */
export interface Board {
  readonly members: readonly Member[];
  change(index: number, change: Partial<Member>): Promise<void>;
  /** Other members, and what else the card shall say. */
  set(change: { readonly members?: readonly Member[]; readonly rest?: Plain }): Promise<void>;
  readonly rest: Plain;
}

type Plain = Readonly<Record<string, unknown>>;

export function createBoard(
  { control, execution, changed }: RunContext<World>,
  members: readonly Member[],
  rest: Plain = {},
): Board {
  const state = { members, rest };
  let saving: Promise<void> = Promise.resolve();
  /** One after the other, so that an older state never overwrites a newer one. */
  const save = (): Promise<void> => {
    saving = saving
      .catch(() => undefined)
      .then(() => control.progress(execution, { ...state.rest, members: state.members }))
      .then(changed);
    return saving;
  };
  return {
    get members() {
      return state.members;
    },
    get rest() {
      return state.rest;
    },
    change(index, change) {
      const member = state.members[index];
      if (member === undefined) throw new Error(`a restart has no member ${index}`);
      state.members = state.members.with(index, { ...member, ...change });
      return save();
    },
    set({ members: others = state.members, rest: more = {} }) {
      state.members = others;
      state.rest = { ...state.rest, ...more };
      return save();
    },
  };
}

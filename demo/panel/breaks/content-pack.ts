import type { Break, BreakParts } from './break.ts';

const job = 'GenerateReportSnapshotJob';
const customers = 3;

/** Reports are made from a content pack; while it is unreadable, each of them fails. */
export const contentPack = ({ world: { app } }: BreakParts): Break => ({
  id: 'content-pack',
  isBroken: () => app.told()[job]?.do === 'throw',
  async break() {
    await app.behave({ [job]: { do: 'throw', exception: 'content' } });
    await app.dispatch(job, customers);
    return { customers };
  },
  async mend() {
    await app.behave({ [job]: undefined });
    return {};
  },
});

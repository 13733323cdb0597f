import { situation } from '../../world/situations/list.ts';
import type { Break, BreakParts } from './break.ts';

const job = 'GenerateReportSnapshotJob';
const unreadable = situation('content-pack');

/** Reports are made from a content pack; while it is unreadable, each of them fails. */
export const contentPack = ({ world }: BreakParts): Break => ({
  id: 'content-pack',
  isBroken: () => world.app.told()[job]?.do === 'throw',
  break: () => unreadable.make(world),
  mend: () => unreadable.mend(world),
});

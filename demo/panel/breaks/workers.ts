import { situation } from '../../world/situations/list.ts';
import type { Break, BreakParts } from './break.ts';

const group = 'fap-queue-reports';
const stopped = situation('workers-stopped');

/** The workers of reports die, and Supervisor is told to leave them so; it would start them again within a second. */
export const workers = ({ world }: BreakParts): Break => ({
  id: 'workers',
  isBroken: ({ workers: seen }) => seen?.some((one) => one.group === group && one.running === 0) ?? false,
  break: () => stopped.make(world),
  mend: () => stopped.mend(world),
});

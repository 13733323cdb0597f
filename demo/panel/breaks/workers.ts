import type { Break, BreakParts } from './break.ts';

const group = 'fap-queue-reports';
const customers = 12;

/** The workers of reports die, and Supervisor is told to leave them so; it would start them again within a second. */
export const workers = ({ world }: BreakParts): Break => {
  const supervisor = () => {
    if (world.supervisor === undefined) throw new Error('this world has no Supervisor');
    return world.supervisor;
  };
  return {
    id: 'workers',
    isBroken: ({ workers: seen }) => seen?.some((one) => one.group === group && one.running === 0) ?? false,
    async break() {
      const pids = await supervisor().kill(group);
      await supervisor().ctl('stop', `${group}:*`);
      await world.app.dispatch('GenerateReportSnapshotJob', customers);
      return { killed: pids.length, customers };
    },
    async mend() {
      await supervisor().ctl('start', `${group}:*`);
      return {};
    },
  };
};

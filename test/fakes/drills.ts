import type { DrillRecord, DrillRecords } from '../../src/core/drill.ts';
import { isRunning, type Memory, runningIn } from './memory.ts';

/** Records of drills in memory; takes the requests' memory, so that a drill's failure becomes its request's target. */
export function createFakeDrills(memory: Memory): DrillRecords & { readonly records: DrillRecord[] } {
  const records: DrillRecord[] = [];
  let open: number | undefined;
  const underWay = async (app: string): Promise<number | undefined> => {
    const found = memory.kept.find((one) => one.number === open);
    return found !== undefined && found.request.app === app && isRunning(found) ? open : undefined;
  };
  return {
    records,
    underWay,
    async begin(execution) {
      runningIn(memory, execution);
      const other = await underWay(execution.app);
      if (other !== undefined && other !== execution.number) return other;
      open = execution.number;
      return undefined;
    },
    async target(execution, failure) {
      const found = runningIn(memory, execution);
      if (found.targets.some(({ failedId }) => failedId === failure.failedId)) return;
      found.targets = [...found.targets, { ...failure, state: 'frozen', failedAgainAs: null }];
      found.version += 1;
    },
    async end(execution, record) {
      runningIn(memory, execution);
      if (!records.some(({ requestId }) => requestId === record.requestId)) records.push(record);
      open = undefined;
    },
  };
}

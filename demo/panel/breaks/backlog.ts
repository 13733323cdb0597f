import type { Seen } from '../observe/observe.ts';
import type { Break, BreakParts } from './break.ts';

/** The older way to make a report, in the same queue: so the content pack's trouble and this one don't mix. */
const job = 'GenerateReportJob';
const queue = 'reports';
const count = 500;
const secondsEach = 1;
const isManyFrom = 100;

/** Five hundred reports at once, each of which takes a second. */
export const backlog = ({ world: { app } }: BreakParts): Break => {
  const isSlow = (): boolean => app.told()[job]?.do === 'slow';
  return {
    id: 'backlog',
    isBroken: (seen) => pendingIn(seen) >= isManyFrom,
    async break() {
      await app.behave({ [job]: { do: 'slow', seconds: secondsEach } });
      await app.dispatch(job, count);
      return { count };
    },
    async mend() {
      if (isSlow()) await app.behave({ [job]: undefined });
      return {};
    },
  };
};

const pendingIn = ({ queues }: Seen): number =>
  queues.find(({ name }) => name === queue)?.waiting?.pending ?? 0;

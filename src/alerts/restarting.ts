import type { QueueDescription } from '../core/app-description.ts';
import type { WorkerProcess } from '../operations/ports.ts';
import { longestGapSeconds } from './episode.ts';
import type { Sample } from './judgement.ts';
import { knownDue } from './measure-backlog.ts';
import type { Measuring } from './measuring.ts';
import { type Trend, trendSeries } from './trend-series.ts';

/** Ages are whole seconds by the server's clock, and a look takes a moment. */
const roundingSeconds = 2;

/**
 * Workers that die soon after each start are RUNNING at many a look. How many of these are none: all, where each was started
 * since the look before and nothing of what waits was taken meanwhile: none is held, not fewer are due, and the oldest
 * has become older by just that time. 0 wherever one of these is not so, or not known. `running`: all of the queue.
 */
export async function countRestarting(
  queue: QueueDescription,
  running: readonly Pick<WorkerProcess, 'uptimeSeconds'>[],
  { level, kept, memory, stepSeconds, app }: Measuring,
): Promise<number> {
  const now = level(queue);
  const due = knownDue(now, 0);
  const longest = Math.max(longestGapSeconds, 3 * stepSeconds);
  const isYoung = (seconds: number): boolean =>
    running.every(({ uptimeSeconds }) => uptimeSeconds !== undefined && uptimeSeconds < seconds);
  // Nearly always it ends here, and the store is not asked.
  if (now === undefined || due === undefined || due === 0 || now.held !== 0 || !isYoung(longest)) return 0;
  const since = new Date(memory.now.getTime() - longest * 1_000);
  const before = async (trend: Trend): Promise<Sample | undefined> => {
    const series = trendSeries(trend, app.description.name, queue);
    return (await kept.samples(series, since, memory.now)).findLast(({ at }) => at < memory.now);
  };
  const pending = await before('pending');
  if (pending === undefined || pending.value === 0 || due < pending.value) return 0;
  const elapsed = (memory.now.getTime() - pending.at.getTime()) / 1_000;
  if (!isYoung(elapsed)) return 0;
  if (now.isAgeless === true) return running.length;
  const oldest = await before('oldest');
  const isSame =
    oldest !== undefined &&
    oldest.at.getTime() === pending.at.getTime() &&
    now.oldestSeconds !== undefined &&
    now.oldestSeconds >= oldest.value + elapsed - roundingSeconds;
  return isSame ? running.length : 0;
}

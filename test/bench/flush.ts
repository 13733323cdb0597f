import { fillFailures } from '../../demo/world/fill.ts';
import { startWorld, type World } from '../../demo/world/world.ts';
import type { RequestView } from '../../src/core/request.ts';
import { flush } from '../../src/operations/flush.ts';
import { restore } from '../../src/operations/restore.ts';
import { type Approved, createApproved } from '../acceptance/operations/approved.ts';
import { type Bench, type Line, megabytes, milliseconds, timed } from './bench.ts';
import { watchMemory } from './memory.ts';

const old = 100_000;
const fresh = 1_000;
/** Of payload and exception together. */
const meanBytes = 6_500;
const review = { review: 'https://wiki.example.com/reviews/7' };

/** From the claim to the outcome, the archive included. */
export const flushBench: Bench = {
  name: 'flush',
  about: `flush of ${old.toLocaleString('en')} old failures and of ${fresh.toLocaleString('en')} fresh ones; restored`,
  run: async (say) => [...(await oldOnes(say)), ...(await freshOnes(say))],
};

const oldOnes = (say: (text: string) => void): Promise<readonly Line[]> =>
  onWorld(old, 'failed_at - INTERVAL 3 HOUR', async (world, flushing) => {
    const asked = await timed(() => flushing.ask('flush', review));
    const memory = watchMemory();
    const run = await claimAndRun(flushing, asked.value);
    const grown = memory.end();
    say(`asked in ${milliseconds(asked.ms)}, verified and claimed in ${milliseconds(run.claimMs)}`);
    const restoring = await createApproved(world, restore);
    try {
      const back = await restoring.ask(`restore #${asked.value.number}`);
      const restored = await claimAndRun(restoring, back);
      return [
        line(`flush of ${old.toLocaleString('en')} old failures`, run.ms, 60_000),
        {
          ...line('the same, memory grown', 0),
          ours: megabytes(grown),
          asked: '< 100 MB',
          holds: grown < 100,
        },
        line('all of them restored', restored.ms),
      ];
    } finally {
      await restoring.stop();
    }
  });

const freshOnes = (say: (text: string) => void): Promise<readonly Line[]> =>
  onWorld(fresh, 'NOW() - INTERVAL 5 MINUTE', async (_, flushing) => {
    const view = await flushing.ask('flush', review);
    const run = await claimAndRun(flushing, view);
    say(`verified and claimed in ${milliseconds(run.claimMs)}`);
    return [line(`flush of ${fresh.toLocaleString('en')} fresh failures, one by one`, run.ms, 120_000)];
  });

async function onWorld<T>(
  count: number,
  failedAt: string,
  work: (world: World, flushing: Approved) => Promise<T>,
): Promise<T> {
  const world = await startWorld({ durable: true, direct: true });
  try {
    await fillFailures(world, count, { bytes: meanBytes });
    await world.sql.query(`UPDATE fap.failed_jobs SET failed_at = ${failedAt}`);
    const flushing = await createApproved(world, flush);
    try {
      return await work(world, flushing);
    } finally {
      await flushing.stop();
    }
  } finally {
    await world.stop();
  }
}

async function claimAndRun(
  approved: Approved,
  view: RequestView,
): Promise<{ readonly claimMs: number; readonly ms: number }> {
  const claimed = await timed(() => approved.approve(view));
  const { ms, value: ended } = await timed(() => {
    approved.runner().carryOut(claimed.value);
    return approved.untilEnded(view.id, 900_000);
  });
  if (ended.execution?.state !== 'succeeded')
    throw new Error(`it ended ${JSON.stringify([ended.execution, ended.countsByState, approved.said])}`);
  return { claimMs: claimed.ms, ms };
}

const line = (what: string, ms: number, mostMs?: number): Line => ({
  ...{ what, ours: milliseconds(ms), rival: '', ratio: '' },
  asked: mostMs === undefined ? '' : `< ${mostMs / 1_000} s`,
  holds: mostMs === undefined ? undefined : ms < mostMs,
});

import { fillFailures, fillJobs } from '../../demo/world/fill.ts';
import { startWorld, type World } from '../../demo/world/world.ts';
import { type FailedJobId, failedJobId } from '../../src/core/ids.ts';
import { retryAll } from '../../src/operations/retry-all.ts';
import { type Approved, createApproved } from '../acceptance/operations/approved.ts';
import { runArtisan } from './artisan.ts';
import { type Bench, type Line, median, megabytes, milliseconds, timed, times } from './bench.ts';
import { watchMemory } from './memory.ts';

const failures = 10_000;
const many = 100_000;
/** Of payload and exception together. */
const meanBytes = 6_500;
const rounds = 3;
/** What keeps seven workers busy all the time. */
const waiting = 20_000;

/** A database as it comes, each commit on its disk, which tests spare themselves; and nothing between it and the bot. */
const asShipped = { durable: true, direct: true };

/** A queue marked costly would have a canary first, and that waits for workers. */
const harmless = { apps: { fap: { queues: { commerce: { duplicates: undefined } } } } };

/** `retry all` of frozen failures, archive included, beside artisan's own `retry all` of the same rows. */
export const retryAllBench: Bench = {
  name: 'retry-all',
  about: `retry all of ${failures.toLocaleString('en')} failures`,
  async run(say) {
    return [
      ...(await beside(say, 'without workers', 1.5)),
      ...(await beside(say, 'with seven busy workers', 1.2, true)),
    ];
  },
};

/** What comes before and beside the calls, at the largest size. */
export const freezeBench: Bench = {
  name: 'freeze',
  about: `${many.toLocaleString('en')} failures surveyed, frozen, verified and archived`,
  run: large,
};

interface Round {
  readonly ours: number;
  readonly artisan: number;
  readonly peakMb: number;
  readonly grownMb: number;
}

async function beside(
  say: (text: string) => void,
  how: string,
  asked: number,
  busy = false,
): Promise<readonly Line[]> {
  const done: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    done.push(await oneRound(busy));
    say(`${how}, round ${round + 1}: ${JSON.stringify(done.at(-1))}`);
  }
  const ratio = median(done.map(({ artisan, ours }) => artisan / ours));
  const grown = Math.max(...done.map(({ grownMb }) => grownMb));
  return [
    {
      what: `retry all, ${failures.toLocaleString('en')} rows, ${how}, median of ${rounds}`,
      ours: milliseconds(median(done.map(({ ours }) => ours))),
      rival: `artisan queue:retry all ${milliseconds(median(done.map(({ artisan }) => artisan)))}`,
      ...{ ratio: `${times(ratio)} faster`, asked: `≥ ${asked} ×`, holds: ratio >= asked },
    },
    {
      what: `the same, memory grown, most of ${rounds}`,
      ours: megabytes(grown),
      rival: `artisan's peak ${megabytes(Math.max(...done.map(({ peakMb }) => peakMb)))}`,
      ...{ ratio: '', asked: '< 100 MB', holds: grown < 100 },
    },
  ];
}

/** A world for each, filled alike, so that neither finds what the other has warmed. */
async function oneRound(busy: boolean): Promise<Round> {
  const artisan = await onWorld(busy, (world) => runArtisan(world, 'queue:retry', 'all'));
  const ours = await onWorld(busy, async (world) => {
    const approved = await createApproved(world, retryAll, harmless);
    try {
      return await runOurs(approved, failures);
    } finally {
      await approved.stop();
    }
  });
  return { ours: ours.ms, grownMb: ours.grownMb, artisan: artisan.ms, peakMb: artisan.peakMb };
}

async function onWorld<T>(busy: boolean, work: (world: World) => Promise<T>): Promise<T> {
  const world = await startWorld({ ...asShipped, workers: busy ? [] : 'none' });
  try {
    await fillFailures(world, failures, { bytes: meanBytes });
    if (busy) {
      await fillJobs(world, waiting);
      await world.supervisor?.ctl('start', 'all');
    }
    return await work(world);
  } finally {
    await world.stop();
  }
}

/** From the claim, after which the first byte goes out, to the outcome. */
async function runOurs(
  approved: Approved,
  count: number,
): Promise<{ readonly ms: number; readonly grownMb: number }> {
  const view = await approved.ask('retry all', { first: '' });
  if (view.count !== count) throw new Error(`${view.count} frozen instead of ${count}`);
  const execution = await approved.approve(view);
  const memory = watchMemory();
  const { ms, value: ended } = await timed(() => {
    approved.runner().carryOut(execution);
    return approved.untilEnded(view.id, 600_000);
  });
  const grownMb = memory.end();
  const { countsByState: counts } = ended;
  if ((counts.pushed ?? 0) + (counts.left ?? 0) + (counts.done ?? 0) < count)
    throw new Error(`not all were pushed: ${JSON.stringify([counts, ended.execution, approved.said])}`);
  return { ms, grownMb };
}

async function large(say: (text: string) => void): Promise<readonly Line[]> {
  const world = await startWorld(asShipped);
  const approved = await createApproved(world, retryAll, harmless);
  try {
    await fillFailures(world, many, { bytes: meanBytes });
    await approved.survey('retry all queue=ops');
    const memory = watchMemory();
    const survey = await timed(() => approved.survey('retry all'));
    const asked = await timed(() => approved.ask('retry all', { first: '' }));
    const claimed = await timed(() => approved.approve(asked.value));
    say(`surveyed in ${milliseconds(survey.ms)}, verified and claimed in ${milliseconds(claimed.ms)}`);
    const ids = await frozenIds(approved, asked.value.id);
    const archived = await timed(() =>
      approved.store.requests.archive(
        claimed.value,
        approved.world.app.failures.rows(ids, AbortSignal.timeout(300_000)),
      ),
    );
    const grown = memory.end();
    const size = `${many.toLocaleString('en')} rows, ${megabytes(archived.value.bytes / 1e6)}`;
    const froze = asked.ms - survey.ms;
    return [
      line(`freezing ${size}`, milliseconds(froze), '< 10 s', froze < 10_000),
      line('the same, surveyed for the form', milliseconds(survey.ms), '', undefined),
      line('the same, verified and claimed', milliseconds(claimed.ms), '', undefined),
      line('the same, archived', milliseconds(archived.ms), '< 40 s', archived.ms < 40_000),
      line('memory grown by all of that', megabytes(grown), '< 100 MB', grown < 100),
    ];
  } finally {
    await approved.stop();
    await world.stop();
  }
}

const line = (what: string, ours: string, asked: string, holds: boolean | undefined): Line => ({
  ...{ what, ours, rival: '', ratio: '', asked, holds },
});

async function frozenIds(approved: Approved, id: Parameters<Approved['find']>[0]): Promise<FailedJobId[]> {
  const ids: FailedJobId[] = [];
  for (let after = failedJobId(0); ; ) {
    const page = await approved.store.control.targetPage(id, { after, limit: 10_000 });
    const last = page.at(-1);
    if (last === undefined) return ids;
    ids.push(...page.map(({ failedId }) => failedId));
    after = last.failedId;
  }
}

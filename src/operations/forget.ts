import type { FailedJobId, JobReference } from '../core/ids.ts';
import { sealWrite } from '../core/operation.ts';
import { mustRead } from '../core/reading.ts';
import { accept, type Judged } from '../core/refusal.ts';
import type { TargetRecord, TargetState } from '../core/request.ts';
import { atMost, referenceText } from './arguments.ts';
import { callArtisan, changes } from './call-artisan.ts';
import { allowanceFor, artisanId, findTargets, frozen, parseJobs } from './failed-jobs-request.ts';
import { appWords } from './job-buttons.ts';
import { drawJobsCard } from './jobs-card.ts';
import { concludeJobs } from './jobs-outcome.ts';
import type { TargetCandidate } from './ports.ts';
import { isUnchanged, type Present } from './retry-effect.ts';
import { settleCalls } from './settle-calls.ts';
import type { World } from './world.ts';

const declared = { verb: 'forget', usage: 'ID' } as const;

interface Input {
  readonly jobs: readonly JobReference[];
}

interface Planned {
  readonly candidates: readonly TargetCandidate[];
  readonly world: World;
}

/** Deletes one failure by the application's own artisan; its row is archived first. */
export const forget = sealWrite<Input, Planned, World>({
  ...declared,
  typed: ['forget'],
  who: 'operator',
  filters: [],
  effect: 'destructive',

  parse(words): Judged<Input> {
    const fits = atMost(words, 1, declared);
    if (!fits.ok) return fits;
    const jobs = parseJobs(words, declared);
    return jobs.ok ? accept({ jobs: jobs.value }) : jobs;
  },

  target: ({ jobs }) => `failed_jobs=${jobs.map(referenceText).join(',')}`,

  async plan({ jobs }, context): Promise<Judged<Planned>> {
    const targets = await findTargets(jobs, 'forget', context);
    return targets.ok ? accept({ candidates: targets.value, world: context.world }) : targets;
  },

  request: ({ candidates, world }) => ({
    ...{ app: world.app.description.name, host: world.app.artisan.host, takesSlot: true, template: 'forget' },
    facts: {},
    targets: candidates.map(frozen),
    allowance: allowanceFor(candidates, world),
    instead: `flush ids=${candidates.map(({ failedId }) => failedId).join(',')}${appWords(world)}`,
  }),

  async run({ candidates }, context) {
    const { requests, execution, world, signal } = context;
    const ids = candidates.map(({ failedId }) => failedId);
    await requests.archive(execution, world.app.failures.rows(ids, signal));
    for (const [index, candidate] of candidates.entries()) {
      const before = mustRead(await world.app.failures.present([candidate.failedId], signal));
      // Gone or changed meanwhile: `settle` says which, since no call will name it.
      if (!isUnchanged(candidate, before)) continue;
      const id = artisanId(candidate, world);
      const result = await callArtisan(context, [candidate], index + 1, ['queue:forget', id], (limits) =>
        world.app.artisan.forget(id, limits),
      );
      if (result.kind === 'unknown') return;
      const after = mustRead(await world.app.failures.present([candidate.failedId], signal));
      const confirmed = result.kind === 'ended' && result.confirmed.has(id);
      const state = after.has(candidate.failedId) ? 'present' : confirmed ? 'forgotten' : 'unconfirmed';
      await requests.setTargets(execution, changes(new Map([[candidate.failedId, state]])));
    }
  },

  async settle(context) {
    await settleCalls(context, { judge: judgeForgotten, notesFirstPresent: false });
    return concludeJobs(context);
  },

  card: (view, world, locale) => drawJobsCard('forget', view, world, locale),
});

/** A row that is gone after our own call is forgotten: the archive has it, whoever was first. */
function judgeForgotten(
  targets: readonly TargetRecord[],
  present: Present,
): ReadonlyMap<FailedJobId, TargetState> {
  return new Map(targets.map(({ failedId }) => [failedId, present.has(failedId) ? 'present' : 'forgotten']));
}

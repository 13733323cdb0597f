import { queueLabel } from '../core/app-description.ts';
import { type FailedJobId, failedJobId, type JobUuid } from '../core/ids.ts';
import type { ReadContext } from '../core/operation.ts';
import { mustRead, PartMissing } from '../core/reading.ts';
import { accept, type Judged, refuse } from '../core/refusal.ts';
import type { FrozenTarget, RequestView, TargetRecord } from '../core/request.ts';
import { queueOf } from './failed-jobs-request.ts';
import type { FailureWriter } from './ports.ts';
import { restorableStates } from './restorable.ts';
import { addSkipped, type NotBack, type Skipped } from './restore-plan.ts';
import { locatedBy } from './settle-calls.ts';
import type { World } from './world.ts';

const targetsAtOnce = 1_000;
const archivedPageBytes = 4_000_000;
const groupsShown = 8;

/** What would come back, and what is left out: plain data. */
export interface RestoreFacts extends Readonly<Record<string, unknown>> {
  readonly count: number;
  readonly queues: readonly { readonly queue: string; readonly count: number }[];
  readonly classes: readonly { readonly name: string; readonly count: number }[];
  readonly skipped: Skipped;
}

/**
 * Streams the rows of a request that can come back now, by id. Queues are looked through as a whole, once: what is not in
 * one now can't get into one while its row is gone.
 */
export async function* readRestoreSet(
  view: RequestView,
  writer: FailureWriter,
  { world, signal }: ReadContext<World>,
): AsyncGenerator<readonly FrozenTarget[], Judged<RestoreFacts>> {
  const queues = new Map<string, number>();
  const classes = new Map<string, number>();
  let skipped: Skipped = {};
  let count = 0;
  try {
    const queued = await readQueued(restorable(view, world), world, signal);
    const archived = await readArchivedIds(view, world);
    for await (const page of restorable(view, world)) {
      const judge = await judgePage(page, { queued, archived, writer }, world, signal);
      const fitting: FrozenTarget[] = [];
      for (const target of page) {
        const why = judge(target);
        if (why !== undefined) skipped = addSkipped(skipped, why, [target.failedId]);
        else fitting.push(frozenOf(target));
      }
      for (const target of fitting) {
        countIn(queues, queueLabel(queueOf(target, world)));
        countIn(classes, target.jobClass);
      }
      count += fitting.length;
      if (fitting.length > 0) yield fitting;
    }
  } catch (error) {
    if (error instanceof PartMissing) return refuse({ code: 'part-missing', missing: [error.missing] });
    throw error;
  }
  const leftOut = Object.values(skipped).reduce((sum, one) => sum + one.count, 0);
  if (count === 0) return refuse({ code: 'nothing-to-do', verb: 'restore', leftOut });
  return accept({
    ...{ count, skipped },
    queues: ranked(queues).map(({ name, count: of }) => ({ queue: name, count: of })),
    classes: ranked(classes),
  });
}

async function* restorable(view: RequestView, { control }: World): AsyncGenerator<readonly TargetRecord[]> {
  const states = restorableStates(view.verb);
  for (let after = failedJobId(0); states.length > 0; ) {
    const page = await control.targetPage(view.id, { after, limit: targetsAtOnce, states });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.failedId;
  }
}

/** Of all these jobs those that wait in a queue or are being run. */
export async function readQueued(
  pages: AsyncIterable<readonly TargetRecord[]>,
  world: World,
  signal: AbortSignal,
): Promise<ReadonlySet<JobUuid>> {
  const jobs: ReturnType<typeof locatedBy>[number][] = [];
  for await (const page of pages) jobs.push(...locatedBy(page, world));
  return jobs.length === 0 ? new Set() : mustRead(await world.app.queues.queued(jobs, signal));
}

/** Only a forget says of a row that it was gone without saying whether the archive has it; it has few rows. */
async function readArchivedIds(
  view: RequestView,
  { control }: World,
): Promise<ReadonlySet<FailedJobId> | undefined> {
  if (!restorableStates(view.verb).includes('gone_before')) return undefined;
  const ids = new Set<FailedJobId>();
  for (let after = failedJobId(0); ; ) {
    const page = await control.archived(view.id, after, archivedPageBytes);
    const last = page.at(-1);
    if (last === undefined) return ids;
    for (const { id } of page) ids.add(id);
    after = last.id;
  }
}

interface Known {
  readonly queued: ReadonlySet<JobUuid>;
  readonly archived: ReadonlySet<FailedJobId> | undefined;
  readonly writer: FailureWriter;
}

async function judgePage(
  page: readonly TargetRecord[],
  { queued, archived, writer }: Known,
  { app }: World,
  signal: AbortSignal,
): Promise<(target: TargetRecord) => NotBack | undefined> {
  const ids = page.map(({ failedId }) => failedId);
  const [taken, present] = await Promise.all([
    writer.taken(
      page.map(({ failedId: id, uuid }) => ({ id, uuid })),
      signal,
    ),
    app.failures.present(ids, signal),
  ]);
  const uuids = mustRead(taken).uuids;
  const rows = mustRead(present);
  return ({ failedId, uuid, jobUuid, payloadSha256 }) => {
    const row = rows.get(failedId);
    const isItself = row !== undefined && row.uuid === uuid && row.payloadSha256 === payloadSha256;
    if (isItself || (uuid !== null && uuids.has(uuid))) return 'exists';
    if (jobUuid !== null && queued.has(jobUuid)) return 'queued';
    return archived !== undefined && !archived.has(failedId) ? 'archive' : undefined;
  };
}

function frozenOf({ state: _, failedAgainAs: __, ...target }: TargetRecord): FrozenTarget {
  return target;
}

const countIn = (groups: Map<string, number>, name: string): void =>
  void groups.set(name, (groups.get(name) ?? 0) + 1);

const ranked = (
  groups: ReadonlyMap<string, number>,
): readonly { readonly name: string; readonly count: number }[] =>
  [...groups]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count)
    .slice(0, groupsShown);

import { shortClass } from '../core/app-description.ts';
import type { FailedJobId, JobUuid } from '../core/ids.ts';
import type { RunContext } from '../core/operation.ts';
import type { RequestView, TargetRecord } from '../core/request.ts';
import type { TargetChange } from '../core/store-ports.ts';
import { looksUntilSure } from './bulk/absent.ts';
import { notedBefore } from './queue-mark.ts';
import { locatedBy } from './settle-calls.ts';
import type { World } from './world.ts';

const followForMs = 60_000;
const lookEveryMs = 1_000;

/** What one look at the world says of the jobs. */
interface Sight {
  readonly located: ReadonlyMap<JobUuid, 'waiting' | 'reserved'>;
  readonly failedAgain: ReadonlyMap<JobUuid, FailedJobId>;
}

/**
 * Watches what becomes of jobs that were pushed, for up to a minute: done, left the queue, ended quietly or failed again;
 * what is still in its queue then is `waiting`. Failing deletes a job first and records it second, so "left the queue"
 * counts when seen twice, and where no business row is good when seen once more. `isEnough`: asked before each look; true
 * makes this look the last one.
 */
export async function followJobs(
  context: RunContext<World>,
  isEnough: () => Promise<boolean> = async () => false,
): Promise<void> {
  const { requests, execution, clock, signal } = context;
  const began = clock.now().getTime();
  let absentBefore: ReadonlyMap<FailedJobId, number> = new Map();
  for (;;) {
    const view = await requests.find({ id: execution.requestId });
    const open = (await requests.targets(execution.requestId)).filter(isOpen);
    const late = clock.now().getTime() - began >= followForMs || (await isEnough());
    // A watch that is cut off judges nothing: another process watches on.
    if (signal.aborted || view === undefined || open.length === 0) return;
    const sight = await look(view, open, context);
    if (sight !== undefined) {
      const absent = new Map(
        open
          .filter((target) => isAbsent(target, sight))
          .map(({ failedId }) => [failedId, (absentBefore.get(failedId) ?? 0) + 1]),
      );
      const judged = await judge(open, sight, absentBefore, late, context);
      absentBefore = absent;
      if (judged.size > 0)
        await requests.follow(execution.requestId, judged, late || judged.size === open.length);
      context.changed();
    }
    if (late) return;
    await clock.wait(lookEveryMs, signal).catch(() => undefined);
  }
}

const isOpen = ({ state }: TargetRecord): boolean => state === 'pushed';

async function look(
  view: RequestView,
  open: readonly TargetRecord[],
  { world, signal }: RunContext<World>,
): Promise<Sight | undefined> {
  const { mark, highest } = notedBefore(view);
  if (mark === undefined || highest === undefined) return undefined;
  const uuids = open.flatMap(({ jobUuid }) => (jobUuid === null ? [] : [jobUuid]));
  const [located, again] = await Promise.all([
    world.app.queues.locate(mark, locatedBy(open, world), signal),
    world.app.failures.failedAgain(uuids, highest, signal),
  ]);
  return located.ok && again.ok ? { located: located.value, failedAgain: again.value } : undefined;
}

const isAbsent = ({ jobUuid }: TargetRecord, { located, failedAgain }: Sight): boolean =>
  jobUuid !== null && !located.has(jobUuid) && !failedAgain.has(jobUuid);

async function judge(
  open: readonly TargetRecord[],
  sight: Sight,
  absentBefore: ReadonlyMap<FailedJobId, number>,
  late: boolean,
  context: RunContext<World>,
): Promise<ReadonlyMap<FailedJobId, TargetChange>> {
  const judged = new Map<FailedJobId, TargetChange>();
  for (const target of open) {
    const change = await judgeOne(target, sight, absentBefore.get(target.failedId) ?? 0, late, context);
    if (change !== undefined && change.state !== target.state) judged.set(target.failedId, change);
  }
  return judged;
}

async function judgeOne(
  target: TargetRecord,
  { located, failedAgain }: Sight,
  absentLooks: number,
  late: boolean,
  context: RunContext<World>,
): Promise<TargetChange | undefined> {
  if (target.jobUuid === null) return undefined;
  const again = failedAgain.get(target.jobUuid);
  if (again !== undefined) return { state: 'failed_again', failedAgainAs: again };
  if (located.has(target.jobUuid)) return late ? { state: 'waiting' } : undefined;
  if (absentLooks === 0) return undefined;
  const change = await judgeAbsent(target, context);
  return change?.state === 'done' || absentLooks + 1 >= looksUntilSure ? change : undefined;
}

/** Left the queue: where the configuration knows the job's business row, the row decides. */
async function judgeAbsent(
  { jobClass, businessKey }: TargetRecord,
  { world, signal }: RunContext<World>,
): Promise<TargetChange | undefined> {
  const name = shortClass(jobClass);
  if (!world.app.description.outcomes.has(name) || businessKey === null) return { state: 'left' };
  const row = await world.app.business.isGood(name, businessKey, signal);
  if (!row.ok) return undefined;
  return { state: row.value?.good === true ? 'done' : 'ended_quietly' };
}

import { type FailedJobId, failedJobId, type JobUuid } from '../../core/ids.ts';
import type { RunContext } from '../../core/operation.ts';
import type { TargetRecord } from '../../core/request.ts';
import type { TargetChange } from '../../core/store-ports.ts';
import { queueOf } from '../failed-jobs-request.ts';
import type { NewFailure, QueueMark, QueueName } from '../ports.ts';
import type { World } from '../world.ts';
import { type Absent, judgeAbsent, looksUntilSure } from './absent.ts';
import type { RunState } from './run-state.ts';

/** Sees what becomes of many pushed jobs, by looks that each cost little, whoever pushed them. */
export interface Watch {
  add(targets: readonly TargetRecord[]): void;
  /** Jobs of which nothing final is known. */
  readonly open: number;
  /** Writes what has changed; the number of jobs that it concerned. Undefined: the world could not be read. */
  look(): Promise<number | undefined>;
  /** Those that are still in their queues are called so. */
  callWaiting(): Promise<void>;
}

interface Watched {
  readonly failedId: FailedJobId;
  readonly jobClass: string;
  readonly businessKey: string | null;
  readonly queue: QueueName;
  /** Seen in its queue after its old row was gone: what fails from then on is recorded. */
  seen: boolean;
  /** First seen in no queue and no table then; clock's milliseconds. */
  absentSince: number | undefined;
  /** In so many looks in a row. */
  absentLooks: number;
}

/** A job that is absent is asked after only when it is so still after so long. */
const absentForMs = 1_000;
const newestAtOnce = 2_000;
/** Numbers are given out in order and become visible in another one: so many are read again. */
const overlap = 500;
const changesAtOnce = 500;

export function createWatch(
  context: RunContext<World>,
  state: Pick<RunState, 'again' | 'unpaused'>,
  from: { readonly mark: QueueMark; readonly highest: FailedJobId },
): Watch {
  const { requests, execution, world, signal, clock } = context;
  const jobs = new Map<JobUuid, Watched>();
  const queues = new Map<string, QueueName>();
  const seen = new Map<string, string>();
  let cursor = from.highest;

  const write = async (changes: ReadonlyMap<FailedJobId, TargetChange>): Promise<void> => {
    const all = [...changes];
    for (let at = 0; at < all.length; at += changesAtOnce)
      await requests.follow(execution.requestId, new Map(all.slice(at, at + changesAtOnce)), false);
  };

  const readNewest = async (): Promise<readonly NewFailure[] | undefined> => {
    const found: NewFailure[] = [];
    let after = failedJobId(Math.max(from.highest, cursor - overlap));
    for (;;) {
      const read = await world.app.failures.newer(after, newestAtOnce, signal);
      if (!read.ok) return undefined;
      found.push(...read.value.filter(({ uuid }) => uuid !== undefined && jobs.has(uuid)));
      const last = read.value.at(-1);
      if (last !== undefined) [after, cursor] = [last.id, failedJobId(Math.max(cursor, last.id))];
      if (read.value.length < newestAtOnce) return found;
    }
  };

  const settle = (
    uuid: JobUuid,
    job: Watched,
    change: TargetChange,
    into: Map<FailedJobId, TargetChange>,
  ) => {
    into.set(job.failedId, change);
    jobs.delete(uuid);
  };

  return {
    add(targets) {
      for (const target of targets) {
        const { jobUuid, failedId, jobClass, businessKey } = target;
        // Without a uuid nobody can find it again: it stays `pushed`.
        if (jobUuid === null) continue;
        const own = queueOf(target, world);
        const label = `${own.connection}:${own.name}`;
        const queue = queues.get(label) ?? own;
        queues.set(label, queue);
        jobs.set(jobUuid, {
          ...{ failedId, jobClass, businessKey, queue },
          ...{ seen: false, absentSince: undefined, absentLooks: 0 },
        });
      }
    },
    get open() {
      return jobs.size;
    },

    async look() {
      if (jobs.size === 0) return 0;
      const asked = [...jobs].map(([uuid, { queue }]) => ({ uuid, ...queue }));
      const located = await world.app.queues.locate(from.mark, asked, signal, seen);
      if (!located.ok) return undefined;
      // Afterwards, so that a job which failed meanwhile is found here.
      const newest = await readNewest();
      if (newest === undefined) return undefined;
      const changes = new Map<FailedJobId, TargetChange>();
      for (const { uuid, id, exceptionClass, fingerprint } of newest) {
        const job = uuid === undefined ? undefined : jobs.get(uuid);
        if (uuid === undefined || job === undefined) continue;
        settle(uuid, job, { state: 'failed_again', failedAgainAs: id }, changes);
        const name = `${exceptionClass}: ${fingerprint}`;
        state.again.set(name, (state.again.get(name) ?? 0) + 1);
      }
      const absent: (Absent & { readonly uuid: JobUuid; readonly job: Watched })[] = [];
      const now = clock.now().getTime();
      // What was pushed while we looked is in `jobs`, but was not asked for.
      for (const { uuid } of asked) {
        const job = jobs.get(uuid);
        if (job === undefined) continue;
        const where = located.value.get(uuid);
        if (where !== undefined) {
          Object.assign(job, { seen: true, absentSince: undefined, absentLooks: 0 });
          continue;
        }
        job.absentLooks += 1;
        if (now - (job.absentSince ?? now) >= absentForMs)
          absent.push({ uuid, job, ...job, recordable: job.seen || !state.unpaused });
        else job.absentSince ??= now;
      }
      const judged = await judgeAbsent(absent, world, signal);
      for (const { uuid, job } of absent) {
        const became = judged.get(job.failedId);
        if (became === 'done' || (became !== undefined && job.absentLooks >= looksUntilSure))
          settle(uuid, job, { state: became }, changes);
      }
      await write(changes);
      return changes.size;
    },

    callWaiting: () =>
      write(
        new Map(
          [...jobs.values()].map(({ failedId }): [FailedJobId, TargetChange] => [
            failedId,
            { state: 'waiting' },
          ]),
        ),
      ),
  };
}

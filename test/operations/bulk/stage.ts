import { failedJobId, findJobUuid, type JobUuid, type RequestId } from '../../../src/core/ids.ts';
import type { RunContext, Settled } from '../../../src/core/operation.ts';
import type { RequestView, TargetState } from '../../../src/core/request.ts';
import type { RunningExecution } from '../../../src/core/store-ports.ts';
import { looksUntilSure } from '../../../src/operations/bulk/absent.ts';
import { runBulk } from '../../../src/operations/bulk/run-bulk.ts';
import { restoreState } from '../../../src/operations/bulk/run-state.ts';
import { settleBulk } from '../../../src/operations/bulk/settle-bulk.ts';
import { frozen } from '../../../src/operations/failed-jobs-request.ts';
import type { App, ArtisanResult, NewFailure } from '../../../src/operations/ports.ts';
import type { World } from '../../../src/operations/world.ts';
import { createFakeRequests } from '../../fakes/requests.ts';
import { createFakeRunControl } from '../../fakes/run-control.ts';
import {
  candidate,
  createFakeApp,
  createFakeClock,
  createFakeWorld,
  description,
  endedWith,
  type FakeApp,
} from '../../fakes/world.ts';

/** `fails late`: its failure is recorded some looks after the job was deleted. */
export type Becomes = 'waits' | 'leaves' | 'fails' | 'fails late';

/** A set of failed jobs in memory that is approved, and runs when told. */
export interface BulkStage {
  readonly fake: FakeApp;
  readonly requests: ReturnType<typeof createFakeRequests>;
  readonly control: ReturnType<typeof createFakeRunControl>;
  /** What becomes of pushed jobs; `leaves` unless told. */
  becomes: (id: number) => Becomes;
  /** What artisan says of a call; left out: it pushes everything. Push with `push`. */
  answer: ((ids: readonly number[]) => ArtisanResult | Promise<ArtisanResult>) | undefined;
  /** Ids in the order in which they were pushed; twice where a job was pushed twice. */
  readonly pushed: number[];
  push(ids: readonly number[]): void;
  /** Of those that were pushed: still in their queues. */
  readonly waiting: ReadonlySet<number>;
  /** Workers take all of them before anybody looks. */
  takeAll(): void;
  /** Queues that are paused in the application. */
  readonly paused: Set<string>;
  readonly pauseCalls: string[];
  run(change?: Partial<RunContext<World>>): Promise<void>;
  settle(): Promise<Settled>;
  view(): Promise<RequestView>;
  state(id: number): TargetState | undefined;
  readonly execution: RunningExecution;
  readonly context: RunContext<World>;
  readonly clock: ReturnType<typeof createFakeClock>;
}

export interface BulkOptions {
  readonly facts?: Readonly<Record<string, unknown>>;
  /** Laravel is old, or its cache is not shared. */
  readonly noPause?: boolean;
  /** Jobs have business rows, `K-1` for the first; these of them are good. */
  readonly outcomes?: ReadonlySet<string>;
}

const rule = {
  property: 'attemptId',
  table: 'report_snapshots',
  key: 'attempt_id',
  good: "status = 'ready'",
};
const idIn = (uuid: string): number => Number(uuid.slice(-12));
const ok = <T>(value: T) => ({ ok: true as const, value });

export async function setBulk(count: number, options: BulkOptions = {}): Promise<BulkStage> {
  const ids = Array.from({ length: count }, (_, index) => index + 1);
  const candidates = ids.map((id) =>
    candidate(id, options.outcomes === undefined ? {} : { businessKey: `K-${id}` }),
  );
  const fake = createFakeApp(candidates);
  const requests = createFakeRequests();
  const control = createFakeRunControl(requests.memory);
  const clock = createFakeClock();
  const pushed: number[] = [];
  const waiting = new Set<number>();
  const failures: NewFailure[] = [];
  const paused = new Set<string>();
  const pauseCalls: string[] = [];
  const record = (id: number): void => {
    const uuid = findJobUuid(candidates[id - 1]?.jobUuid ?? undefined);
    failures.push({
      id: failedJobId(1_000_000 + failures.length),
      ...{ uuid, exceptionClass: 'RuntimeException', fingerprint: 'broke' },
    });
  };
  /** Looks until they are recorded. */
  const late = new Map<number, number>();
  const move = (): void => {
    for (const [id, looks] of [...late]) {
      late.set(id, looks - 1);
      if (looks > 1) continue;
      late.delete(id);
      record(id);
    }
    for (const id of [...waiting]) {
      const becomes = stage.becomes(id);
      if (becomes === 'waits') continue;
      waiting.delete(id);
      if (becomes === 'fails') record(id);
      if (becomes === 'fails late') late.set(id, looksUntilSure);
    }
  };
  fake.answer = async (uuids) => {
    const asked = uuids.map(idIn);
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (stage.answer !== undefined) return stage.answer(asked);
    stage.push(asked);
    return endedWith(uuids);
  };
  const app: App = {
    ...fake.app,
    description: {
      ...description,
      ...(options.noPause === true ? {} : { cache: { redisDatabase: 1, prefix: 'c' } }),
      ...(options.outcomes === undefined ? {} : { outcomes: new Map([['GenerateReportSnapshotJob', rule]]) }),
    },
    business: {
      ...fake.app.business,
      goodKeys: async (_, keys) => ok(new Set(keys.filter((key) => options.outcomes?.has(key)))),
    },
    queues: {
      ...fake.app.queues,
      locate: async (_, jobs) => {
        const found = jobs.filter(({ uuid }) => waiting.has(idIn(uuid)));
        const where = new Map(found.map(({ uuid }): [JobUuid, 'waiting'] => [uuid, 'waiting']));
        move();
        return ok(where);
      },
    },
    failures: {
      ...fake.app.failures,
      newer: async (after, limit) => ok(failures.filter(({ id }) => id > after).slice(0, limit)),
    },
    condition: {
      ...fake.app.condition,
      pausedNow: async () =>
        ok(
          [...paused].map((label) => {
            const [connection = '', name = ''] = label.split(':');
            return { connection, name };
          }),
        ),
    },
    artisan: {
      ...fake.app.artisan,
      async pause({ connection, name }) {
        pauseCalls.push(`pause ${connection}:${name}`);
        paused.add(`${connection}:${name}`);
        return endedWith([]);
      },
      async resume({ connection, name }) {
        pauseCalls.push(`resume ${connection}:${name}`);
        paused.delete(`${connection}:${name}`);
        return endedWith([]);
      },
    },
  };
  const world: World = {
    ...createFakeWorld(app, requests, clock),
    control,
  };
  const opened = await requests.open(
    {
      ...{ id: '01BULK' as RequestId, verb: 'retry-all', words: 'retry all', app: 'fap', host: 'api-1' },
      ...{ takesSlot: true, template: 'retry', reason: 'fixed', targets: candidates.map(frozen) },
      requester: { person: 'U0ANNA', teamId: 'T0HOME', userId: 'U0ANNA', name: 'Anna' },
      ...{ place: { teamId: 'T0HOME', channel: 'C0OPS' }, digest: 'd', policyVersion: 'p' },
      facts: {
        queues: [{ queue: 'database:reports', count, retryAfterSeconds: 90, costly: false }],
        ...options.facts,
      },
    },
    undefined,
  );
  if (!opened.ok) throw new Error('not opened');
  const context: RunContext<World> = {
    ...{ world, execution: opened.execution, requests, control, clock, changed: () => undefined },
    signal: new AbortController().signal,
  };
  const view = async (): Promise<RequestView> => {
    const found = await requests.find({ id: opened.execution.requestId });
    if (found === undefined) throw new Error('no request');
    return found;
  };
  const stage: BulkStage = {
    ...{ fake, requests, control, pushed, waiting, paused, pauseCalls, view, execution: opened.execution },
    ...{ context, clock },
    becomes: () => 'leaves',
    answer: undefined,
    push(numbers) {
      for (const id of numbers) {
        pushed.push(id);
        waiting.add(id);
        fake.rows.delete(failedJobId(id));
      }
    },
    takeAll: () => waiting.clear(),
    run: async (change) => runBulk({ ...context, ...change }, await view()),
    settle: async () => settleBulk(context, await view(), restoreState(await view())),
    state: (id) => requests.kept[0]?.targets.find(({ failedId }) => failedId === id)?.state,
  };
  return stage;
}

export const uuids = (stage: BulkStage, ids: readonly number[]): readonly string[] =>
  ids.flatMap((id) => stage.requests.kept[0]?.targets[id - 1]?.uuid ?? []);

/** As artisan ends by an exception at `at`, having pushed what came before it. */
export function stopsAt(
  stage: BulkStage,
  ids: readonly number[],
  at: number,
  decoding: boolean,
): ArtisanResult {
  const before = ids.slice(0, ids.indexOf(at));
  stage.push(before);
  const ended = endedWith(uuids(stage, before));
  if (ended.kind !== 'ended') throw new Error('it ended');
  return { ...ended, rc: 1, stoppedAt: { id: uuids(stage, [at])[0], decoding } };
}

import { renderReply } from '../../../src/cli/render-text.ts';
import type { AuditProofFound, DrillRecord } from '../../../src/core/drill.ts';
import { type FailedJobId, failedJobId, type JobUuid, type RequestId } from '../../../src/core/ids.ts';
import type { PlannedWrite, ReadContext, RunContext, Settled } from '../../../src/core/operation.ts';
import type { Locale } from '../../../src/core/people.ts';
import { exact, type Read } from '../../../src/core/reading.ts';
import type { Judged } from '../../../src/core/refusal.ts';
import type { Button } from '../../../src/core/reply.ts';
import type { RequestView, TargetState } from '../../../src/core/request.ts';
import type { DrillDescription } from '../../../src/core/runbook-description.ts';
import type { RunningExecution } from '../../../src/core/store-ports.ts';
import { parseWords, type Words } from '../../../src/core/words.ts';
import { drill } from '../../../src/operations/drill.ts';
import type { App, AppFacts, ArtisanResult, TargetCandidate } from '../../../src/operations/ports.ts';
import type { World } from '../../../src/operations/world.ts';
import { createFakeDrills } from '../../fakes/drills.ts';
import { createFakeRequests } from '../../fakes/requests.ts';
import { createFakeRunControl } from '../../fakes/run-control.ts';
import {
  candidate,
  createFakeApp,
  createFakeClock,
  createFakeWorld,
  description,
  endedWith,
  uuidOf,
} from '../../fakes/world.ts';

/** What a pushed job does when a worker takes it. */
export type Becomes = 'leaves' | 'waits' | 'fails';

export interface DrillStage {
  readonly world: World;
  readonly requests: ReturnType<typeof createFakeRequests>;
  readonly control: ReturnType<typeof createFakeRunControl>;
  readonly clock: ReturnType<typeof createFakeClock>;
  readonly records: readonly DrillRecord[];
  /** Rows of failed_jobs. A drill's own failure is 101. */
  readonly rows: Map<FailedJobId, TargetCandidate>;
  /** Commands that were handed to the host. */
  readonly sent: string[];
  environment: Read<AppFacts>;
  /** What the configuration's command does; left out: it makes failure 101 and ends with 0. */
  command: (() => ArtisanResult | Promise<ArtisanResult>) | undefined;
  /** What `queue:failed` lists; left out: what is there. */
  listed: (() => Read<ReadonlySet<string>>) | undefined;
  /** What artisan says of a retry; left out: it pushes and says so. */
  retried: ((uuids: readonly string[]) => ArtisanResult) | undefined;
  becomes: Becomes;
  /** Of the workers' group; undefined: their host can't be reached. */
  alive: number | undefined;
  /** The job's business row after it ran. */
  good: boolean;
  recovered: number;
  total: number;
  proof: AuditProofFound | undefined;
  /** Called at each wait: what happens in the world meanwhile. */
  meanwhile: ((waits: number) => void) | undefined;
  add(id: number, change?: Partial<TargetCandidate>): void;
  plan(words?: string): Promise<Judged<PlannedWrite<World>>>;
  /** Plans, opens and runs; and settles, as the same process does. */
  run(): Promise<Settled>;
  begin(): Promise<RunContext<World>>;
  settle(context: RunContext<World>, takenOver?: boolean): Promise<Settled>;
  view(): Promise<RequestView>;
  card(locale?: Locale): Promise<string>;
  /** Words of the buttons on the card. */
  buttons(): Promise<readonly string[]>;
  state(): TargetState | undefined;
}

export interface DrillStageOptions {
  readonly environment?: string;
  readonly drills?: Partial<DrillDescription>;
  /** No outcome rule knows the job's business row. */
  readonly noRule?: boolean;
}

const rule = {
  property: 'attemptId',
  table: 'report_snapshots',
  key: 'attempt_id',
  good: "status = 'ready'",
};
const ok = <T>(value: T) => ({ ok: true as const, value });

export const recoveredRule = { table: 'report_snapshots', where: "status = 'ready'", since: 'updated_at' };

export function setDrill(options: DrillStageOptions = {}): DrillStage {
  const fake = createFakeApp([candidate(7)]);
  const requests = createFakeRequests();
  const control = createFakeRunControl(requests.memory);
  const drillRecords = createFakeDrills(requests.memory);
  const sent: string[] = [];
  const waiting = new Set<string>();
  const again = new Map<JobUuid, FailedJobId>();
  const clock = createFakeClock();
  const wait = clock.wait.bind(clock);
  clock.wait = async (milliseconds, signal) => {
    await wait(milliseconds, signal);
    stage.meanwhile?.(clock.waited.length);
  };
  const push = (uuids: readonly string[]): ArtisanResult => {
    for (const [id, { uuid }] of fake.rows) {
      if (uuid === null || !uuids.includes(uuid)) continue;
      fake.rows.delete(id);
      waiting.add(uuid);
    }
    return endedWith(uuids);
  };
  const take = (): void => {
    if (stage.becomes === 'waits') return;
    for (const uuid of [...waiting]) {
      waiting.delete(uuid);
      if (stage.becomes === 'fails') again.set(uuid as JobUuid, failedJobId(102)); // it came from a row
    }
  };
  const app: App = {
    ...fake.app,
    description: {
      ...description,
      environment: options.environment ?? 'staging',
      queues: description.queues.map((queue) =>
        queue.name === 'reports'
          ? {
              ...{ ...queue, jobs: ['GenerateReportSnapshotJob'] },
              workers: { group: 'fap-queue-reports', hosts: ['api-1'] },
            }
          : queue,
      ),
      outcomes: options.noRule === true ? new Map() : new Map([['GenerateReportSnapshotJob', rule]]),
    },
    facts: { read: async () => stage.environment },
    rows: {
      look: async () => ok({ total: exact(stage.recovered), groups: [], rows: [] }),
    },
    business: {
      ...fake.app.business,
      isGood: async (_, key) =>
        ok({ table: 'report_snapshots', key, good: stage.good, shows: stage.good ? 'ready' : 'running' }),
    },
    workers: {
      ...fake.app.workers,
      list: async () => ({
        value: [
          {
            ...{ group: 'fap-queue-reports', queues: [], alive: stage.alive, expected: 2, processes: [] },
            unknownHosts: stage.alive === undefined ? ['api-1'] : [],
          },
        ],
        missing: [],
      }),
    },
    queues: {
      ...fake.app.queues,
      locate: async (_, jobs) => {
        const found = jobs.filter(({ uuid }) => waiting.has(uuid));
        take();
        return ok(new Map(found.map(({ uuid }): [JobUuid, 'waiting'] => [uuid, 'waiting'])));
      },
    },
    failures: {
      ...fake.app.failures,
      page: async () =>
        ok({ rows: [], next: undefined, total: exact(stage.total), complete: true, searched: 0 }),
      newer: async (after, limit) =>
        ok(
          [...fake.rows.values()]
            .filter(({ failedId }) => failedId > after)
            .slice(0, limit)
            .map(({ failedId: id, jobUuid, exceptionClass }) => ({
              ...{ id, uuid: jobUuid ?? undefined, exceptionClass, fingerprint: 'broke' },
            })),
        ),
      failedAgain: async () => ok(again),
    },
    artisan: {
      ...fake.app.artisan,
      async drill(queue, words) {
        sent.push(`drill ${queue}: ${words.join(' ')}`);
        if (stage.command !== undefined) return stage.command();
        stage.add(101);
        return endedWith([]);
      },
      async failed() {
        sent.push('failed');
        return stage.listed?.() ?? ok(new Set([...fake.rows.values()].map(({ uuid }) => uuid ?? '')));
      },
      async retry(uuids) {
        sent.push(`retry ${uuids.join(' ')}`);
        return stage.retried?.(uuids) ?? push(uuids);
      },
    },
  };
  const world: World = {
    ...createFakeWorld(app, requests, clock),
    ...{ control, drillRecords },
    drills: new Map([['reports', { queue: 'reports', ...(options.drills ?? usual) }]]),
    auditProof: {
      prove: async () =>
        stage.proof ?? {
          ...{ kind: 'holds', from: 1, to: 9 },
          events: ['CLAIMED', ...requests.events],
        },
    },
  };
  const context = (): ReadContext<World> => ({
    ...{ world, locale: 'en', signal: new AbortController().signal },
    asker: { teamId: 'T0HOME', userId: 'U0ANNA', name: 'Anna', operator: true, approver: false },
  });
  const plan = async (words = 'reports'): Promise<Judged<PlannedWrite<World>>> => {
    const parsed = drill.parse(wordsOf(words), world);
    return parsed.ok ? parsed.value.plan(context()) : parsed;
  };
  const open = async () => {
    const planned = must(await plan());
    const { app: name, host, takesSlot, template, targets, facts } = planned.request;
    const opened = await requests.open(
      {
        ...{ id: '01DRILL' as RequestId, verb: 'drill', words: 'drill reports', app: name, host }, // a made-up one
        ...{ takesSlot, template, targets, facts, reason: null, digest: 'd', policyVersion: 'p' },
        requester: { person: 'U0ANNA', teamId: 'T0HOME', userId: 'U0ANNA', name: 'Anna' },
        place: { teamId: 'T0HOME', channel: 'C0OPS' },
      },
      undefined,
    );
    if (!opened.ok) throw new Error(`not opened: ${opened.why}`);
    return { planned, context: contextOf(opened.execution) };
  };
  const contextOf = (execution: RunningExecution): RunContext<World> => ({
    ...{ world, execution, requests, control, clock, changed: () => undefined },
    signal: new AbortController().signal,
  });
  const settle: DrillStage['settle'] = async (of, takenOver = false) => {
    const execution = { ...of.execution, takenOver };
    const settled = await drill.settle({ ...of, execution });
    await requests.finish(of.execution, settled.state, settled.detail);
    return settled;
  };
  const view = async (): Promise<RequestView> => {
    const found = await requests.find({ id: '01DRILL' as RequestId }); // the one above
    if (found === undefined) throw new Error('no request');
    return found;
  };
  const stage: DrillStage = {
    ...{
      world,
      requests,
      control,
      clock,
      records: drillRecords.records,
      rows: fake.rows,
      sent,
      plan,
      settle,
    },
    ...{ command: undefined, listed: undefined, retried: undefined, proof: undefined, meanwhile: undefined },
    ...{ becomes: 'leaves', alive: 2, good: true, recovered: 1, total: 1, view },
    environment: ok({ laravel: '12.72.0', environment: 'staging', hostUser: 'www', clockOffsetSeconds: 0 }),
    add(id, change) {
      const row = candidate(id, { businessKey: 'A-1', ...change });
      fake.rows.set(row.failedId, row);
    },
    async run() {
      const { planned, context: running } = await open();
      await planned.run(running);
      return settle(running);
    },
    begin: async () => (await open()).context,
    card: async (locale = 'en') => renderReply(drill.card(await view(), world, locale)),
    async buttons() {
      const { parts } = drill.card(await view(), world, 'en');
      const found = parts.flatMap((part): readonly Button[] => {
        if (part.kind === 'buttons') return part.buttons;
        return part.kind === 'items' ? part.items.flatMap(({ buttons = [] }) => buttons) : [];
      });
      return found.map(({ press }) => (press.kind === 'words' ? press.words : press.verb));
    },
    state: () => requests.kept[0]?.targets[0]?.state,
  };
  return stage;
}

const usual = { makeFailure: { artisan: ['fap:drill', 'reports'] }, recovered: recoveredRule };

export const uuid101 = uuidOf(101);

function wordsOf(text: string): Words {
  const cut = parseWords(text);
  if (!cut.ok) throw new Error(cut.problem.code);
  return cut.words;
}

function must<T>(judged: Judged<T>): T {
  if (!judged.ok) throw new Error(`refused: ${judged.refusal.code}`);
  return judged.value;
}

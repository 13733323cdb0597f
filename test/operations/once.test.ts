import { describe, expect, it } from 'vitest';
import { renderReply } from '../../src/cli/render-text.ts';
import type { AuditActor } from '../../src/core/audit.ts';
import { failedJobId, type JobUuid, type RequestId } from '../../src/core/ids.ts';
import type { PlannedWrite, ReadContext, RunContext, Settled } from '../../src/core/operation.ts';
import type { Locale } from '../../src/core/people.ts';
import { exact, type Read } from '../../src/core/reading.ts';
import type { Judged, Refusal } from '../../src/core/refusal.ts';
import type { Reply } from '../../src/core/reply.ts';
import { parseWords, type Words } from '../../src/core/words.ts';
import { once } from '../../src/operations/once.ts';
import type {
  App,
  CallLimits,
  InspectedGroup,
  QueueName,
  QueueSizes,
  UpcomingJob,
  WorkerOptions,
  WorkResult,
} from '../../src/operations/ports.ts';
import { status } from '../../src/operations/status.ts';
import type { World } from '../../src/operations/world.ts';
import { sayRefusal } from '../../src/text/refusals.ts';
import { createFakeRequests } from '../fakes/requests.ts';
import { createFakeRunControl } from '../fakes/run-control.ts';
import {
  createFakeApp,
  createFakeClock,
  createFakeWorld,
  description,
  endedWith,
  uuidOf,
} from '../fakes/world.ts';

const anna: AuditActor = { person: 'U0ANNA', teamId: 'T0HOME', userId: 'U0ANNA', name: 'Anna' };
const ok = <T>(value: T): Read<T> => ({ ok: true, value });
const jobClass = 'App\\Jobs\\GenerateReportSnapshotJob';
const reports: QueueName = { connection: 'database', name: 'reports' };

const job = (id: number, change: Partial<UpcomingJob> = {}): UpcomingJob => ({
  ...{ ...reports, key: String(id), uuid: uuidOf(id), jobClass, attempts: 0, ageSeconds: 5 },
  ...{ timeoutSeconds: undefined, businessKey: `K-${id}`, ...change },
});
const sizes = (pending: number): QueueSizes => ({
  ...{ ...reports, configured: true, driver: 'database', oldestSeconds: 5 },
  ...{ pending: exact(pending), delayed: exact(2), reserved: exact(1), stuck: exact(0), failed: exact(0) },
});
const group: InspectedGroup = {
  ...{ group: 'fap-queue-reports', queues: [reports], alive: 2, expected: 2, unknownHosts: [], traps: [] },
  processes: [
    {
      ...{ host: 'api-1', name: 'fap-queue-reports_00', state: 'RUNNING', pid: 1, uptimeSeconds: 9 },
      ...{ description: '', restarts: undefined },
      command: {
        ...{ connection: 'database', queues: ['reports'], timeoutSeconds: 180, tries: 3, force: false },
        ...{ sleepSeconds: 3, maxTimeSeconds: undefined, maxJobs: undefined, memoryMegabytes: undefined },
      },
      settings: {
        ...{ command: undefined, processes: 2, autostart: true, autorestart: 'always', startSeconds: 1 },
        ...{ stopWaitSeconds: 360, user: 'www-data' },
      },
    },
  ],
};

/** What a worker says of a job, as an answer of artisan. */
const says = (key: string | undefined, said: 'began' | 'done' | 'failed', name = jobClass): WorkResult => ({
  ...endedWith([]),
  worked: { key, jobClass: name, said, milliseconds: 1_234 },
});

function stage() {
  const clock = createFakeClock();
  const requests = createFakeRequests();
  const control = createFakeRunControl(requests.memory);
  const calls: { worker: WorkerOptions; limits: CallLimits }[] = [];
  const fake = createFakeApp().app;
  const app: App = {
    ...fake,
    description: {
      ...description,
      outcomes: new Map([
        ['GenerateReportSnapshotJob', { property: 'a', table: 'report_snapshots', key: 'k', good: 'x' }],
      ]),
      queues: description.queues.map((queue) =>
        queue.name === 'reports'
          ? { ...queue, workers: { group: 'fap-queue-reports', hosts: ['api-1'] } }
          : queue,
      ),
    },
    queues: {
      ...fake.queues,
      sizes: async () => ({ value: [sizes(own.waiting.length)], missing: [] }),
      upcoming: async () => own.read(),
      reserved: async () => ({ value: own.held, missing: [] }),
      locate: async (_, jobs) =>
        ok(new Map(jobs.filter(({ uuid }) => own.back.has(uuid)).map(({ uuid }) => [uuid, 'waiting']))),
      mark: async () => ok({ tables: new Map([['jobs', 99]]), lists: new Map() }),
    },
    failures: {
      ...fake.failures,
      highest: async () => ok(failedJobId(500)),
      failedAgain: async (uuids) =>
        ok(new Map(uuids.flatMap((uuid) => (own.failed === uuid ? [[uuid, failedJobId(501)]] : [])))),
    },
    business: {
      ...fake.business,
      isGood: async (_, key) => ok({ table: 'report_snapshots', key, good: own.good, shows: '' }),
    },
    workers: {
      ...fake.workers,
      inspect: async () => ({ value: own.groups, missing: [] }),
    },
    condition: {
      read: async () => ({ value: { maintenance: own.maintenance, paused: own.paused }, missing: [] }),
      pausedNow: async () => ok(own.paused),
    },
    artisan: {
      ...fake.artisan,
      async workOne(_, worker, limits) {
        calls.push({ worker, limits });
        return own.answer();
      },
    },
  };
  const world: World = { ...createFakeWorld(app, requests, clock), control };
  const own = {
    ...{ clock, requests, control, calls, world, good: true, back: new Set<JobUuid>() },
    waiting: [job(1), job(2), job(3)],
    held: [] as ReturnType<typeof held>[],
    failed: undefined as JobUuid | undefined,
    groups: [group] as readonly InspectedGroup[],
    maintenance: false as boolean | undefined,
    paused: [] as readonly QueueName[],
    read: (): Read<readonly UpcomingJob[]> => ok(own.waiting),
    /** Left to itself the worker takes the first job and does it well. */
    answer: (): WorkResult | Promise<WorkResult> => {
      own.waiting = own.waiting.slice(1);
      return says('1', 'done');
    },
  };
  return own;
}
type Stage = ReturnType<typeof stage>;

const held = (id: number, overdue = false) => ({
  ...{ ...reports, key: String(id), uuid: uuidOf(id), jobClass, attempts: 1 },
  ...{ heldSeconds: 3, retryAfterSeconds: 90, timeoutSeconds: undefined, overdue },
});

function words(text: string): Words {
  const cut = parseWords(text);
  if (!cut.ok) throw new Error(cut.problem.code);
  return cut.words;
}
const contextOf = (world: World, locale: Locale = 'en'): ReadContext<World> => ({
  ...{ world, locale, signal: AbortSignal.timeout(60_000) },
  asker: { teamId: 'T0HOME', userId: 'U0ANNA', name: 'Anna', operator: true, approver: true },
});
async function planned({ world }: Stage, typed: string): Promise<Judged<PlannedWrite<World>>> {
  const parsed = once.parse(words(typed), world);
  return parsed.ok ? parsed.value.plan(contextOf(world)) : parsed;
}
async function refusal(on: Stage, typed: string): Promise<Refusal> {
  const judged = await planned(on, typed);
  if (judged.ok) throw new Error('it was not refused');
  return judged.refusal;
}
async function begun(on: Stage, typed = 'reports'): Promise<[PlannedWrite<World>, RunContext<World>]> {
  const plan = await planned(on, typed);
  if (!plan.ok) throw new Error(plan.refusal.code);
  const { reason = null, allowance: _, instead: __, ...request } = plan.value.request;
  const result = await on.requests.open(
    {
      ...{ ...request, id: 'R1' as RequestId, verb: 'once', words: '', requester: anna, reason }, // made up
      ...{ place: { teamId: 'T0HOME', channel: 'C0OPS' }, digest: 'd', policyVersion: 'p' },
    },
    undefined,
  );
  if (!result.ok) throw new Error(result.why);
  const context: RunContext<World> = {
    ...{ world: on.world, requests: on.requests, clock: on.clock, control: on.control },
    ...{ execution: result.execution, signal: new AbortController().signal, changed: () => undefined },
  };
  return [plan.value, context];
}
async function settle(on: Stage, context: RunContext<World>): Promise<Settled> {
  const settled = await once.settle(context);
  await on.requests.finish(context.execution, settled.state, settled.detail);
  return settled;
}
const draw = (reply: Reply): string =>
  [
    renderReply(reply),
    ...reply.parts
      .flatMap((part) => (part.kind === 'buttons' ? part.buttons : []))
      .map(({ label }) => `[${label}]`),
  ].join('\n');
async function cardOf(on: Stage, locale: Locale = 'en'): Promise<string> {
  const view = await on.requests.find({ number: 1 });
  if (view === undefined) throw new Error('no request');
  return draw(once.card(view, on.world, locale));
}
async function carryOut(on: Stage): Promise<{ readonly settled: Settled; readonly card: string }> {
  const [plan, context] = await begun(on);
  await plan.run(context);
  return { settled: await settle(on, context), card: await cardOf(on) };
}

describe('once', () => {
  it('runs one job as the workers of its group would, within a limit of the host above the job’s own', async () => {
    const on = stage();
    on.waiting = [job(1), job(2, { timeoutSeconds: 600 })];
    const { settled, card } = await carryOut(on);
    expect(on.calls).toHaveLength(1);
    expect(on.calls[0]?.worker).toEqual({ tries: 3, timeoutSeconds: 180, user: 'www-data' });
    expect(on.calls[0]?.limits.timeoutSeconds).toBe(630);
    expect(settled).toEqual({
      state: 'succeeded',
      detail: {
        ...{ end: 'done', jobClass: 'GenerateReportSnapshotJob', uuid: uuidOf(1), sure: true },
        ...{ unseen: false, milliseconds: 1234 },
      },
    });
    for (const part of [
      'GenerateReportSnapshotJob',
      'is done',
      '1.2 s',
      '3 tries, timeout 3 min',
      '[Run one]',
    ])
      expect(card).toContain(part);
    expect(await cardOf(on, 'zh-CN')).toContain('已完成');
    expect(on.requests.events).toEqual(['REQUESTED', 'INTENT', 'RESULT', 'OUTCOME']);
  });

  it('uses Laravel’s own limits where the command line could not be read, and says so', async () => {
    const on = stage();
    on.groups = [];
    const { card } = await carryOut(on);
    expect(on.calls[0]?.worker).toEqual({ tries: 1, timeoutSeconds: 60 });
    expect(card).toContain("Laravel's own limits");
  });

  it('needs no other login where artisan runs as the workers’ user anyway', async () => {
    const on = stage();
    on.groups = [
      {
        ...group,
        processes: group.processes.map((one) => ({
          ...one,
          settings: one.settings && { ...one.settings, user: 'deploy' },
        })),
      },
    ];
    await carryOut(on);
    expect(on.calls[0]?.worker.user).toBeUndefined();
  });

  it('bounds what its workers do not', async () => {
    const on = stage();
    on.groups = [
      {
        ...group,
        processes: group.processes.map((one) => ({
          ...one,
          command: one.command && { ...one.command, tries: 0, timeoutSeconds: 0 },
        })),
      },
    ];
    await carryOut(on);
    expect(on.calls[0]?.worker).toMatchObject({ tries: 255, timeoutSeconds: 3_600 });
    expect(on.calls[0]?.limits.timeoutSeconds).toBe(3_630);
  });

  it('bounds a job without a limit of its own', async () => {
    const on = stage();
    on.waiting = [job(1, { timeoutSeconds: 0 })];
    await carryOut(on);
    expect(on.calls[0]?.limits.timeoutSeconds).toBe(3_630);
  });

  it.each<[string, Partial<Stage>, string, string]>([
    ['maintenance mode', { maintenance: true }, 'no-once', 'maintenance mode'],
    ['a paused queue', { paused: [reports] }, 'once-paused', '/queue resume database:reports'],
    ['an empty queue', { waiting: [] }, 'queue-empty', 'Due later: 2. Being run: 1.'],
    ['a host that does not say', { maintenance: undefined }, 'part-missing', 'No answer'],
    [
      'a queue that can not be read',
      { read: () => ({ ok: false, missing: { part: 'database', name: 'fap', why: 'timeout' } }) },
      'part-missing',
      'database',
    ],
  ])('runs nothing with %s, and says why', async (_, change, code, part) => {
    const on = stage();
    Object.assign(on, change);
    const said = await refusal(on, 'reports');
    expect(said.code).toBe(code);
    expect(renderReply(sayRefusal(said, 'en'))).toContain(part);
    expect(renderReply(sayRefusal(said, 'zh-CN'))).not.toBe('');
    expect(on.calls).toEqual([]);
  });

  it('runs nothing of a queue that nobody configured', async () => {
    expect(await refusal(stage(), 'redis:other')).toMatchObject({ code: 'no-once', why: 'not-configured' });
  });

  it('asks by a button where running twice is costly', async () => {
    const on = stage();
    const said = await refusal(on, 'commerce');
    expect(said).toEqual({
      ...{ code: 'once-costly', queue: 'database:commerce', words: 'once database:commerce sure=yes' },
    });
    const [button] = sayRefusal(said, 'en').parts.flatMap((part) =>
      part.kind === 'buttons' ? part.buttons : [],
    );
    expect(button).toMatchObject({ label: 'Run one', press: { verb: 'once' }, confirm: { yes: 'Run one' } });
    expect((await planned(on, 'commerce sure=yes')).ok).toBe(true);
  });

  it('takes the slot, so that it waits for a run and a freeze stops it', async () => {
    const plan = await planned(stage(), 'reports');
    expect(plan.ok && plan.value.request).toMatchObject({
      ...{ takesSlot: true, targets: [] },
      facts: { queue: 'database:reports', tries: 3, timeoutSeconds: 180, limitSeconds: 210 },
    });
  });
});

describe('how a job ended', () => {
  it('is a failure, whatever the worker said', async () => {
    const on = stage();
    on.answer = () => {
      on.waiting = on.waiting.slice(1);
      on.failed = uuidOf(1);
      return says('1', 'done');
    };
    const { settled, card } = await carryOut(on);
    expect(settled).toMatchObject({ state: 'failed', detail: { end: 'failed', failedAs: 501 } });
    expect(card).toContain('failed, as 501');
    expect(card).toContain('[Show]');
  });

  it('is no success where its business row is not good', async () => {
    const on = stage();
    on.good = false;
    expect((await carryOut(on)).settled).toMatchObject({
      state: 'partial',
      detail: { end: 'ended-quietly' },
    });
  });

  it('is a release where it is in its queue again, due or not', async () => {
    const due = stage();
    due.answer = () => {
      due.waiting = [job(2), job(3), job(104, { uuid: uuidOf(1), attempts: 1 })];
      return says('1', 'failed');
    };
    const { settled, card } = await carryOut(due);
    expect(settled).toMatchObject({ state: 'partial', detail: { end: 'released' } });
    expect(card).toContain('put back');
    const later = stage();
    later.answer = () => {
      later.waiting = later.waiting.slice(1);
      later.back.add(uuidOf(1));
      return says('1', 'failed');
    };
    expect((await carryOut(later)).settled.detail).toMatchObject({ end: 'released' });
  });

  it('is open where the worker was killed in the middle', async () => {
    const on = stage();
    on.answer = () => {
      on.waiting = on.waiting.slice(1);
      on.held = [held(1)];
      return says('1', 'began');
    };
    expect((await carryOut(on)).settled).toMatchObject({ state: 'partial', detail: { end: 'held' } });
  });

  it('is told of the job that the worker named, though others moved', async () => {
    const on = stage();
    on.answer = () => {
      on.waiting = [];
      on.failed = uuidOf(2);
      return says('2', 'failed');
    };
    expect((await carryOut(on)).settled.detail).toMatchObject({ end: 'failed', uuid: uuidOf(2) });
  });

  it('is told of the only job of its class where the worker says no key', async () => {
    const on = stage();
    on.waiting = [job(1, { jobClass: 'App\\Jobs\\OtherJob' }), job(2)];
    on.answer = () => {
      on.waiting = [];
      return says(undefined, 'done');
    };
    expect((await carryOut(on)).settled.detail).toMatchObject({ end: 'done', uuid: uuidOf(2) });
  });

  it('is the worker’s word alone for a job that nobody saw before', async () => {
    const on = stage();
    on.answer = () => says('77', 'done');
    const { settled, card } = await carryOut(on);
    expect(settled).toMatchObject({ state: 'succeeded', detail: { end: 'said-done' } });
    expect(card).toContain('the worker says it is done');
  });

  it('is nothing where others had taken all, and unclear where several moved and none was named', async () => {
    const nothing = stage();
    nothing.answer = () => endedWith([]);
    expect((await carryOut(nothing)).settled).toMatchObject({
      state: 'not_started',
      detail: { end: 'nothing' },
    });
    const unclear = stage();
    unclear.answer = () => {
      unclear.waiting = [job(3)];
      return endedWith([]);
    };
    expect((await carryOut(unclear)).settled).toMatchObject({
      state: 'partial',
      detail: { end: 'unclear', jobs: 2 },
    });
  });

  it('takes no job for run that was held past its time and still is', async () => {
    const on = stage();
    on.held = [held(1, true)];
    on.answer = () => endedWith([]);
    expect((await carryOut(on)).settled.detail).toMatchObject({ end: 'nothing' });
  });

  it('is that nothing ran, and why, where the worker could not begin', async () => {
    const on = stage();
    on.answer = () => ({ ...endedWith([]), rc: 1, stderr: 'sudo: a password\n  is required' }) as WorkResult; // it ended
    const { settled, card } = await carryOut(on);
    expect(settled).toMatchObject({ state: 'not_started', detail: { end: 'not-started' } });
    expect(card).toContain('sudo: a password is required');
    expect(card).not.toContain('faster');
  });

  it('is that nothing ran where the host could not be reached', async () => {
    const on = stage();
    on.answer = () => ({ kind: 'not-started', why: 'unreachable: api-1' });
    const { settled, card } = await carryOut(on);
    expect(settled.detail).toEqual({ end: 'not-started', why: 'unreachable: api-1' });
    expect(card).toContain('unreachable: api-1');
  });
});

describe('a bot that died in the middle', () => {
  it('is followed by one that judges by the data and runs nothing', async () => {
    const on = stage();
    const [plan, context] = await begun(on);
    on.answer = () => {
      on.waiting = on.waiting.slice(1);
      on.failed = uuidOf(1);
      return Promise.reject(new Error('killed'));
    };
    await expect(plan.run(context)).rejects.toThrow('killed');
    const settled = await settle(on, context);
    expect(settled).toMatchObject({
      state: 'failed',
      detail: { end: 'failed', failedAs: 501, sure: false, unseen: true },
    });
    expect(on.calls).toHaveLength(1);
    expect(await cardOf(on)).toContain('another worker may have run it');
  });

  it('waits until the call it left can take no job any more', async () => {
    const on = stage();
    const [plan, context] = await begun(on);
    on.answer = () => Promise.reject(new Error('killed'));
    await expect(plan.run(context)).rejects.toThrow('killed');
    const calls = await on.requests.calls(context.execution.executionId);
    let looks = 0;
    const late = {
      ...on.requests,
      calls: async () => calls.map((call) => ({ ...call, lifeEndsAt: new Date(5_000) })),
      now: async () => {
        looks += 1;
        if (looks === 4) on.waiting = on.waiting.slice(1);
        return new Date(looks * 1_000);
      },
    };
    expect((await once.settle({ ...context, requests: late })).detail).toMatchObject({ end: 'done' });
    expect(looks).toBe(5);
    expect(on.requests.events).toContain('SUSPECT');
  });

  it('leaves nothing to judge where it had called nothing', async () => {
    const on = stage();
    const [, context] = await begun(on);
    expect((await settle(on, context)).state).toBe('not_started');
  });
});

describe('status of a queue', () => {
  it('offers to run one where one waits and a worker would take it', async () => {
    const said = async (on: Stage): Promise<string> => {
      const parsed = status.parse(words('reports'), on.world);
      const judged = parsed.ok ? await parsed.value.answer(contextOf(on.world)) : parsed;
      if (!judged.ok) throw new Error(judged.refusal.code);
      return draw(judged.value);
    };
    const on = stage();
    expect(await said(on)).toContain('[Run one]');
    on.paused = [reports];
    expect(await said(on)).not.toContain('[Run one]');
    const empty = stage();
    empty.waiting = [];
    expect(await said(empty)).not.toContain('[Run one]');
  });
});

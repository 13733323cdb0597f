import { describe, expect, it } from 'vitest';
import { renderReply } from '../../src/cli/render-text.ts';
import type { AuditActor } from '../../src/core/audit.ts';
import type { RequestId } from '../../src/core/ids.ts';
import type {
  PlannedWrite,
  ReadContext,
  RunContext,
  SealedWrite,
  Settled,
} from '../../src/core/operation.ts';
import type { PauseView } from '../../src/core/pause-ports.ts';
import type { Locale } from '../../src/core/people.ts';
import type { Read } from '../../src/core/reading.ts';
import type { Judged, Refusal } from '../../src/core/refusal.ts';
import type { Reply } from '../../src/core/reply.ts';
import type { RequestView } from '../../src/core/request.ts';
import { parseWords, type Words } from '../../src/core/words.ts';
import { pause } from '../../src/operations/pause.ts';
import type { App, ArtisanResult, QueueName } from '../../src/operations/ports.ts';
import { resume } from '../../src/operations/resume.ts';
import { resumeWhenDue } from '../../src/operations/resume-due.ts';
import { status } from '../../src/operations/status.ts';
import type { World } from '../../src/operations/world.ts';
import { sayRefusal } from '../../src/text/refusals.ts';
import { createFakePauses } from '../fakes/pauses.ts';
import { createFakeRequests } from '../fakes/requests.ts';
import {
  createFakeApp,
  createFakeClock,
  createFakeControl,
  createFakeWorld,
  description,
  endedWith,
} from '../fakes/world.ts';

const anna: AuditActor = { person: 'U0ANNA', teamId: 'T0HOME', userId: 'U0ANNA', name: 'Anna' };
const label = 'database:reports';
const away: Read<never> = { ok: false, missing: { part: 'host', name: 'api-1', why: 'unreachable' } };

/** An application whose artisan pauses as told, and everything around it in memory. */
function stage(change: { readonly laravel?: Read<string>; readonly noCache?: boolean } = {}) {
  const clock = createFakeClock();
  const requests = createFakeRequests();
  const pauses = createFakePauses(clock.now);
  const cached = new Set<string>();
  const calls: string[] = [];
  const laravel = change.laravel ?? { ok: true, value: '12.72.0' };
  const tell =
    (verb: 'pause' | 'resume') =>
    async (queue: QueueName): Promise<ArtisanResult> => {
      calls.push(`${verb} ${queue.connection}:${queue.name}`);
      return own.answer(verb);
    };
  const fake = createFakeApp().app;
  const app: App = {
    ...fake,
    description: {
      ...description,
      ...(change.noCache === true ? {} : { cache: { redisDatabase: 1, prefix: 'c' } }),
      queues: description.queues.map((queue) =>
        queue.name === 'reports'
          ? { ...queue, workers: { group: 'fap-queue-reports', hosts: ['api-1'] } }
          : queue,
      ),
    },
    facts: {
      read: async () =>
        laravel.ok
          ? {
              ok: true,
              value: { laravel: laravel.value, environment: 'x', hostUser: 'x', clockOffsetSeconds: 0 },
            }
          : laravel,
    },
    condition: {
      read: async () => ({ value: { maintenance: false, paused: own.paused() }, missing: [] }),
      pausedNow: async () => own.read(),
    },
    artisan: { ...fake.artisan, pause: tell('pause'), resume: tell('resume') },
  };
  const world: World = { ...createFakeWorld(app, requests, clock), pauses };
  const own = {
    ...{ clock, requests, pauses, cached, calls, world },
    paused: (): readonly QueueName[] =>
      description.queues.filter((queue) => cached.has(`${queue.connection}:${queue.name}`)),
    read: (): Read<readonly QueueName[]> => ({ ok: true, value: own.paused() }),
    answer: (verb: 'pause' | 'resume'): ArtisanResult => {
      if (verb === 'pause') cached.add(label);
      else cached.delete(label);
      return endedWith([label]);
    },
  };
  return own;
}
type Stage = ReturnType<typeof stage>;

function words(text: string): Words {
  const cut = parseWords(text);
  if (!cut.ok) throw new Error(cut.problem.code);
  return cut.words;
}
const contextOf = (world: World, locale: Locale = 'en'): ReadContext<World> => ({
  ...{ world, locale, signal: AbortSignal.timeout(60_000) },
  asker: { teamId: 'T0HOME', userId: 'U0ANNA', name: 'Anna', operator: true, approver: true },
});
async function planned(
  { world }: Stage,
  operation: SealedWrite<World>,
  typed: string,
): Promise<Judged<PlannedWrite<World>>> {
  const parsed = operation.parse(words(typed), world);
  return parsed.ok ? parsed.value.plan(contextOf(world)) : parsed;
}
async function refusal(on: Stage, operation: SealedWrite<World>, typed: string): Promise<Refusal> {
  const judged = await planned(on, operation, typed);
  if (judged.ok) throw new Error('it was not refused');
  return judged.refusal;
}

/** With its buttons, which a terminal does not show. */
const draw = (reply: Reply): string =>
  [renderReply(reply), ...buttonsOf(reply).map((name) => `[${name}]`)].join('\n');
const buttonsOf = ({ parts }: Reply): readonly string[] =>
  parts.flatMap((part) => (part.kind === 'buttons' ? part.buttons.map((button) => button.label) : []));

let ids = 0;
async function opened(
  { world, requests, clock }: Stage,
  operation: SealedWrite<World>,
  plan: PlannedWrite<World>,
): Promise<RunContext<World>> {
  ids += 1;
  const { reason = null, allowance: _, instead: __, ...request } = plan.request;
  const result = await requests.open(
    {
      ...{ ...request, id: `R${ids}` as RequestId, verb: operation.verb, words: '', requester: anna, reason }, // made up
      ...{ place: { teamId: 'T0HOME', channel: 'C0OPS' }, digest: 'd', policyVersion: 'p' },
    },
    undefined,
  );
  if (!result.ok) throw new Error('not opened');
  return {
    ...{ world, requests, clock, execution: result.execution, control: createFakeControl() },
    ...{ signal: new AbortController().signal, changed: () => undefined },
  };
}

/** plan → run → settle → outcome, as the pipeline does it. */
async function carryOut(
  on: Stage,
  operation: SealedWrite<World>,
  typed: string,
): Promise<{ readonly settled: Settled; readonly card: string; readonly context: RunContext<World> }> {
  const plan = await planned(on, operation, typed);
  if (!plan.ok) throw new Error(plan.refusal.code);
  const context = await opened(on, operation, plan.value);
  await plan.value.run(context);
  const settled = await operation.settle(context);
  await on.requests.finish(context.execution, settled.state, settled.detail);
  return { settled, card: await cardOf(on, operation, context), context };
}
async function cardOf(
  { requests, world }: Stage,
  operation: SealedWrite<World>,
  { execution }: RunContext<World>,
  pauseView?: PauseView,
  locale: Locale = 'en',
): Promise<string> {
  const view = await requests.find({ id: execution.requestId });
  if (view === undefined) throw new Error('no request');
  const shown: RequestView = pauseView === undefined ? view : { ...view, pause: pauseView };
  return draw(operation.card(shown, world, locale));
}

describe('pause', () => {
  it('reads queue, duration and reason, and takes no slip for a reason', () => {
    const { world } = stage();
    const code = (typed: string) => {
      const parsed = pause.parse(words(typed), world);
      return parsed.ok ? parsed.value.target : parsed.refusal.code;
    };
    expect(code('reports')).toBe('queue=database:reports');
    expect(code('database_reports:reports 10m')).toBe('queue=database:reports');
    expect(code('reports 10 minutes')).toBe('not-a-duration');
    expect(code('reports 十分钟')).toBe('not-a-duration');
    expect(code('reports １０分')).toBe('not-a-duration');
    expect(code('reports 半小时')).toBe('not-a-duration');
    expect(code('reports 31d')).toBe('duration-too-long');
    expect(code('reports 10m the provider is down')).toBe('queue=database:reports');
    expect(code('')).toBe('missing-argument');
    expect(code('nowhere')).toBe('unknown-queue');
  });

  it('takes no slot, so it waits for no run and works while changes are frozen', async () => {
    const plan = await planned(stage(), pause, 'reports 10m the provider is down');
    expect(plan.ok && plan.value.request).toMatchObject({
      ...{ takesSlot: false, reason: 'the provider is down', targets: [] },
      facts: { queue: label, seconds: 600 },
    });
  });

  it('is in the store before artisan is called, and done when the cache says so', async () => {
    const on = stage();
    const { answer } = on;
    on.answer = (verb) => {
      expect(on.pauses.live.get(label)?.number).toBe(1);
      return answer(verb);
    };
    const { settled, card } = await carryOut(on, pause, 'reports 10m the provider is down');
    expect(settled).toMatchObject({ state: 'succeeded' });
    expect(on.requests.events).toEqual(['REQUESTED', 'INTENT', 'RESULT', 'OUTCOME']);
    expect(on.pauses.live.get(label)?.until).toEqual(new Date(on.clock.now().getTime() + 600_000));
    for (const part of ['is paused', 'the provider is down', '10 min', 'U0ANNA', '[Resume]'])
      expect(card).toContain(part);
  });

  it('is taken back where artisan said so and the cache does not: it would be seen and lifted by nobody', async () => {
    const on = stage();
    on.answer = () => endedWith([label]);
    const { settled, card } = await carryOut(on, pause, 'reports');
    expect(on.calls).toEqual([
      ...['pause database:reports', 'pause database:reports', 'resume database:reports'],
    ]);
    expect(settled).toMatchObject({ state: 'failed', detail: { takenBack: true } });
    expect([...on.pauses.live.keys()]).toEqual([]);
    expect(on.pauses.ended).toEqual([{ queue: label, how: 'lapsed', by: 1 }]);
    expect(card).toContain('was not paused');
    expect(card).toContain('Check cache');
  });

  it('is made again where a run let go of the queue in the same moment', async () => {
    const on = stage();
    const { answer } = on;
    let calls = 0;
    on.answer = (verb) => {
      calls += 1;
      return calls === 1 ? endedWith([label]) : answer(verb);
    };
    expect((await carryOut(on, pause, 'reports')).settled.state).toBe('succeeded');
    expect(on.calls).toEqual(['pause database:reports', 'pause database:reports']);
  });

  it('is none where artisan failed, in its own words', async () => {
    const on = stage();
    on.answer = () => ({ ...endedWith([]), rc: 1, stdout: 'no such\n command' }) as ArtisanResult; // it ended
    const { settled, card } = await carryOut(on, pause, 'reports');
    expect(settled).toMatchObject({ state: 'failed', detail: { why: 'no such command' } });
    expect(card).toContain('no such command');
    expect(on.calls).toEqual(['pause database:reports']);
  });

  it('did not start where the host could not be reached, and says why', async () => {
    const on = stage();
    on.answer = () => ({ kind: 'not-started', why: 'unreachable: api-1' });
    const { settled, card } = await carryOut(on, pause, 'reports');
    expect(settled.state).toBe('not_started');
    expect(card).toContain('unreachable: api-1');
  });

  it('is judged by the data after a lost connection', async () => {
    const on = stage();
    on.answer = () => {
      on.cached.add(label);
      return { kind: 'unknown', why: 'connection lost', stdout: '', stderr: '', durationMs: 1 };
    };
    expect((await carryOut(on, pause, 'reports')).settled.state).toBe('succeeded');
  });

  it('waits with its judgement until a call whose end nobody saw can’t take effect any more', async () => {
    const on = stage();
    const plan = await planned(on, pause, 'reports');
    if (!plan.ok) throw new Error('refused');
    const context = await opened(on, pause, plan.value);
    on.answer = () => ({ kind: 'unknown', why: 'connection lost', stdout: '', stderr: '', durationMs: 1 });
    await plan.value.run(context);
    const calls = await on.requests.calls(context.execution.executionId);
    let looks = 0;
    const late = {
      ...on.requests,
      calls: async () => calls.map((call) => ({ ...call, lifeEndsAt: new Date(5_000) })),
      now: async () => {
        looks += 1;
        if (looks === 3) on.cached.add(label);
        return new Date(looks * 1_000);
      },
    };
    expect((await pause.settle({ ...context, requests: late })).state).toBe('succeeded');
    expect(looks).toBe(3);
  });

  it('is not judged while the cache does not answer', async () => {
    const on = stage();
    const plan = await planned(on, pause, 'reports');
    if (!plan.ok) throw new Error('refused');
    const context = await opened(on, pause, plan.value);
    await plan.value.run(context);
    on.read = () => ({ ok: false, missing: { part: 'redis', name: 'fap', why: 'unreachable' } });
    await expect(pause.settle(context)).rejects.toThrow('redis');
  });

  it('replaces an earlier pause with another end, and leaves one without end as it is', async () => {
    const on = stage();
    await carryOut(on, pause, 'reports 10m');
    await carryOut(on, pause, 'reports');
    expect(on.pauses.ended).toEqual([{ queue: label, how: 'replaced', by: 2 }]);
    expect(on.pauses.live.get(label)).toMatchObject({ number: 2, until: null });
    const said = await refusal(on, pause, 'reports');
    expect(said).toMatchObject({ code: 'already-paused', by: { userId: 'U0ANNA', request: 2 } });
    expect(draw(sayRefusal(said, 'en'))).toMatch(/paused already, by .*U0ANNA.*#2[\s\S]*\[Resume\]/);
  });

  it('leaves alone what was paused past Queuekeeper', async () => {
    const on = stage();
    on.cached.add(label);
    expect(await refusal(on, pause, 'reports 10m')).toEqual({
      ...{ code: 'already-paused', queue: label, resume: 'resume database:reports' },
    });
  });

  it('is a person’s own pause where a run holds the queue', async () => {
    const on = stage();
    on.cached.add(label);
    on.pauses.held.set(label, 9);
    expect((await carryOut(on, pause, 'reports')).settled.state).toBe('succeeded');
    expect(on.calls).toEqual(['pause database:reports']);
  });

  it('tells on its card how it ended', async () => {
    const on = stage();
    const { context } = await carryOut(on, pause, 'reports 10m');
    const ended = (how: PauseView['ended'], locale: Locale = 'en') =>
      cardOf(
        on,
        pause,
        context,
        { until: null, endedAt: on.clock.now(), ended: how, endedNumber: 13, endedBy: anna },
        locale,
      );
    expect(await ended('due')).toMatch(/its time is over and it is resumed \(#13\)/);
    expect(await ended('resumed')).toMatch(/U0ANNA.* has resumed it \(#13\)/);
    expect(await ended('replaced')).toContain('#13 has paused it anew');
    expect(await ended('due')).not.toContain('[Resume]');
    expect(await ended('due', 'zh-CN')).toContain('时间已到');
  });
});

describe('what forbids to pause or resume', () => {
  it.each<[string, Parameters<typeof stage>[0], string]>([
    ['an old Laravel', { laravel: { ok: true, value: '8.83.26' } }, '8.83.26'],
    ['a Laravel just too old', { laravel: { ok: true, value: '12.39.0' } }, '12.40'],
    ['a cache that is not shared', { noCache: true }, 'cache'],
  ])('is %s, with what can be done instead', async (_, change, part) => {
    for (const operation of [pause, resume]) {
      const said = await refusal(stage(change), operation, 'reports');
      expect(said.code).toBe('no-pause');
      for (const locale of ['en', 'zh-CN'] as const) {
        const text = renderReply(sayRefusal(said, locale));
        expect(text).toContain(part);
        expect(text).toContain('supervisorctl stop fap-queue-reports:*');
      }
    }
  });

  it('is a queue that nobody configured', async () => {
    expect(await refusal(stage(), pause, 'redis:other')).toMatchObject({ why: 'not-configured' });
  });

  it('is a host that is away; what is known all the same is said', async () => {
    const on = stage({ laravel: away });
    on.cached.add(label);
    const said = await refusal(on, resume, 'reports');
    expect(said).toMatchObject({ code: 'pause-blind', paused: true });
    const text = renderReply(sayRefusal(said, 'en'));
    expect(text).toContain('host api-1 can not be reached');
    expect(text).toContain('It is paused now.');
  });

  it('is a cache that does not answer: nobody could see whether it worked', async () => {
    const on = stage();
    on.read = () => ({ ok: false, missing: { part: 'redis', name: 'fap', why: 'timeout' } });
    expect(await refusal(on, pause, 'reports')).toMatchObject({ code: 'pause-blind', paused: undefined });
  });
});

describe('resume', () => {
  it('lifts a person’s pause, before its time as well', async () => {
    const on = stage();
    await carryOut(on, pause, 'reports 10m');
    const { settled, card } = await carryOut(on, resume, 'reports');
    expect(settled.state).toBe('succeeded');
    expect([...on.cached]).toEqual([]);
    expect(on.pauses.ended).toEqual([{ queue: label, how: 'resumed', by: 2 }]);
    expect(card).toContain('is resumed');
  });

  it('lifts what was paused past Queuekeeper, and says so', async () => {
    const on = stage();
    on.cached.add(label);
    expect((await carryOut(on, resume, 'reports')).card).toContain('not by Queuekeeper');
  });

  it('tidies up where the pause was lifted past Queuekeeper', async () => {
    const on = stage();
    await carryOut(on, pause, 'reports');
    on.cached.clear();
    expect((await carryOut(on, resume, 'reports')).settled.state).toBe('succeeded');
    expect([...on.pauses.live]).toEqual([]);
  });

  it('has nothing to do where nothing is paused, and leaves a run what it needs', async () => {
    const on = stage();
    expect(await refusal(on, resume, 'reports')).toEqual({ code: 'not-paused', queue: label });
    on.cached.add(label);
    on.pauses.held.set(label, 9);
    expect(await refusal(on, resume, 'reports')).toMatchObject({ code: 'paused-by-run', request: 9 });
  });

  it('ends the person’s pause and leaves the lifting to a run that holds the queue', async () => {
    const on = stage();
    await carryOut(on, pause, 'reports');
    on.pauses.held.set(label, 9);
    const { settled, card } = await carryOut(on, resume, 'reports');
    expect(settled).toMatchObject({ state: 'succeeded', detail: { handedTo: 9 } });
    expect(on.calls).toEqual(['pause database:reports']);
    expect([...on.pauses.live]).toEqual([]);
    expect(card).toContain('as soon as #9 lets go of it');
  });

  it('pauses again for a run that began to hold the queue while it was lifted', async () => {
    const on = stage();
    await carryOut(on, pause, 'reports');
    const { answer } = on;
    on.answer = (verb) => {
      if (verb === 'resume') on.pauses.held.set(label, 9);
      return answer(verb);
    };
    expect((await carryOut(on, resume, 'reports')).settled.detail).toMatchObject({ handedTo: 9 });
    expect([...on.cached]).toEqual([label]);
  });

  it('leaves the pause in force, and due again, where it could not be lifted', async () => {
    const on = stage();
    await carryOut(on, pause, 'reports 10m');
    on.answer = () => ({ kind: 'not-started', why: 'unreachable: api-1' });
    const { settled, card } = await carryOut(on, resume, 'reports');
    expect(settled.state).toBe('not_started');
    expect(on.pauses.live.get(label)).toMatchObject({ lifting: false });
    expect(card).toContain('is still paused');
    expect(card).toContain('[Resume]');
  });
});

describe('a pause whose time is over', () => {
  /** Lets the loop look so often. */
  async function turns(on: Stage, count: number): Promise<readonly RunContext<World>[]> {
    const stopping = new AbortController();
    const begun: RunContext<World>[] = [];
    let left = count;
    await resumeWhenDue(
      {
        ...{ pauses: on.pauses, worlds: new Map([['fap', on.world]]) },
        log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
        clock: {
          now: on.clock.now,
          async wait(ms) {
            await on.clock.wait(ms);
            left -= 1;
            if (left === 0) stopping.abort();
          },
        },
        executions: {
          async start({ operation, planned: plan, requester, words: said }) {
            expect([requester.userId, said]).toEqual(['U0ANNA', 'resume database:reports']);
            const context = await opened(on, operation, plan);
            begun.push(context);
            await plan.run(context);
            const settled = await operation.settle(context);
            await on.requests.finish(context.execution, settled.state, settled.detail);
            return { ok: true, value: null };
          },
        },
      },
      stopping.signal,
    );
    return begun;
  }

  it('is lifted by a request of its own in the name of who paused, once, not before', async () => {
    const on = stage();
    await carryOut(on, pause, 'reports 10s');
    expect(await turns(on, 3)).toEqual([]);
    expect([...on.cached]).toEqual([label]);
    const [context, ...more] = await turns(on, 20);
    expect(more).toEqual([]);
    expect([...on.cached]).toEqual([]);
    expect(on.pauses.ended).toEqual([{ queue: label, how: 'due', by: 2 }]);
    if (context === undefined) throw new Error('nothing was lifted');
    expect(await cardOf(on, resume, context)).toContain('the time of pause #1 is over');
  });

  it('is lifted as soon as the host is back', async () => {
    const on = stage();
    await carryOut(on, pause, 'reports 10s');
    const { answer } = on;
    let tries = 0;
    on.answer = (verb) => {
      tries += 1;
      return tries < 4 ? { kind: 'not-started', why: 'unreachable' } : answer(verb);
    };
    expect(await turns(on, 20)).toHaveLength(1);
    expect(tries).toBe(4);
    expect(on.pauses.ended).toEqual([{ queue: label, how: 'due', by: 2 }]);
  });

  it('stays in force, and says so, where the host does not come back for long', async () => {
    const on = stage();
    await carryOut(on, pause, 'reports 10s');
    on.answer = () => ({ kind: 'not-started', why: 'unreachable' });
    const [context] = await turns(on, 20);
    if (context === undefined) throw new Error('nothing was tried');
    expect(await cardOf(on, resume, context)).toContain('tried again by itself');
    expect(on.pauses.live.has(label)).toBe(true);
  });
});

describe('status', () => {
  const said = async (on: Stage, typed = '', locale: Locale = 'en'): Promise<string> => {
    const parsed = status.parse(words(typed), on.world);
    const judged = parsed.ok ? await parsed.value.answer(contextOf(on.world, locale)) : parsed;
    if (!judged.ok) throw new Error(judged.refusal.code);
    return draw(judged.value);
  };

  it('says who paused, until when and why; or which request, or that it was not us', async () => {
    const on = stage();
    on.cached.add(label);
    expect(await said(on)).toContain('reports is paused, not by Queuekeeper');
    on.pauses.held.set(label, 9);
    expect(await said(on)).toContain('is paused by #9 while it pushes jobs');
    await carryOut(on, pause, 'reports 10m');
    expect(await said(on)).toMatch(/reports is paused by .*U0ANNA.* \(#1\), until/);
    expect(await said(on, '', 'zh-CN')).toMatch(/reports 已由 .*U0ANNA.* 暂停（#1）/);
  });

  it('says that a pause was lifted past us', async () => {
    const on = stage();
    await carryOut(on, pause, 'reports');
    await on.clock.wait(60_000);
    on.cached.clear();
    expect(await said(on)).toContain('it was lifted past Queuekeeper');
  });

  it('offers of one queue what fits', async () => {
    const on = stage();
    expect(await said(on, 'reports')).toContain('[Pause]');
    on.cached.add(label);
    const paused = await said(on, 'reports');
    expect(paused).toContain('[Resume]');
    expect(paused).not.toContain('[Pause]');
    expect(await said(on, 'commerce')).not.toContain('is paused');
  });
});

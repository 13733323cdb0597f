import { describe, expect, it } from 'vitest';
import type { AuditActor } from '../../../src/core/audit.ts';
import type { Clock } from '../../../src/core/clock.ts';
import { failedJobId, type RequestId, type RunId } from '../../../src/core/ids.ts';
import type { RunContext } from '../../../src/core/operation.ts';
import { resumeLeft } from '../../../src/operations/bulk/resume-left.ts';
import { restoreState } from '../../../src/operations/bulk/run-state.ts';
import type { World } from '../../../src/operations/world.ts';
import { endedWith } from '../../fakes/world.ts';
import { type BulkStage, setBulk, stopsAt, uuids } from './stage.ts';

const bo: AuditActor = { person: 'U0BO', teamId: 'T0HOME', userId: 'U0BO', name: 'Bo' };
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
const sizes = ({ fake }: BulkStage): readonly number[] => fake.artisanCalls.map((ids) => ids.length);

describe('a run over a whole set', () => {
  it('pushes each job once, oldest first, the first chunk small, three calls side by side', async () => {
    const stage = await setBulk(1_750);
    let [now, most] = [0, 0];
    stage.answer = async (ids) => {
      now += 1;
      most = Math.max(most, now);
      // In turns of the event loop: whoever is to be beside it comes, however long a turn takes.
      for (let turn = 0; turn < 50; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
      now -= 1;
      stage.push(ids);
      return endedWith(uuids(stage, ids));
    };
    await stage.run();
    expect(sizes(stage)).toEqual([100, 500, 500, 500, 150]);
    expect([...stage.pushed].sort((a, b) => a - b)).toEqual(range(1, 1_750));
    expect(most).toBe(3);
    expect(await stage.settle()).toMatchObject({
      state: 'succeeded',
      detail: { requested: 1_750, pushed: 1_750 },
    });
  });

  it.each([
    ['larger calls where jobs go quickly, even ones at the end', 1, [100, 500, 500, 500, 1_000, 800, 534]],
    ['calls that end soon where they do not', 20, [100, 500, 500, 500, 500, 500, 500]],
  ])('makes %s', async (_, msPerJob, sized) => {
    const stage = await setBulk(5_000);
    stage.answer = (ids) => {
      stage.push(ids);
      return { ...endedWith(uuids(stage, ids)), durationMs: ids.length * msPerJob };
    };
    await stage.run();
    expect(sizes(stage).slice(0, sized.length)).toEqual(sized);
    expect([...stage.pushed].sort((a, b) => a - b)).toEqual(range(1, 5_000));
  });

  it('names no row to artisan that is gone or is not what was frozen any more', async () => {
    const stage = await setBulk(4);
    stage.fake.rows.delete(failedJobId(1));
    const edited = stage.fake.rows.get(failedJobId(2));
    if (edited !== undefined) stage.fake.rows.set(failedJobId(2), { ...edited, queue: 'commerce' });
    await stage.run();
    expect(stage.pushed).toEqual([3, 4]);
    expect([stage.state(1), stage.state(2)]).toEqual(['gone_before', 'present']);
    expect((await stage.settle()).state).toBe('partial');
  });

  it('isolates a row that can not be decoded and goes on with the rest of its call', async () => {
    const stage = await setBulk(300);
    stage.answer = (ids) => {
      if (ids.includes(50)) return stopsAt(stage, ids, 50, true);
      stage.push(ids);
      return endedWith(uuids(stage, ids));
    };
    await stage.run();
    expect([...stage.pushed].sort((a, b) => a - b)).toEqual(range(1, 300).filter((id) => id !== 50));
    expect(stage.state(50)).toBe('stuck');
    expect(await stage.settle()).toMatchObject({ state: 'partial', detail: { pushed: 299, stuck: 1 } });
  });

  it('goes on past several such rows in a row', async () => {
    const stage = await setBulk(20);
    stage.answer = (ids) => {
      const bad = ids.find((id) => id <= 4);
      if (bad !== undefined) return stopsAt(stage, ids, bad, true);
      stage.push(ids);
      return endedWith(uuids(stage, ids));
    };
    await stage.run();
    expect(await stage.settle()).toMatchObject({ detail: { pushed: 16, stuck: 4 } });
  });

  it('calls any other stop double risk, since the job may have been pushed, and goes on with the others', async () => {
    const stage = await setBulk(10);
    stage.answer = (ids) => {
      if (ids.includes(4)) return stopsAt(stage, ids, 4, false);
      stage.push(ids);
      return endedWith(uuids(stage, ids));
    };
    await stage.run();
    expect(stage.state(4)).toBe('double_risk');
    expect(stage.pushed).toHaveLength(9);
  });

  it('ends after two stops in a row without progress, as when Redis is down', async () => {
    const stage = await setBulk(2_000);
    stage.answer = (ids) => stopsAt(stage, ids, ids[0] ?? 0, false);
    await stage.run();
    expect(stage.fake.artisanCalls.length).toBeLessThanOrEqual(4);
    const settled = await stage.settle();
    expect(settled).toMatchObject({ state: 'failed', detail: { ended: 'fruitless' } });
  });

  it('says why nothing was started when the host can not be reached', async () => {
    const stage = await setBulk(20);
    stage.answer = () => ({ kind: 'not-started', why: 'unreachable' });
    await stage.run();
    const settled = await stage.settle();
    expect(settled).toMatchObject({ state: 'not_started', detail: { why: 'unreachable', present: 20 } });
    expect(settled.detail['ended']).toBe('fruitless');
  });

  it('takes the first job of a lost call for double risk at once, and runs the others when nothing of it can live', async () => {
    const stage = await setBulk(10);
    let calls = 0;
    stage.answer = (ids) => {
      calls += 1;
      if (calls === 1) {
        stage.push(ids.slice(0, 3));
        return { kind: 'unknown', why: 'connection lost', stdout: '', stderr: '', durationMs: 1 };
      }
      expect(stage.state(4)).toBe('double_risk');
      stage.push(ids);
      return endedWith(uuids(stage, ids));
    };
    stage.becomes = () => 'waits';
    await stage.run();
    expect(stage.pushed).toEqual([1, 2, 3, 5, 6, 7, 8, 9, 10]);
    const settled = await stage.settle();
    expect(settled).toMatchObject({ state: 'partial', detail: { double_risk: 1, pushed: 9 } });
  });

  it.each(['stop', 'freeze'] as const)('ends before the next chunk after %s', async (brake) => {
    const stage = await setBulk(3_000);
    stage.answer = async (ids) => {
      stage.push(ids);
      if (brake === 'stop') await stage.control.press('stop', stage.execution.requestId, bo);
      else
        stage.requests.memory.freezes.set('fap', { app: 'fap', reason: 'incident', by: bo, at: new Date(0) });
      return endedWith(uuids(stage, ids));
    };
    await stage.run();
    const settled = await stage.settle();
    expect(settled.state).toBe('partial');
    expect(settled.detail['ended']).toBe(brake === 'stop' ? 'stopped' : 'frozen');
    expect(stage.pushed.length).toBeLessThan(3_000);
    expect(settled.detail['present']).toBe(3_000 - stage.pushed.length);
  });

  it('is gone on with by another process, which pushes what is still frozen and nothing twice', async () => {
    const stage = await setBulk(1_500);
    let calls = 0;
    const push = (ids: readonly number[]) => {
      stage.push(ids);
      return endedWith(uuids(stage, ids));
    };
    stage.answer = (ids) => {
      calls += 1;
      // The process is cut off between two calls.
      if (calls === 2) stage.requests.stealLease();
      return push(ids);
    };
    await expect(stage.run()).rejects.toThrow();
    const kept = stage.requests.kept[0];
    if (kept === undefined) throw new Error('no request');
    kept.leaseToken = 'ours';
    // Calls whose end is not on record forbid going on; what they did is judged by the data.
    kept.calls = kept.calls.map((call) => ({ ...call, state: 'ended' }));
    stage.answer = push;
    await stage.run({ execution: { ...stage.execution, takenOver: true } });
    expect(new Set(stage.pushed).size).toBe(stage.pushed.length);
    const settled = await stage.settle();
    expect(settled.detail['frozen']).toBeUndefined();
    expect((await stage.view()).countsByState.frozen).toBeUndefined();
  });
});

describe('pauses', () => {
  it('keep workers from the queue while jobs are pushed, and end with the run', async () => {
    const stage = await setBulk(300);
    const seen: boolean[] = [];
    stage.answer = (ids) => {
      seen.push(stage.paused.has('database:reports'));
      stage.push(ids);
      return endedWith(uuids(stage, ids));
    };
    await stage.run();
    expect(seen.every((one) => one)).toBe(true);
    expect([...stage.paused]).toEqual([]);
    expect((await stage.view()).execution?.progress['paused']).toEqual([]);
  });

  it('leave a queue paused that a person had paused', async () => {
    const stage = await setBulk(3);
    stage.paused.add('database:reports');
    await stage.run();
    expect(stage.pauseCalls).toEqual([]);
    expect([...stage.paused]).toEqual(['database:reports']);
  });

  it('leave paused what a person paused in the middle, and what was paused for a person is held for the run as well', async () => {
    const stage = await setBulk(150);
    const { pauses } = stage.context.world;
    const pausing = { ...stage.execution, requestId: '01PAUSE' as RequestId, number: 7 }; // made up
    stage.answer = async (ids) => {
      // While the run holds the queue a person pauses it; later one lifts that again.
      if (stage.pushed.length === 0) await pauses.begin(pausing, 'database:reports', undefined);
      expect(stage.paused.has('database:reports')).toBe(true);
      stage.push(ids);
      return endedWith(uuids(stage, ids));
    };
    await stage.run();
    expect([...stage.paused]).toEqual(['database:reports']);
    expect(stage.pauseCalls).not.toContain('resume database:reports');
    expect((await stage.view()).execution?.progress['paused']).toEqual([]);
  });

  it('end with the run where the person’s pause was lifted meanwhile', async () => {
    const stage = await setBulk(150);
    const { pauses } = stage.context.world;
    const pausing = { ...stage.execution, requestId: '01PAUSE' as RequestId, number: 7 }; // made up
    stage.paused.add('database:reports');
    await pauses.begin(pausing, 'database:reports', undefined);
    stage.answer = async (ids) => {
      expect((await stage.view()).execution?.progress['paused']).toEqual(['database:reports']);
      await pauses.end(pausing, 'database:reports', 'resumed');
      stage.push(ids);
      return endedWith(uuids(stage, ids));
    };
    await stage.run();
    expect([...stage.paused]).toEqual([]);
  });

  it('pause again what a person paused while it was being resumed', async () => {
    const stage = await setBulk(3);
    const { app, pauses } = stage.context.world;
    const pausing = { ...stage.execution, requestId: '01PAUSE' as RequestId, number: 7 }; // made up
    const resume: typeof app.artisan.resume = async (...asked) => {
      await pauses.begin(pausing, 'database:reports', undefined);
      return app.artisan.resume(...asked);
    };
    await stage.run({
      world: { ...stage.context.world, app: { ...app, artisan: { ...app.artisan, resume } } },
    });
    expect(stage.pauseCalls.at(-1)).toBe('pause database:reports');
    expect([...stage.paused]).toEqual(['database:reports']);
  });

  it('are noted before they begin, so that whoever takes the run over ends them', async () => {
    const stage = await setBulk(3);
    await stage.control.progress(stage.execution, { paused: ['database:reports'] });
    stage.paused.add('database:reports');
    await stage.run({ execution: { ...stage.execution, takenOver: true } });
    expect(stage.pauseCalls[0]).toBe('resume database:reports');
    expect([...stage.paused]).toEqual([]);
  });

  /** A process was killed inside a call that paused the queue; nothing of it can live after half a minute. */
  async function killedInsidePause(): Promise<{
    readonly stage: BulkStage;
    readonly context: RunContext<World>;
    comesAfter(seconds: number): void;
  }> {
    const stage = await setBulk(3);
    await stage.control.progress(stage.execution, { paused: ['database:reports'] });
    const began = stage.clock.now().getTime();
    stage.requests.kept[0]?.calls.push({
      ...{ runId: 'E1-pause-1' as RunId, executionId: stage.execution.executionId, failedIds: [] }, // made up
      ...{ state: 'intended', lifeEndsAt: new Date(began + 30_000), rc: null, output: '' },
    });
    let comesAt = Number.POSITIVE_INFINITY;
    const clock: Clock = {
      ...stage.clock,
      async wait(...asked) {
        await stage.clock.wait(...asked);
        if (stage.clock.now().getTime() < comesAt) return;
        comesAt = Number.POSITIVE_INFINITY;
        stage.paused.add('database:reports');
      },
    };
    const requests = { ...stage.requests, now: async () => clock.now() };
    return {
      stage,
      context: { ...stage.context, clock, requests, execution: { ...stage.execution, takenOver: true } },
      comesAfter(seconds) {
        comesAt = began + seconds * 1_000;
      },
    };
  }

  it.each([
    ['has come', 0],
    ['comes late', 25],
  ])(
    'of a process that was killed inside such a call are lifted, and the run goes on, where it %s',
    async (_, seconds) => {
      const { stage, context, comesAfter } = await killedInsidePause();
      if (seconds === 0) stage.paused.add('database:reports');
      else comesAfter(seconds);
      await stage.run(context);
      expect(stage.pushed).toEqual([1, 2, 3]);
      await context.clock.wait(60_000);
      expect([...stage.paused]).toEqual([]);
      expect((await stage.view()).execution?.progress['paused']).toEqual([]);
      // Work that waits for the queue does not wait for that call, too.
      expect(stage.pauseCalls[0]).toBe('resume database:reports');
    },
  );

  it('of such a process are lifted also where the run does not go on, which then says why', async () => {
    const { stage, context, comesAfter } = await killedInsidePause();
    comesAfter(25);
    await resumeLeft(context, restoreState(await stage.view()));
    await context.clock.wait(60_000);
    expect([...stage.paused]).toEqual([]);
    expect(await stage.settle()).toMatchObject({ state: 'not_started', detail: { ended: 'cut-off-early' } });
    expect((await stage.settle()).detail['leftPaused']).toBeUndefined();
  });

  it('stay noted until nothing of it can live where such a process is killed once more', async () => {
    const { stage, context } = await killedInsidePause();
    const clock: Clock = { ...context.clock, wait: () => Promise.reject(new Error('killed')) };
    await expect(stage.run({ ...context, clock })).rejects.toThrow('killed');
    expect((await stage.view()).execution?.progress['paused']).toEqual(['database:reports']);
  });

  it('of which nobody saw the end stay noted after the run, and are lifted before its outcome', async () => {
    const stage = await setBulk(3);
    const { app } = stage.context.world;
    const pause: typeof app.artisan.pause = async () => ({
      ...{ kind: 'unknown', why: 'connection lost', stdout: '', stderr: '', durationMs: 1 },
    });
    const world = { ...stage.context.world, app: { ...app, artisan: { ...app.artisan, pause } } };
    await stage.run({ world });
    expect(stage.pushed).toEqual([1, 2, 3]);
    expect((await stage.view()).execution?.progress['paused']).toEqual(['database:reports']);
    stage.paused.add('database:reports');
    await resumeLeft(stage.context, restoreState(await stage.view()));
    expect([...stage.paused]).toEqual([]);
    expect((await stage.view()).execution?.progress['paused']).toEqual([]);
  });

  it('are done without where the cache is not shared, and the card says so', async () => {
    const stage = await setBulk(3, { noPause: true });
    await stage.run();
    expect(stage.pauseCalls).toEqual([]);
    expect((await stage.view()).execution?.progress['unpaused']).toBe(true);
  });
});

describe('a canary', () => {
  const first = { facts: { first: 10 } };

  it('goes on by itself when at most a fifth did not go well', async () => {
    const stage = await setBulk(200, first);
    stage.becomes = (id) => (id <= 2 ? 'fails' : 'leaves');
    await stage.run();
    expect(sizes(stage)[0]).toBe(10);
    expect(stage.pushed).toHaveLength(200);
    expect((await stage.settle()).state).toBe('succeeded');
  });

  it('asks when more did not go well, and goes on after Continue', async () => {
    const stage = await setBulk(200, first);
    stage.becomes = (id) => (id <= 5 ? 'fails' : 'leaves');
    await stage.run({
      control: {
        ...stage.control,
        async mayGoOn(execution) {
          const { phase } = (await stage.view()).execution?.progress ?? {};
          if (phase === 'asking') {
            expect(stage.pushed).toHaveLength(10);
            await stage.control.press('continue', execution.requestId, bo);
          }
          return stage.control.mayGoOn(execution);
        },
      },
    });
    expect(stage.pushed).toHaveLength(200);
  });

  it('ends when nobody answers for half an hour', async () => {
    const stage = await setBulk(200, first);
    stage.becomes = (id) => (id <= 5 ? 'fails' : 'leaves');
    await stage.run();
    expect(stage.pushed).toHaveLength(10);
    expect(await stage.settle()).toMatchObject({ state: 'partial', detail: { ended: 'canary-unanswered' } });
  });

  it('ends when nothing becomes of it, as with dead workers', async () => {
    const stage = await setBulk(200, first);
    stage.becomes = () => 'waits';
    await stage.run();
    expect(stage.pushed).toHaveLength(10);
    expect((await stage.settle()).detail['ended']).toBe('canary-silent');
  });

  it('says meanwhile on which queues nobody works, and no more when somebody does', async () => {
    const stage = await setBulk(20, first);
    let looks = 0;
    const noted: unknown[] = [];
    const { world, control } = stage.context;
    const { app } = world;
    const workers = { group: 'fap-queue-reports', hosts: ['api-1'] };
    const queues = app.description.queues.map((queue) => ({ ...queue, workers }));
    const description = { ...app.description, queues };
    const list = async () => {
      looks += 1;
      const alive = looks > 3 ? 1 : 0;
      const group = {
        group: 'fap-queue-reports',
        queues: [],
        alive,
        expected: 1,
        processes: [],
        unknownHosts: [],
      };
      return { value: [group], missing: [] };
    };
    stage.becomes = () => (looks > 4 ? 'leaves' : 'waits');
    await stage.run({
      world: { ...world, app: { ...app, description, workers: { ...app.workers, list } } },
      control: {
        ...control,
        async progress(execution, plain, asks) {
          noted.push(plain['unserved']);
          await control.progress(execution, plain, asks);
        },
      },
    });
    expect(noted).toContainEqual(['database:reports']);
    expect(noted.at(-1)).toBeUndefined();
    expect(stage.pushed).toHaveLength(20);
  });

  it('lets the slot go while it waits, and holds it when it goes on', async () => {
    const stage = await setBulk(50, first);
    const slots: (boolean | undefined)[] = [];
    stage.becomes = () => {
      slots.push(stage.requests.kept[0]?.run.hasSlot);
      return 'leaves';
    };
    stage.answer = (ids) => {
      expect(stage.requests.kept[0]?.run.hasSlot).toBe(true);
      stage.push(ids);
      return endedWith(uuids(stage, ids));
    };
    await stage.run();
    expect(slots[0]).toBe(false);
    expect(stage.pushed).toHaveLength(50);
  });
});

describe('a run that was cut off', () => {
  it('tells why some were never called, and leaves them as they are', async () => {
    const stage = await setBulk(10, { facts: { first: 2 } });
    const died = new Error('the process died');
    const mayGoOn: typeof stage.control.mayGoOn = async (execution) => {
      if (stage.pushed.length > 0) throw died;
      return stage.control.mayGoOn(execution);
    };
    await expect(stage.run({ control: { ...stage.control, mayGoOn } })).rejects.toBe(died);
    expect(await stage.settle()).toMatchObject({ state: 'partial', detail: { ended: 'cut-off' } });
    expect(stage.pushed).toEqual([1, 2]);
    expect(stage.state(10)).toBe('present');
  });
});

describe('a pace', () => {
  it('never has more of ours in the queues than it says', async () => {
    const stage = await setBulk(100, { facts: { pace: 20 } });
    let most = 0;
    let looks = 0;
    stage.becomes = () => {
      looks += 1;
      return looks % 3 === 0 ? 'leaves' : 'waits';
    };
    stage.answer = (ids) => {
      stage.push(ids);
      most = Math.max(most, stage.waiting.size);
      return endedWith(uuids(stage, ids));
    };
    await stage.run();
    expect(most).toBeLessThanOrEqual(20);
    expect(stage.pushed).toHaveLength(100);
  });
});

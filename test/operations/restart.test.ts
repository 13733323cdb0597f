import { describe, expect, it } from 'vitest';
import type { QueueDescription } from '../../src/core/app-description.ts';
import { restart } from '../../src/operations/restart.ts';
import { fakeSettings } from '../fakes/supervisor.ts';
import { anna, type Hosts, queue, queues, type RestartStage, setRestart } from './restart-stage.ts';

const set = (hosts: Hosts, own: readonly QueueDescription[] = queues): RestartStage =>
  setRestart(restart, hosts, own);

const two = { 'reports:reports_00': {}, 'reports:reports_01': {} };

describe('restart QUEUE', () => {
  it('restarts one member after the other, so that the queue always has a worker', async () => {
    const stage = set({ 'api-1': two });
    const card = await stage.go('reports');
    expect(stage.supervisor.calls).toEqual([
      'restart api-1 reports:reports_00',
      'restart api-1 reports:reports_01',
    ]);
    expect(stage.supervisor.least.get('reports')).toBe(1);
    expect(await stage.state()).toBe('succeeded');
    expect(card).toContain('2 of 2 run with a new pid');
    expect(card).toContain('pid 1001 → 1003');
    expect(stage.requests.events.filter((event) => event === 'INTENT')).toHaveLength(2);
  });

  it('takes no slot, so it waits for nobody and works while the application is frozen', async () => {
    const stage = set({ 'api-1': two });
    stage.requests.memory.freezes.set('fap', { app: 'fap', reason: 'x', by: anna, at: new Date(0) });
    expect(await stage.plan('reports')).toMatchObject({
      value: { request: { takesSlot: false, host: 'api-1' } },
    });
    await stage.go('reports');
    expect(await stage.state()).toBe('succeeded');
  });

  it('goes over all hosts of the group, and names one that nobody can reach', async () => {
    const own = [queue('reports', 'database', 'reports', ['api-1', 'api-2', 'api-3'])];
    const stage = set({ 'api-1': two, 'api-2': two, 'api-3': two }, own);
    stage.supervisor.away.add('api-3');
    const card = await stage.go('reports');
    expect(stage.supervisor.calls).toHaveLength(4);
    expect(stage.supervisor.least.get('reports')).toBe(5);
    expect(await stage.state()).toBe('partial');
    expect(card).toContain('@ api-3: unknown; its host could not be asked');
  });

  it('says which queues a group serves, and that one process leaves a gap', async () => {
    const stage = set({ 'api-1': { fast: {} } });
    const { context, run } = await stage.open('high');
    expect(await stage.card()).toContain('fast (redis:high, redis:default)');
    expect(await stage.card()).toContain('fast has one process');
    await run();
    expect((await restart.settle(context)).state).toBe('succeeded');
  });

  it.each(['STOPPED', 'EXITED', 'FATAL', 'BACKOFF', 'UNKNOWN'] as const)(
    'starts a group that is %s, all of it at once',
    async (state) => {
      const stage = set({ 'api-1': { 'reports:reports_00': { state }, 'reports:reports_01': { state } } });
      const card = await stage.go('reports');
      expect(await stage.state()).toBe('succeeded');
      expect(card).toContain('Nobody of reports was running');
      expect(card).toContain(state === 'STOPPED' ? 'was stopped by somebody; started' : 'started, pid');
    },
  );

  it('begins with the member that does not work', async () => {
    const stage = set({ 'api-1': { 'reports:reports_00': {}, 'reports:reports_01': { state: 'EXITED' } } });
    await stage.go('reports');
    expect(stage.supervisor.calls[0]).toBe('restart api-1 reports:reports_01');
    expect(await stage.state()).toBe('succeeded');
  });

  it.each(['FATAL', 'BACKOFF', 'EXITED', 'STARTING'] as const)(
    'stops no other where the first comes back as %s, and names both',
    async (comesUpAs) => {
      const stage = set({ 'api-1': { 'reports:reports_00': { comesUpAs }, 'reports:reports_01': {} } });
      const card = await stage.go('reports');
      expect(stage.supervisor.calls).toEqual(['restart api-1 reports:reports_00']);
      expect(await stage.state()).toBe('failed');
      expect(card).toContain(`reports_00 @ api-1: does not run (${comesUpAs})`);
      expect(card).toContain('reports_01 @ api-1: still pid 1002; left as it is, since one before it');
      expect(await stage.buttons()).toEqual(['Restart']);
    },
  );

  it('leaves the last member that works, where another one has died meanwhile', async () => {
    const stage = set({ 'api-1': two });
    const { mayGoOn } = stage.control;
    Object.assign(stage.control, {
      mayGoOn: async (...args: Parameters<typeof mayGoOn>) => {
        const isBetween = stage.supervisor.calls.length === 1;
        if (isBetween)
          Object.assign(stage.supervisor.process('api-1', 'reports:reports_00'), { state: 'FATAL' });
        return mayGoOn(...args);
      },
    });
    const card = await stage.go('reports');
    expect(stage.supervisor.calls).toHaveLength(1);
    expect(card).toContain('reports_00 @ api-1: does not run (FATAL)');
    expect(card).toContain('reports_01 @ api-1: still pid 1002');
    expect(await stage.state()).toBe('failed');
  });

  it('shows how long a stop takes, and that a job had to be killed', async () => {
    const stage = set({ 'api-1': { ops: { stopSeconds: 12 } } });
    stage.supervisor.settings.set('ops', { ...fakeSettings, stopWaitSeconds: 10 });
    const cards: string[] = [];
    stage.supervisor.onStep = async () => void cards.push(await stage.card());
    const card = await stage.go('ops');
    expect(cards.some((one) => one.includes('finishes its job, for'))).toBe(true);
    expect(cards.at(-1)).toContain('(killed after 10 s)');
    expect(card).toContain('its job was still running after 10 s and was killed');
    expect(await stage.state()).toBe('succeeded');
  });

  it('names the process that is still busy when contact was lost and its time is over', async () => {
    const lost = { kind: 'unknown', why: 'connection lost', stdout: '', stderr: '', durationMs: 5 } as const;
    const stage = set({ 'api-1': { 'reports:reports_00': { answer: lost }, 'reports:reports_01': {} } });
    const card = await stage.go('reports');
    expect(card).toContain('reports_00 @ api-1: still pid 1001; it is still busy with its job');
    expect(await stage.state()).toBe('failed');
  });

  it('goes on where contact was lost in the middle of a stop that ended well', async () => {
    const lost = { kind: 'unknown', why: 'connection lost', stdout: '', stderr: '', durationMs: 5 } as const;
    const stage = set({ 'api-1': two });
    const first = stage.supervisor.process('api-1', 'reports:reports_00');
    first.answer = lost;
    const { status } = stage.supervisor.control;
    let looks = 0;
    Object.assign(stage.supervisor.control, {
      status: async (...args: Parameters<typeof status>) => {
        if (first.state === 'STOPPING') looks += 1;
        if (looks === 5) Object.assign(first, { state: 'RUNNING', pid: 4_000 });
        return status(...args);
      },
    });
    expect(await stage.go('reports')).toContain('pid 1001 → 4000');
    expect(stage.supervisor.calls).toHaveLength(2);
    expect(await stage.state()).toBe('succeeded');
  });

  it('is not asked for twice at the same time', async () => {
    const stage = set({ 'api-1': two });
    await stage.open('reports');
    await expect(stage.open('reports')).rejects.toThrow('busy');
  });

  it('trusts no exit code: a process that is the same is named', async () => {
    const stage = set({ 'api-1': { 'reports:reports_00': {}, 'reports:reports_01': {} } });
    const { restart: real } = stage.supervisor.control;
    Object.assign(stage.supervisor.control, {
      restart: async (...args: Parameters<typeof real>) =>
        args[1].endsWith('_00')
          ? { kind: 'ended', rc: 0, stdout: '', stderr: 'sudo: a password is required\n', durationMs: 1 }
          : real(...args),
    });
    expect(await stage.go('reports')).toContain(
      'still pid 1001; Supervisor did not restart it; sudo: a password is required',
    );
    expect(await stage.state()).toBe('failed');
  });

  it('says when the host did not take the command', async () => {
    const answer = { kind: 'not-started', why: 'unreachable: no route' } as const;
    const card = await set({ 'api-1': { ops: { answer } } }).go('ops');
    expect(card).toContain('still pid 1001; the host did not start the command; unreachable: no route');
    expect(card).toContain('Not restarted');
  });

  it('does not restart again what somebody else has restarted since it was asked', async () => {
    const stage = set({ 'api-1': two });
    const { context, run } = await stage.open('reports');
    stage.supervisor.process('api-1', 'reports:reports_00').pid = 7;
    await run();
    expect(stage.supervisor.calls).toEqual(['restart api-1 reports:reports_01']);
    expect((await restart.settle(context)).state).toBe('succeeded');
    expect(await stage.card()).toContain('pid 1001 → 7; restarted by somebody else meanwhile');
  });

  it('waits for a stop that somebody else has begun', async () => {
    const stage = set({ 'api-1': two });
    const { context, run } = await stage.open('reports');
    const { control } = stage.supervisor;
    const others = control.restart('api-1', 'reports:reports_00', {
      ...{ runId: context.execution.executionId as never, startWithinSeconds: 1, timeoutSeconds: 9 },
      signal: context.signal,
    });
    await Promise.all([others, run()]);
    expect(stage.supervisor.calls).toEqual([
      'restart api-1 reports:reports_00',
      'restart api-1 reports:reports_01',
    ]);
  });

  it('leaves the rest when Stop is pressed', async () => {
    const stage = set({ 'api-1': two });
    const { context, run } = await stage.open('reports');
    stage.supervisor.onStep = async () =>
      void (await context.control.press('stop', context.execution.requestId, anna));
    await run();
    expect(stage.supervisor.calls).toHaveLength(1);
    expect((await restart.settle(context)).state).toBe('partial');
    expect(await stage.card()).toContain('left as it is, since Stop was pressed');
  });

  it('is refused where there is nothing to restart', async () => {
    const stage = set({ 'api-1': two }, [
      ...queues,
      { name: 'lone', connection: 'redis', jobs: [], costly: false },
    ]);
    expect(await stage.plan('lone')).toMatchObject({
      refusal: { code: 'restart-impossible', why: 'no-workers' },
    });
    expect(await stage.plan('ops')).toMatchObject({
      refusal: { code: 'restart-impossible', why: 'not-listed' },
    });
    expect(await stage.plan('nothing')).toMatchObject({ refusal: { code: 'unknown-queue' } });
    expect(await stage.plan('')).toMatchObject({ refusal: { code: 'missing-argument' } });
    stage.supervisor.away.add('api-1');
    expect(await stage.plan('reports')).toMatchObject({ refusal: { code: 'part-missing' } });
  });

  it('says that stopping kills jobs where stopwaitsecs is too short', async () => {
    const stage = set({ 'api-1': { ops: {} } });
    const command = {
      connection: 'database',
      queues: ['ops'],
      timeoutSeconds: 120,
      tries: 3,
      sleepSeconds: 1,
    };
    const rest = { maxTimeSeconds: undefined, maxJobs: undefined, memoryMegabytes: undefined, force: false };
    stage.supervisor.settings.set('ops', {
      ...fakeSettings,
      stopWaitSeconds: 10,
      command: { ...command, ...rest },
    });
    expect(await stage.go('ops')).toContain('Supervisor kills ops 10 s after it is told to stop');
  });

  it('speaks Chinese', async () => {
    const card = await set({
      'api-1': { 'reports:reports_00': { comesUpAs: 'FATAL' }, 'reports:reports_01': {} },
    }).go('reports', 'zh-CN');
    expect(card).toContain('没有在运行（FATAL）');
    expect(card).toContain('保持原样，因为前一个没有恢复运行');
  });
});

describe('a restart that was cut off', () => {
  it('is judged by what Supervisor lists, and nothing is restarted again', async () => {
    const stage = set({ 'api-1': two });
    const { context, run } = await stage.open('reports');
    const record = () => Promise.reject(new Error('killed'));
    await expect(run({ requests: { ...context.requests, record } })).rejects.toThrow('killed');
    const calls = [...stage.supervisor.calls];
    // The host goes on by itself.
    Object.assign(stage.supervisor.process('api-1', 'reports:reports_00'), { state: 'RUNNING', pid: 5_000 });
    const settled = await restart.settle({
      ...context,
      execution: { ...context.execution, takenOver: true },
    });
    expect(stage.supervisor.calls).toEqual(calls);
    expect(settled.state).toBe('partial');
    await stage.requests.finish(context.execution, settled.state, settled.detail);
    const card = await stage.card();
    expect(card).toContain('pid 1001 → 5000');
    expect(card).toContain('still pid 1002; left as it is, since the run was cut off in between');
  });

  it('before it began has restarted nothing', async () => {
    const stage = set({ 'api-1': two });
    const { context } = await stage.open('reports');
    expect((await restart.settle(context)).state).toBe('not_started');
  });
});

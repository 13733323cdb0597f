import { describe, expect, it } from 'vitest';
import { findOperation } from '../../src/core/find-operation.ts';
import { parseWords } from '../../src/core/words.ts';
import { operations } from '../../src/operations/list.ts';
import type { AnnouncedGroup } from '../../src/operations/ports.ts';
import { restart } from '../../src/operations/restart.ts';
import { restartAll } from '../../src/operations/restart-all.ts';
import { anna, queue, queues, type RestartStage, setRestart } from './restart-stage.ts';

const hosts = {
  'api-1': { 'reports:reports_00': {}, 'reports:reports_01': {}, ops: {}, fast: {}, nightly: {} },
};
const set = (announced?: readonly AnnouncedGroup[]): RestartStage => {
  const stage = setRestart(restartAll, hosts);
  if (announced !== undefined) stage.supervisor.announces.set('api-1', announced);
  return stage;
};
/** Presses a button as soon as the card asks. */
async function answering(stage: RestartStage, kind: 'continue' | 'stop'): Promise<string> {
  const { context, run } = await stage.open('');
  let going = true;
  const pressed = (async (): Promise<void> => {
    while (going && !(await stage.buttons()).includes('Continue'))
      await new Promise((resolve) => setImmediate(resolve));
    if (going) await context.control.press(kind, context.execution.requestId, anna);
  })();
  await run().finally(() => {
    going = false;
  });
  await pressed;
  const { state, detail } = await restartAll.settle(context);
  await stage.requests.finish(context.execution, state, detail);
  return stage.card();
}

describe('restart all', () => {
  it('is meant before a queue of that name', () => {
    const cut = parseWords('restart all');
    const found = cut.ok ? findOperation(operations, cut.words, 'overview') : undefined;
    expect(found).toMatchObject({ value: { operation: { verb: 'restart-all' } } });
    const named = parseWords('restart redis:all');
    expect(named.ok && findOperation(operations, named.words, 'overview')).toMatchObject({
      value: { operation: { verb: restart.verb } },
    });
  });

  it('restarts every group of ours and no other, without asking where nothing is announced', async () => {
    const stage = set();
    const card = await stage.go('');
    expect(stage.supervisor.calls[0]).toBe('reread api-1');
    expect([...stage.supervisor.calls.slice(1)].sort()).toEqual([
      ...['restart api-1 fast', 'restart api-1 ops'],
      ...['restart api-1 reports:reports_00', 'restart api-1 reports:reports_01'],
    ]);
    expect(await stage.state()).toBe('succeeded');
    expect(card).toContain('Restarted all workers of fap: 4 of 4');
    expect(stage.supervisor.process('api-1', 'nightly').pid).toBe(1_005);
  });

  it('shows what is announced, others’ groups too, and touches nothing before somebody goes on', async () => {
    const stage = set([
      { group: 'ops', what: 'changed' },
      { group: 'nightly', what: 'disappeared' },
    ]);
    let asked = '';
    const { mayGoOn } = stage.control;
    Object.assign(stage.control, {
      mayGoOn: async (...args: Parameters<typeof mayGoOn>) => {
        if (asked === '') asked = await stage.card();
        if (stage.supervisor.calls.length === 1)
          expect(stage.supervisor.process('api-1', 'ops').pid).toBe(1_003);
        return mayGoOn(...args);
      },
    });
    const card = await answering(stage, 'continue');
    expect(asked).toContain('ops @ api-1: changed, all of it stops and starts again');
    expect(asked).toContain(
      'nightly @ api-1: gone from the configuration, will be stopped and removed (not one of ours)',
    );
    expect(stage.supervisor.calls.slice(0, 4)).toEqual([
      ...['reread api-1', 'update api-1 ops', 'update api-1 nightly', 'reread api-1'],
    ]);
    // The update has restarted it.
    expect(stage.supervisor.calls).not.toContain('restart api-1 ops');
    expect(await stage.state()).toBe('succeeded');
    expect(card).toContain('by the update');
    // What was announced has happened, and is told so.
    expect(card).toContain('ops @ api-1: changed, all of it was stopped and started again');
    expect(card).toContain(
      'nightly @ api-1: gone from the configuration, was stopped and removed (not one of ours)',
    );
  });

  it('counts as done by the update what it is still starting, and restarts that no second time', async () => {
    const stage = set([{ group: 'ops', what: 'changed' }]);
    const ops = stage.supervisor.process('api-1', 'ops');
    const { update, status } = stage.supervisor.control;
    let looks = 0;
    Object.assign(stage.supervisor.control, {
      update: async (...args: Parameters<typeof update>) => {
        const result = await update(...args);
        Object.assign(ops, { state: 'STARTING', pid: undefined });
        return result;
      },
      status: async (...args: Parameters<typeof status>) => {
        if (ops.state === 'STARTING') looks += 1;
        if (looks === 2) Object.assign(ops, { state: 'RUNNING', pid: 4_000 });
        return status(...args);
      },
    });
    const card = await answering(stage, 'continue');
    expect(card).toContain('ops @ api-1: pid 1003 → 4000; by the update');
    expect(stage.supervisor.calls).not.toContain('restart api-1 ops');
  });

  it('asks a host again that does not answer once after its update', async () => {
    const stage = set([{ group: 'ops', what: 'changed' }]);
    const { update, status } = stage.supervisor.control;
    let isUpdated = false;
    Object.assign(stage.supervisor.control, {
      update: async (...args: Parameters<typeof update>) => {
        isUpdated = true;
        return update(...args);
      },
      status: async (...args: Parameters<typeof status>) => {
        if (!isUpdated) return status(...args);
        isUpdated = false;
        return { ok: false, missing: { part: 'host', name: 'api-1', why: 'timeout' } };
      },
    });
    const card = await answering(stage, 'continue');
    expect(card).toMatch(/ops @ api-1: pid 1003 → \d+/);
    expect(card).not.toContain('not known');
  });

  it('updates and restarts nothing when Stop is pressed', async () => {
    const stage = set([{ group: 'ops', what: 'changed' }]);
    const card = await answering(stage, 'stop');
    expect(stage.supervisor.calls).toEqual(['reread api-1']);
    expect(await stage.state()).toBe('not_started');
    expect(card).toContain('Stop was pressed');
    expect(card).toContain('reports_00 @ api-1: still pid 1001; left as it is\n');
  });

  it('ends by itself when nobody answers', async () => {
    const stage = set([{ group: 'ops', what: 'changed' }]);
    const card = await stage.go('');
    expect(stage.supervisor.calls).toEqual(['reread api-1']);
    expect(card).toContain('Nobody pressed Continue within 30 minutes');
    expect(await stage.state()).toBe('not_started');
  });

  it('restarts nothing where Supervisor does not take its configuration', async () => {
    const stage = set();
    stage.supervisor.announces.set('api-1', undefined);
    const card = await stage.go('');
    expect(stage.supervisor.calls).toEqual(['reread api-1']);
    expect(card).toContain('Supervisor could not read its configuration again');
    expect(card).toContain('CANT_REREAD');
    expect(await stage.state()).toBe('not_started');
  });

  it('restarts nothing more where the update did not do what was announced', async () => {
    const stage = set([{ group: 'ops', what: 'changed' }]);
    Object.assign(stage.supervisor.control, {
      update: async () => ({ kind: 'ended', rc: 0, stdout: 'ERROR', stderr: '', durationMs: 1 }),
    });
    const card = await answering(stage, 'continue');
    expect(stage.supervisor.calls).toEqual(['reread api-1', 'reread api-1']);
    expect(card).toContain('The update did not do what was announced');
    expect(await stage.state()).toBe('failed');
  });

  it('waits for an update whose end nobody saw, and judges by what it sees then', async () => {
    const stage = set([{ group: 'ops', what: 'changed' }]);
    const lost = { kind: 'unknown', why: 'connection lost', stdout: '', stderr: '', durationMs: 5 } as const;
    const ops = stage.supervisor.process('api-1', 'ops');
    const { status } = stage.supervisor.control;
    let looks = 0;
    Object.assign(stage.supervisor.control, {
      update: async () => {
        Object.assign(ops, { state: 'STOPPED', pid: undefined });
        for (const kept of stage.requests.kept)
          kept.calls = kept.calls.map((call) => ({ ...call, lifeEndsAt: new Date(8.64e15) }));
        return lost;
      },
      status: async (...args: Parameters<typeof status>) => {
        if (ops.state === 'STOPPED') looks += 1;
        if (looks === 3) Object.assign(ops, { state: 'RUNNING', pid: 4_000 });
        return status(...args);
      },
    });
    const card = await answering(stage, 'continue');
    expect(card).toContain('ops @ api-1: pid 1003 → 4000');
    expect(card).toContain('connection lost');
    expect(stage.supervisor.calls).toEqual(['reread api-1']);
    expect(await stage.state()).toBe('partial');
  });

  it('does not say that nothing was updated where only the look after it failed', async () => {
    const stage = set([{ group: 'ops', what: 'changed' }]);
    const { reread } = stage.supervisor.control;
    Object.assign(stage.supervisor.control, {
      reread: async (...args: Parameters<typeof reread>) =>
        stage.supervisor.calls.length === 0 ? reread(...args) : { kind: 'not-started', why: 'unreachable' },
    });
    const card = await answering(stage, 'continue');
    expect(card).toContain('The update did not do what was announced');
    expect(card).toContain('ops @ api-1: pid 1003 → 1006');
    expect(await stage.state()).toBe('partial');
  });

  it('takes in what is new, and counts a group of ours that was taken out as done', async () => {
    const stage = set([
      { group: 'ops', what: 'disappeared' },
      { group: 'late', what: 'available' },
    ]);
    const card = await answering(stage, 'continue');
    expect(card).toContain('ops @ api-1: was removed by the update');
    expect(await stage.state()).toBe('succeeded');
  });

  it('goes on with the hosts that can be reached, and names the other', async () => {
    const stage = setRestart(restartAll, { 'api-1': { reports: {} }, 'api-2': { reports: {} } }, [
      queue('reports', 'database', 'reports', ['api-1', 'api-2']),
    ]);
    stage.supervisor.away.add('api-2');
    const card = await stage.go('');
    expect(stage.supervisor.calls).toEqual(['reread api-1', 'restart api-1 reports']);
    expect(await stage.state()).toBe('partial');
    expect(card).toContain('@ api-2: unknown; its host could not be asked');
  });

  it('goes on while the application is frozen', async () => {
    const stage = set([{ group: 'ops', what: 'changed' }]);
    stage.requests.memory.freezes.set('fap', { app: 'fap', reason: 'x', by: anna, at: new Date(0) });
    await answering(stage, 'continue');
    expect(await stage.state()).toBe('succeeded');
  });

  it('cut off while it asks has changed nothing', async () => {
    const stage = set([{ group: 'ops', what: 'changed' }]);
    const { context } = await stage.open('');
    const settled = await restartAll.settle({
      ...context,
      execution: { ...context.execution, takenOver: true },
    });
    expect(settled.state).toBe('not_started');
  });

  it('is refused where no workers are configured', async () => {
    const stage = setRestart(
      restartAll,
      hosts,
      queues.map(({ workers: _, ...rest }) => rest),
    );
    expect(await stage.plan('')).toMatchObject({
      refusal: { code: 'restart-impossible', why: 'no-workers' },
    });
  });
});

import { describe, expect, it } from 'vitest';
import { createExecutionRunner, type ExecutionRunner } from '../../src/core/execution-runner.ts';
import { failedJobId } from '../../src/core/ids.ts';
import { mayResume } from '../../src/core/may-resume.ts';
import type { ArtisanCallRecord, RequestView } from '../../src/core/request.ts';
import type { World } from '../../src/operations/world.ts';
import { createFakeRunControl } from '../fakes/run-control.ts';
import { createFakeClock } from '../fakes/world.ts';
import { type Asking, createAsking } from './asking.ts';
import { createTiny, type TinySwitches } from './tiny.ts';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Another process over the same store. */
function another(asking: Asking): { readonly runner: ExecutionRunner<World>; readonly tiny: TinySwitches } {
  const { operation, switches } = createTiny();
  switches.fake = asking.fake;
  const runner = createExecutionRunner<World>({
    ...{ requests: asking.requests, control: createFakeRunControl(asking.memory), log: silent },
    ...{ operations: new Map([['tidy', operation]]), worlds: new Map([['fap', asking.world]]) },
    teller: { began: async () => undefined, ended: async () => undefined },
    ...{ cards: { changed: () => {} }, policyVersion: 'p1', newId: () => 'X', clock: createFakeClock() },
  });
  return { runner, tiny: switches };
}

async function approved(): Promise<Asking> {
  const asking = createAsking();
  await asking.submit();
  await asking.press('approve', 'U0BO');
  return asking;
}

async function recover(asking: Asking, runner: ExecutionRunner<World>): Promise<void> {
  const stop = new AbortController();
  const recovering = runner.recover(stop.signal);
  await asking.settled();
  stop.abort();
  await recovering;
}

describe('a run that is cut off', () => {
  it('is handed back between two calls when the process stops, and goes on in another one', async () => {
    const asking = await approved();
    const first = another(asking);
    first.tiny.beforeCall = async (_, call) => {
      // The process is told to stop while its second call is about to begin; that one still ends well.
      if (call === 1) void first.runner.drain(1_000);
    };
    await claimWith(asking, first.runner);
    await asking.settled();
    expect(asking.fake.artisanCalls).toHaveLength(2);
    expect(asking.memory.events.at(-1)).toBe('HANDED BACK');
    for (const kept of asking.memory.kept) {
      kept.calls = kept.calls.map((call) => ({ ...call, lifeEndsAt: asking.memory.now() }));
    }
    await recover(asking, another(asking).runner);
    expect(asking.fake.artisanCalls).toHaveLength(4);
    expect((await asking.view()).execution?.state).toBe('succeeded');
  });

  it('is only judged when the end of a call was not seen', async () => {
    const asking = await approved();
    const first = another(asking);
    first.tiny.beforeCall = async ({ requests, execution }, call) => {
      if (call !== 1) return;
      const runId = `${execution.executionId}-lost` as ArtisanCallRecord['runId']; // what ids look like
      await requests.intend(execution, { runId, failedIds: [], argv: [], lifeSeconds: 1, countsBefore: {} });
      await first.runner.drain(0);
    };
    await claimWith(asking, first.runner);
    await asking.settled();
    const kept = asking.memory.kept[0];
    if (kept !== undefined) kept.leaseToken = 'over';
    const calls = asking.fake.artisanCalls.length;
    await recover(asking, another(asking).runner);
    expect(asking.fake.artisanCalls).toHaveLength(calls);
    expect((await asking.view()).execution?.state).toBe('partial');
  });

  it('goes on when that call touches no job and can be made again', async () => {
    const asking = await approved();
    const first = another(asking);
    first.tiny.beforeCall = async ({ requests, execution }, call) => {
      if (call !== 1) return;
      const runId = `${execution.executionId}-lost` as ArtisanCallRecord['runId']; // what ids look like
      await requests.intend(execution, { runId, failedIds: [], argv: [], lifeSeconds: 1, countsBefore: {} });
      await first.runner.drain(0);
    };
    await claimWith(asking, first.runner);
    await asking.settled();
    const kept = asking.memory.kept[0];
    if (kept === undefined) throw new Error('nothing was asked');
    kept.leaseToken = 'over';
    kept.calls = kept.calls.map((call) => ({ ...call, lifeEndsAt: asking.memory.now() }));
    const next = another(asking);
    next.tiny.harmless = true;
    await recover(asking, next.runner);
    expect((await asking.view()).execution?.state).toBe('succeeded');
  });

  it('takes nothing new once it stops', async () => {
    const asking = await approved();
    const { runner } = another(asking);
    await runner.drain(0);
    await claimWith(asking, runner);
    await asking.settled();
    expect(asking.fake.artisanCalls).toEqual([]);
    expect(asking.memory.events.at(-1)).toBe('HANDED BACK');
  });
});

/** What the claimer does, by a process of the test's own. */
async function claimWith(asking: Asking, runner: ExecutionRunner<World>): Promise<void> {
  const view = await asking.view();
  const checks = { voided: [], policyVersion: 'p1', digest: view.digest };
  const claimed = await asking.approvals.claim(view, checks);
  if (!claimed.ok) throw new Error(`not claimed: ${claimed.why}`);
  runner.carryOut(claimed.execution);
}

describe('going on with a run that was cut off', () => {
  const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 25, 3, minute));
  const view = { runBy: at(5), policyVersion: 'p1' } as RequestView; // nothing else is looked at
  const call = (state: ArtisanCallRecord['state'], ended = at(10)): ArtisanCallRecord =>
    ({ state, lifeEndsAt: ended }) as ArtisanCallRecord; // nothing else is looked at

  it.each<[string, RequestView, readonly ArtisanCallRecord[], Date, boolean]>([
    ['before its first call, in time', view, [], at(4), true],
    ['before its first call, too late', view, [], at(6), false],
    ['under another policy', { ...view, policyVersion: 'p0' }, [], at(4), false],
    ['between two calls', view, [call('ended'), call('not-started')], at(20), true],
    ['with a call whose end nobody saw', view, [call('ended'), call('unknown')], at(11), false],
    ['with a call that was intended', view, [call('intended')], at(11), false],
    ['when everybody has gone home', view, [call('ended')], new Date(at(10).getTime() + 3_600_001), false],
  ])('%s', (_, of, calls, now, expected) => {
    expect(mayResume(of, calls, now, 'p1')).toBe(expected);
  });

  it('with a call whose end nobody saw, only where that is harmless', () => {
    const pause = { ...call('intended'), failedIds: [] };
    const retry = { ...call('unknown'), failedIds: [failedJobId(1)] };
    const isHarmless = ({ failedIds }: ArtisanCallRecord): boolean => failedIds.length === 0;
    expect(mayResume(view, [call('ended'), pause], at(11), 'p1', isHarmless)).toBe(true);
    expect(mayResume(view, [retry, pause], at(11), 'p1', isHarmless)).toBe(false);
    expect(mayResume({ ...view, policyVersion: 'p0' }, [pause], at(11), 'p1', isHarmless)).toBe(false);
  });
});

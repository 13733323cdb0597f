import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failedJobId } from '../../src/core/ids.ts';
import { LeaseLost, type Requests, type RunningExecution } from '../../src/core/store-ports.ts';
import { anna, callOf, newRequest, runIdOf } from '../acceptance/store/support.ts';

/** What every `Requests` does, the store's and the one in memory that unit tests stand on. */
export function requestsContract(
  name: string,
  setUp: () => Promise<{ readonly requests: Requests; readonly stop: () => Promise<void> }>,
): void {
  describe(`requests ${name}`, () => {
    let requests: Requests;
    let stop: () => Promise<void>;
    let host = 0;
    beforeAll(async () => {
      ({ requests, stop } = await setUp());
    });
    afterAll(() => stop?.());

    /** Each case on a host of its own, so that none waits for another one's slot. */
    const open = async (ids: readonly number[]): Promise<RunningExecution> => {
      host += 1;
      const result = await requests.open(newRequest(ids, { host: `host-${host}` }), undefined);
      if (!result.ok) throw new Error(`not opened: ${result.why}`);
      return result.execution;
    };
    const end = (execution: RunningExecution): Promise<void> => requests.finish(execution, 'succeeded', {});

    it('are found by id and by number, with their targets frozen', async () => {
      const execution = await open([1, 2]);
      const byId = await requests.find({ id: execution.requestId });
      expect(byId).toMatchObject({ count: 2, verb: 'retry', countsByState: { frozen: 2 } });
      expect(byId?.execution?.state).toBe('executing');
      expect(await requests.find({ number: execution.number })).toEqual(byId);
      expect(await requests.find({ number: 999_999 })).toBeUndefined();
      await end(execution);
    });

    it('stand alone where they say so, and tell the other at once', async () => {
      const ask = (alone: string, app = 'fap') =>
        requests.open(newRequest([], { app, alone, takesSlot: false }), undefined);
      const first = await ask('restart:reports');
      if (!first.ok) throw new Error(first.why);
      const { number } = first.execution;
      expect(await ask('restart:reports')).toEqual({ ok: false, why: 'busy', number });
      for (const other of [await ask('restart:ops'), await ask('restart:reports', 'other')]) {
        expect(other.ok).toBe(true);
        if (other.ok) await end(other.execution);
      }
      await end(first.execution);
      const again = await ask('restart:reports');
      expect(again.ok).toBe(true);
      if (again.ok) await end(again.execution);
    });

    it('grow in version with each change of a target', async () => {
      const execution = await open([3]);
      const before = await requests.find({ id: execution.requestId });
      await requests.setTargets(execution, new Map([[failedJobId(3), { state: 'pushed' }]]));
      const after = await requests.find({ id: execution.requestId });
      expect(after?.version).toBeGreaterThan(before?.version ?? 0);
      expect(after?.countsByState).toEqual({ pushed: 1 });
      await end(execution);
    });

    it('remember a call from its intent to its result', async () => {
      const execution = await open([4]);
      await requests.intend(execution, callOf(execution, [4]));
      expect(await requests.calls(execution.executionId)).toMatchObject([{ state: 'intended', rc: null }]);
      await requests.record(execution, {
        ...{ runId: runIdOf(execution), state: 'ended', rc: 0, stdout: 'said', stderr: '', durationMs: 5 },
        countsAfter: {},
      });
      expect(await requests.calls(execution.executionId)).toMatchObject([
        { state: 'ended', rc: 0, output: 'said' },
      ]);
      await end(execution);
    });

    it('end with their outcome, and what became of a job may follow', async () => {
      const execution = await open([5]);
      await requests.setTargets(execution, new Map([[failedJobId(5), { state: 'pushed' }]]));
      await requests.finish(execution, 'succeeded', { pushed: 1 });
      const states = new Map([
        [failedJobId(5), { state: 'failed_again', failedAgainAs: failedJobId(77) } as const],
      ]);
      await requests.follow(execution.requestId, states, true);
      const view = await requests.find({ id: execution.requestId });
      expect(view?.execution).toMatchObject({ state: 'succeeded', detail: { pushed: 1 } });
      expect(view?.targets).toMatchObject([{ state: 'failed_again', failedAgainAs: 77 }]);
    });

    it('are unknown while they are suspect', async () => {
      const execution = await open([6]);
      await requests.suspect(execution, 'contact was lost');
      expect((await requests.find({ id: execution.requestId }))?.execution?.state).toBe('unknown');
      await end(execution);
    });

    it('take no write from who does not hold the lease', async () => {
      const execution = await open([7]);
      const thief = { ...execution, leaseToken: '0'.repeat(26) };
      await expect(requests.intend(thief, callOf(execution, [7]))).rejects.toBeInstanceOf(LeaseLost);
      await expect(requests.setTargets(thief, new Map())).rejects.toBeInstanceOf(LeaseLost);
      await expect(requests.finish(thief, 'succeeded', {})).rejects.toBeInstanceOf(LeaseLost);
      expect(await requests.renew(thief)).toBe(false);
      expect(await requests.renew(execution)).toBe(true);
      await end(execution);
    });

    it('are taken over once they were handed back, and then belong to the taker alone', async () => {
      const execution = await open([8]);
      await requests.handBack(execution);
      // A lease ends at an instant: the very same microsecond is not over yet.
      await expect
        .poll(() => requests.takeOver())
        .toMatchObject({
          ...{ requestId: execution.requestId, takenOver: true },
        });
    });

    it('need approval beyond what one person may do alone', async () => {
      const limits = { ids: 2, costly: 1 };
      const allowance = {
        person: anna.person,
        ids: 3,
        costlyIds: 0,
        limits,
        withinSeconds: 3600,
        costlyQueues: new Set<string>(),
      };
      host += 1;
      const result = await requests.open(newRequest([9, 10, 11], { host: `host-${host}` }), allowance);
      expect(result).toMatchObject({ ok: false, why: 'needs-approval', limit: 2, costly: false });
    });
  });
}

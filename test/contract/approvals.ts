import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  Approvals,
  AskedRequest,
  DecisionKind,
  PressedCard,
  RunControl,
} from '../../src/core/approval-ports.ts';
import type { AuditActor } from '../../src/core/audit.ts';
import { failedJobId, type RequestId } from '../../src/core/ids.ts';
import type { RequestView } from '../../src/core/request.ts';
import { LeaseLost, type Requests, type RunningExecution } from '../../src/core/store-ports.ts';
import { anna, askOf, bo, callOf, chen, target } from '../acceptance/store/support.ts';

export interface ApprovalsBench {
  readonly approvals: Approvals;
  readonly control: RunControl;
  readonly requests: Requests;
  /** Notes that the request's main card is shown, and where. */
  showCard(view: RequestView): Promise<PressedCard>;
  freezeApp(app: string): Promise<void>;
  activate(policyVersion: string): Promise<void>;
  stop(): Promise<void>;
}

/** What every `Approvals` and `RunControl` does, the store's and those in memory that unit tests stand on. */
export function approvalsContract(name: string, setUp: () => Promise<ApprovalsBench>): void {
  let bench: ApprovalsBench;
  let host = 0;
  beforeAll(async () => {
    bench = await setUp();
  });
  afterAll(() => bench?.stop());

  const asked = async (more: Partial<AskedRequest> = {}): Promise<RequestView> => {
    host += 1;
    const request = askOf([1, 2, 3], { host: `host-${host}`, target: `retry-all n=${host}`, ...more });
    await bench.approvals.freeze(request.id, [target(1), target(2), target(3)]);
    const result = await bench.approvals.ask(request, { perHour: 1_000 });
    if (!result.ok) throw new Error(`not asked: ${result.why}`);
    return result.view;
  };
  const decide = async (view: RequestView, kind: DecisionKind, actor: AuditActor, pressed?: PressedCard) =>
    bench.approvals.decide({
      ...{ kind, requestId: view.id, actor, policyVersion: view.policyVersion, detail: {} },
      pressed: pressed ?? (await bench.showCard(view)),
    });
  const approved = async (more: Partial<AskedRequest> = {}): Promise<RequestView> => {
    const decided = await decide(await asked(more), 'approve', bo);
    if (!decided.ok) throw new Error(`not approved: ${decided.why}`);
    return decided.view;
  };
  const checks = (view: RequestView) => ({
    ...{ voided: [], policyVersion: view.policyVersion, digest: view.digest },
  });
  const claimed = async (more: Partial<AskedRequest> = {}): Promise<RunningExecution> => {
    const view = await approved(more);
    const result = await bench.approvals.claim(view, checks(view));
    if (!result.ok) throw new Error(`not claimed: ${result.why}`);
    return result.execution;
  };
  const found = async (id: RequestId): Promise<RequestView> => {
    const view = await bench.requests.find({ id });
    if (view === undefined) throw new Error('not found');
    return view;
  };

  describe(`approvals ${name}`, () => {
    it('ask with what was frozen, and wait for another person', async () => {
      const view = await asked();
      expect(view).toMatchObject({
        ...{ state: 'pending', count: 3, quorum: 1, votes: [], execution: null, version: 1, runBy: null },
        countsByState: { frozen: 3 },
      });
      expect(view.expiresAt).not.toBeNull();
      const [first] = await bench.approvals.list(view.app, 1);
      expect(first?.id).toBe(view.id);
    });

    it('refuse to ask for anything else than what was frozen', async () => {
      const request = askOf([1, 2]);
      await bench.approvals.freeze(request.id, [target(1)]);
      await expect(bench.approvals.ask(request, { perHour: 1_000 })).rejects.toThrow('frozen');
      const view = await asked();
      await expect(bench.approvals.freeze(view.id, [target(9)])).rejects.toThrow('asked already');
    });

    it('keep one request open per target until it is decided', async () => {
      const first = await asked({ target: 'retry-all same' });
      const second = askOf([1], { target: 'retry-all same' });
      await bench.approvals.freeze(second.id, [target(1)]);
      expect(await bench.approvals.ask(second, { perHour: 1_000 })).toEqual({
        ...{ ok: false, why: 'open', number: first.number },
      });
      await decide(first, 'cancel', anna);
      expect(await bench.approvals.ask(second, { perHour: 1_000 })).toMatchObject({ ok: true });
    });

    it('let one person ask so often in an hour', async () => {
      const request = askOf([1], { requester: { ...anna, person: 'U0EVE', userId: 'U0EVE' } });
      await bench.approvals.freeze(request.id, [target(1)]);
      expect(await bench.approvals.ask(request, { perHour: 0 })).toEqual({
        ...{ ok: false, why: 'rate', limit: 0 },
      });
    });

    it('are approved by another person, never by the requester', async () => {
      const view = await asked();
      expect(await decide(view, 'approve', anna)).toMatchObject({ ok: false, why: 'own-request' });
      const second: AuditActor = { ...anna, userId: 'U0ANNA2' };
      expect(await decide(view, 'approve', second)).toMatchObject({ ok: false, why: 'own-request' });
      const decided = await decide(view, 'approve', bo);
      expect(decided).toMatchObject({
        ok: true,
        view: { state: 'approved', votes: [{ person: 'U0BO', decision: 'approve', voided: false }] },
      });
      expect((await bench.approvals.approved(100)).map(({ id }) => id)).toContain(view.id);
    });

    it('wait for as many persons as the quorum says, one vote each', async () => {
      const view = await asked({ quorum: 2 });
      expect(await decide(view, 'approve', bo)).toMatchObject({ view: { state: 'pending' } });
      expect(await decide(view, 'approve', bo)).toMatchObject({ ok: false, why: 'voted-already' });
      expect(await decide(view, 'withdraw', chen)).toMatchObject({ ok: false, why: 'no-vote' });
      expect(await decide(view, 'withdraw', bo)).toMatchObject({ view: { state: 'pending', votes: [] } });
      expect(await decide(view, 'approve', chen)).toMatchObject({ view: { state: 'pending' } });
      expect(await decide(view, 'approve', bo)).toMatchObject({ view: { state: 'approved' } });
      expect(await decide(view, 'withdraw', bo)).toMatchObject({ ok: false, why: 'too-late' });
    });

    it('are rejected for good by any other person, and cancelled by the requester alone', async () => {
      const view = await asked();
      expect(await decide(view, 'cancel', bo)).toMatchObject({ ok: false, why: 'not-requester' });
      expect(await decide(view, 'reject', anna)).toMatchObject({ ok: false, why: 'own-request' });
      expect(await decide(view, 'reject', bo)).toMatchObject({
        view: { state: 'rejected', decision: { by: bo } },
      });
      expect(await decide(view, 'approve', chen)).toMatchObject({ ok: false, why: 'too-late' });
      expect(await decide(view, 'cancel', anna)).toMatchObject({ ok: false, why: 'too-late' });
      expect(await decide(await approved(), 'cancel', anna)).toMatchObject({
        view: { state: 'cancelled', decision: { by: anna } },
      });
    });

    it('hear a button only on their own cards', async () => {
      const view = await asked();
      const card = await bench.showCard(view);
      for (const pressed of [
        { ...card, channel: 'C0ELSE' },
        { ...card, teamId: 'T0OTHER' },
        { ...card, messageTs: '99.99' },
      ]) {
        expect(await decide(view, 'approve', bo, pressed)).toEqual({ ok: false, why: 'not-its-card' });
        expect(await bench.approvals.isItsCard(view.id, pressed)).toBe(false);
      }
      expect(await bench.approvals.isItsCard(view.id, card)).toBe(true);
      const ghost = { ...view, id: '01GHOST' as RequestId };
      expect(await decide(ghost, 'approve', bo, card)).toEqual({ ok: false, why: 'no-request' });
    });

    it('are over when their time is, whoever looks first', async () => {
      const view = await asked({ expiresSeconds: 0 });
      expect(await decide(view, 'approve', bo)).toMatchObject({
        ...{ ok: false, why: 'too-late', view: { state: 'expired', decision: { was: 'pending' } } },
      });
      const late = await approved({ runWithinSeconds: 0 });
      expect(await bench.approvals.claim(late, checks(late))).toEqual({ ok: false, why: 'expired' });
      expect(await found(late.id)).toMatchObject({ state: 'expired', decision: { was: 'approved' } });
      const swept = await asked({ expiresSeconds: 0 });
      await bench.approvals.sweep();
      expect((await found(swept.id)).state).toBe('expired');
    });

    it('are invalidated from the state that was seen alone', async () => {
      const view = await asked();
      const decided = await decide(view, 'approve', bo);
      expect(await bench.approvals.invalidate(view, 'drift', { ids: [1] })).toBe(false);
      if (!decided.ok) throw new Error(decided.why);
      expect(await bench.approvals.invalidate(decided.view, 'drift', { ids: [1] })).toBe(true);
      expect(await found(view.id)).toMatchObject({
        ...{ state: 'invalidated', decision: { why: 'drift', ids: [1] } },
      });
    });

    it('are claimed once, with all that was approved', async () => {
      const view = await approved();
      expect(await bench.approvals.claim(view, { ...checks(view), digest: 'f'.repeat(64) })).toMatchObject({
        why: 'digest',
      });
      expect(
        await bench.approvals.claim(view, { ...checks(view), policyVersion: 'q'.repeat(64) }),
      ).toMatchObject({ why: 'policy' });
      const first = await bench.approvals.claim(view, checks(view));
      expect(first).toMatchObject({ ok: true, execution: { requestId: view.id, takenOver: false } });
      expect(await bench.approvals.claim(view, checks(view))).toEqual({ ok: false, why: 'moved-on' });
      expect(await found(view.id)).toMatchObject({ state: 'consumed', execution: { state: 'executing' } });
    });

    it('count no vote of who has lost the right', async () => {
      const view = await approved();
      const refused = await bench.approvals.claim(view, { ...checks(view), voided: ['U0BO'] });
      expect(refused).toEqual({ ok: false, why: 'quorum' });
      expect((await found(view.id)).votes).toMatchObject([{ person: 'U0BO', voided: true }]);
      expect(await bench.approvals.invalidate(view, 'quorum', {})).toBe(true);
    });

    it('wait for the slot, and get it when the run before has its outcome', async () => {
      const first = await claimed({ host: 'host-shared' });
      const view = await approved({ host: 'host-shared' });
      expect(await bench.approvals.claim(view, checks(view))).toEqual({
        ...{ ok: false, why: 'busy', number: first.number },
      });
      await bench.requests.finish(first, 'succeeded', {});
      const now = await found(view.id);
      expect(await bench.approvals.claim(now, checks(now))).toMatchObject({ ok: true });
    });

    it('stand still while the app is frozen', async () => {
      const view = await approved({ app: 'cold' });
      await bench.freezeApp('cold');
      expect(await bench.approvals.claim(view, checks(view))).toMatchObject({
        ...{ ok: false, why: 'frozen', freeze: { app: 'cold' } },
      });
      const request = askOf([1], { app: 'cold', target: 'retry-all cold' });
      await bench.approvals.freeze(request.id, [target(1)]);
      expect(await bench.approvals.ask(request, { perHour: 1_000 })).toMatchObject({ why: 'frozen' });
    });
  });

  describe(`run control ${name}`, () => {
    it('lets a run go on until a person stops it', async () => {
      const execution = await claimed();
      expect(await bench.control.mayGoOn(execution)).toEqual({ kind: 'go', continued: false });
      expect(await bench.control.press('continue', execution.requestId, bo)).toBe(true);
      expect(await bench.control.press('continue', execution.requestId, bo)).toBe(false);
      expect(await bench.control.mayGoOn(execution)).toEqual({ kind: 'go', continued: true });
      expect(await bench.control.press('stop', execution.requestId, chen)).toBe(true);
      expect(await bench.control.press('stop', execution.requestId, bo)).toBe(false);
      expect(await bench.control.mayGoOn(execution)).toEqual({ kind: 'stopped', by: chen });
      expect((await found(execution.requestId)).execution?.stoppedBy).toEqual(chen);
      await bench.requests.finish(execution, 'partial', {});
      expect(await bench.control.press('stop', execution.requestId, bo)).toBe(false);
    });

    it('stops a run whose app is frozen', async () => {
      const execution = await claimed({ app: 'icy' });
      await bench.freezeApp('icy');
      expect(await bench.control.mayGoOn(execution)).toMatchObject({
        kind: 'frozen',
        freeze: { app: 'icy' },
      });
    });

    it('takes nothing from who does not hold the lease', async () => {
      const execution = await claimed();
      const thief = { ...execution, leaseToken: '0'.repeat(26) };
      await expect(bench.control.mayGoOn(thief)).rejects.toBeInstanceOf(LeaseLost);
      await expect(bench.control.progress(thief, {})).rejects.toBeInstanceOf(LeaseLost);
      await expect(bench.control.letSlotGo(thief)).rejects.toBeInstanceOf(LeaseLost);
      await expect(bench.control.takeSlotAgain(thief)).rejects.toBeInstanceOf(LeaseLost);
      await expect(bench.control.claimRestore(thief, thief.requestId, [])).rejects.toBeInstanceOf(LeaseLost);
      await expect(bench.control.restored(thief, thief.requestId, {})).rejects.toBeInstanceOf(LeaseLost);
    });

    it('shows progress on the card', async () => {
      const execution = await claimed();
      const before = await found(execution.requestId);
      await bench.control.progress(execution, { phase: 'canary', pushed: 20 });
      const after = await found(execution.requestId);
      expect(after.execution?.progress).toEqual({ phase: 'canary', pushed: 20 });
      expect(after.version).toBeGreaterThan(before.version);
    });

    it('lets others pass while it waits, and takes the slot again when it is free', async () => {
      const execution = await claimed({ host: 'host-passing' });
      await bench.control.letSlotGo(execution);
      const other = await claimed({ host: 'host-passing' });
      expect(await bench.control.takeSlotAgain(execution)).toBe(false);
      await bench.requests.finish(other, 'succeeded', {});
      expect(await bench.control.takeSlotAgain(execution)).toBe(true);
      expect(await bench.control.takeSlotAgain(execution)).toBe(true);
      await bench.requests.intend(execution, callOf(execution, [1]));
    });

    it('gives targets by page and state', async () => {
      const execution = await claimed();
      await bench.requests.setTargets(execution, new Map([[failedJobId(2), { state: 'pushed' }]]));
      const { requestId } = execution;
      const ids = async (after: number, limit: number, states?: ('frozen' | 'pushed')[]) => {
        const page = { after: failedJobId(after), limit, ...(states === undefined ? {} : { states }) };
        return (await bench.control.targetPage(requestId, page)).map(({ failedId }) => failedId);
      };
      expect(await ids(0, 2)).toEqual([1, 2]);
      expect(await ids(2, 10)).toEqual([3]);
      expect(await ids(0, 10, ['frozen'])).toEqual([1, 3]);
      expect(await ids(0, 2, ['frozen', 'pushed'])).toEqual([1, 2]);
      expect(await bench.control.countsByState(requestId)).toEqual({ frozen: 2, pushed: 1 });
    });

    it('gives the archive back by pages of bytes, and each row to one restore', async () => {
      const execution = await claimed();
      const row = (id: number) => ({
        ...{ id: failedJobId(id), uuid: target(id).uuid, connection: 'database', queue: 'reports' },
        ...{ payload: Buffer.alloc(100, id), exception: Buffer.from([0, 255, id]) },
        failedAt: '2026-11-25 02:30:00',
      });
      await bench.requests.archive(
        execution,
        (async function* () {
          yield [row(1), row(2)];
          yield [row(3)];
        })(),
      );
      const from = execution.requestId;
      const first = await bench.control.archived(from, failedJobId(0), 210);
      expect(first).toEqual([1, 2].map((id) => ({ ...row(id), intact: true, restoredAt: null })));
      expect((await bench.control.archived(from, failedJobId(0), 1)).map(({ id }) => id)).toEqual([1]);
      expect((await bench.control.archived(from, failedJobId(2), 10_000)).map(({ id }) => id)).toEqual([3]);
      const restore = await claimed({ verb: 'restore' });
      const ids = [1, 2, 7].map(failedJobId);
      expect(await bench.control.claimRestore(restore, from, ids)).toEqual(new Set([1, 2]));
      expect(await bench.control.claimRestore(restore, from, ids)).toEqual(new Set());
      const before = await found(from);
      expect(before.restored).toBe(0);
      const back = new Map([1, 2].map((id) => [failedJobId(id), { state: 'restored' } as const]));
      await bench.requests.setTargets(restore, back);
      await bench.control.restored(restore, from, { restored: 2 });
      const after = await found(from);
      expect(after.restored).toBe(2);
      expect(after.version).toBeGreaterThan(before.version);
      const [again] = await bench.control.archived(from, failedJobId(0), 1);
      expect(again?.restoredAt).not.toBeNull();
    });

    it('keeps watching what it pushed until the watch is given up', async () => {
      const idle = await claimed();
      await bench.requests.finish(idle, 'failed', {});
      expect((await found(idle.requestId)).execution?.followed).toBe(false);
      expect(await bench.control.keepFollow(idle, false)).toBe(false);
      const execution = await claimed();
      await bench.requests.setTargets(execution, new Map([[failedJobId(2), { state: 'pushed' }]]));
      await bench.requests.finish(execution, 'succeeded', {});
      expect((await found(execution.requestId)).execution?.followed).toBe(true);
      expect(await bench.control.takeOverFollow()).toBeUndefined();
      expect(await bench.control.keepFollow({ ...execution, leaseToken: '0'.repeat(26) }, true)).toBe(false);
      expect(await bench.control.keepFollow(execution, false)).toBe(true);
      expect(await bench.control.keepFollow(execution, true)).toBe(true);
      expect(await bench.control.keepFollow(execution, false)).toBe(false);
      expect((await found(execution.requestId)).execution?.followed).toBe(false);
    });
  });

  // Last, since it concerns every request there is.
  describe(`another policy in force ${name}`, () => {
    it('refuses questions, votes and runs of this one', async () => {
      const [pending, ready] = [await asked(), await approved()];
      const card = await bench.showCard(pending);
      await bench.activate('q'.repeat(64));
      expect(await decide(pending, 'approve', bo, card)).toMatchObject({ ok: false, why: 'policy' });
      expect(await bench.approvals.claim(ready, checks(ready))).toMatchObject({ ok: false, why: 'policy' });
      const request = askOf([1], { target: 'retry-all late' });
      await bench.approvals.freeze(request.id, [target(1)]);
      expect(await bench.approvals.ask(request, { perHour: 1_000 })).toEqual({ ok: false, why: 'policy' });
    });
  });
}

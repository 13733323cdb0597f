import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Asked, AskedRequest, Preapproval, PreapprovalTerms } from '../../../src/core/approval-ports.ts';
import { AuditNotWritable, LeaseLost } from '../../../src/core/store-ports.ts';
import type { Store } from '../../../src/store/store.ts';
import { type StoreSchema, type StoreServer, startStoreServer } from './store-server.ts';
import { anna, askOf, bo, chen, newRequest, opened, storeOn, target } from './support.ts';

let server: StoreServer;
beforeAll(async () => {
  server = await startStoreServer();
});
afterAll(() => server.stop());

let schema: StoreSchema;
let store: Store;
let other: Store;
beforeEach(async () => {
  schema = await server.schema();
  store = storeOn(schema.url);
  other = storeOn(schema.url);
});
afterEach(() => Promise.all([store.stop(1_000), other.stop(1_000)]));

async function rows(text: string): Promise<readonly RowDataPacket[]> {
  const [found] = await schema.admin.query<RowDataPacket[]>(text);
  return found;
}

const terms: PreapprovalTerms = {
  filter: { queue: { connection: 'database', name: 'reports' }, error: 'pack unreadable' },
  ...{ most: 50, seconds: 3_600, reason: 'the pack is being rebuilt tonight' },
};

/** Signed by Chen, as `preapprove` does it. */
async function signed(more: Partial<PreapprovalTerms> = {}): Promise<Preapproval> {
  const request = newRequest([], { verb: 'preapprove', takesSlot: false, requester: chen });
  const execution = await opened(store, request);
  const preapproval = await store.preapprovals.sign(execution, { ...terms, ...more });
  await store.requests.finish(execution, 'succeeded', {});
  return preapproval;
}

let asked = 0;
/** `retry all` of so many jobs that no other one asks for. */
async function ask(
  through: Store,
  jobs: number,
  preapprovals: readonly Preapproval[],
  more: Partial<AskedRequest> = {},
): Promise<Asked> {
  const ids = Array.from({ length: jobs }, (_, index) => asked + index + 1);
  asked += jobs;
  const question = askOf(ids, { preapprovals: preapprovals.map(({ id }) => id), ...more });
  await through.approvals.freeze(
    question.id,
    ids.map((id) => target(id)),
  );
  return through.approvals.ask(question, { perHour: 100 });
}

const stateOf = (answer: Asked): string => (answer.ok ? answer.view.state : answer.why);
const usedOf = async (preapproval: Preapproval): Promise<number | undefined> =>
  (await other.preapprovals.find(preapproval.id))?.used;

describe('a preapproval', () => {
  it('is signed by its request, once, with its number, and read back on every replica', async () => {
    const request = newRequest([], { verb: 'preapprove', takesSlot: false, requester: chen });
    const execution = await opened(store, request);
    const before = await store.requests.now();
    const one = await store.preapprovals.sign(execution, terms);
    const after = await store.requests.now();
    expect(one).toMatchObject({
      ...terms,
      ...{ id: execution.requestId, number: execution.number, app: 'fap', signer: chen, used: 0 },
      ...{ over: false, withdrawnAt: null, place: request.place, policyVersion: request.policyVersion },
    });
    expect(await store.preapprovals.sign(execution, { ...terms, most: 500 })).toEqual(one);
    expect(await other.preapprovals.live('fap')).toEqual([one]);
    expect(await other.preapprovals.live('shop')).toEqual([]);
    expect(one.endsAt.getTime() - 3_600_000).toBeGreaterThanOrEqual(before.getTime());
    expect(one.endsAt.getTime() - 3_600_000).toBeLessThanOrEqual(after.getTime());
    expect((await store.requests.find({ id: one.id }))?.preapproved).toMatchObject({
      ...{ most: 50, used: 0, over: false, withdrawnBy: null, endsAt: one.endsAt },
    });
    expect(await rows("SELECT seq FROM audit_log WHERE event = 'PREAPPROVED'")).toHaveLength(1);
  });

  it('is signed by nobody who has lost the lease, and not without its record', async () => {
    const request = newRequest([], { verb: 'preapprove', takesSlot: false, requester: chen });
    const execution = await opened(store, request);
    await expect(other.preapprovals.sign({ ...execution, leaseToken: 'stolen' }, terms)).rejects.toThrow(
      LeaseLost,
    );
    const [name] = await rows('SELECT DATABASE() AS name');
    const grant = `INSERT ON ${name?.['name']}.audit_log`;
    await schema.admin.query(`REVOKE ${grant} FROM 'queuekeeper'@'127.0.0.1'`);
    await expect(store.preapprovals.sign(execution, terms)).rejects.toThrow(AuditNotWritable);
    await schema.admin.query(`GRANT ${grant} TO 'queuekeeper'@'127.0.0.1'`);
    expect(await rows('SELECT id FROM preapprovals')).toHaveLength(0);
  });

  it('approves what another person asks, counts it, and tells its signer below its card', async () => {
    const one = await signed();
    await schema.admin.query("UPDATE cards SET message_ts = '5.5' WHERE request_id = ?", [one.id]);
    const before = await store.requests.find({ id: one.id });
    const answer = await ask(other, 12, [one]);
    if (!answer.ok) throw new Error(answer.why);
    expect(answer.view).toMatchObject({
      ...{ state: 'approved', preapproval: { id: one.id, number: one.number } },
      votes: [{ person: 'U0CHEN', decision: 'approve' }],
    });
    expect(await usedOf(one)).toBe(12);
    const after = await store.requests.find({ id: one.id });
    expect(after?.preapproved?.used).toBe(12);
    expect(after?.version).toBeGreaterThan(before?.version ?? 0);
    const used = (await store.outbox.waiting(10)).find(({ kind }) => kind === 'used');
    expect(used).toMatchObject({
      ...{ requestId: answer.view.id, channel: 'C0OPS', threadTs: '5.5' },
      detail: { preapprovalId: one.id, preapproval: one.number },
    });
    expect(await store.verifyAudit()).toMatchObject({ ok: true });
  });

  it('is worth nothing to its own signer', async () => {
    expect(stateOf(await ask(store, 1, [await signed()], { requester: chen }))).toBe('pending');
  });

  it('is one vote where two are needed', async () => {
    expect(stateOf(await ask(store, 1, [await signed()], { quorum: 2 }))).toBe('pending');
  });

  it('covers no more jobs than it says, over all uses on all replicas', async () => {
    const one = await signed();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        ask(index % 2 === 0 ? store : other, 12, [one], {
          requester: { ...anna, person: `U0P${index}`, userId: `U0P${index}` },
        }),
      ),
    );
    expect(answers.map(stateOf).filter((state) => state === 'approved')).toHaveLength(4);
    expect(answers.map(stateOf).filter((state) => state === 'pending')).toHaveLength(4);
    expect(await usedOf(one)).toBe(48);
  });

  it('leaves its place to the next one that has room', async () => {
    const [small, big] = [await signed({ most: 1 }), await signed()];
    expect(await ask(store, 2, [small, big])).toMatchObject({ view: { preapproval: { id: big.id } } });
    expect(await usedOf(small)).toBe(0);
  });

  it('ends by the store’s clock, and its card is drawn once more', async () => {
    const one = await signed({ seconds: 1 });
    await expect.poll(() => other.preapprovals.live('fap')).toEqual([]);
    expect(stateOf(await ask(store, 1, [one]))).toBe('pending');
    expect(await store.preapprovals.withdraw(one.id, bo)).toBe(false);
    const before = await store.requests.find({ id: one.id });
    await store.approvals.sweep();
    await other.approvals.sweep();
    const after = await store.requests.find({ id: one.id });
    expect(after).toMatchObject({ version: (before?.version ?? 0) + 1, preapproved: { over: true } });
  });

  it('is withdrawn once, and serves nobody afterwards', async () => {
    const one = await signed();
    const tries = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 === 0 ? store : other).preapprovals.withdraw(one.id, bo),
      ),
    );
    expect(tries.filter((done) => done)).toHaveLength(1);
    expect(await other.preapprovals.live('fap')).toEqual([]);
    expect(await other.preapprovals.list('fap', 5)).toMatchObject([{ id: one.id, withdrawnBy: bo }]);
    expect(stateOf(await ask(store, 1, [one]))).toBe('pending');
    expect((await store.requests.find({ id: one.id }))?.preapproved?.withdrawnBy).toEqual(bo);
    expect(await rows("SELECT seq FROM audit_log WHERE event = 'WITHDRAWN'")).toHaveLength(1);
  });
});

describe('who can write to the store alone', () => {
  it('signs nothing', async () => {
    const one = await signed();
    await schema.admin.query(
      `INSERT INTO preapprovals SELECT '01FORGED000000000000000001', 99, app, signer_person, signer, '{}', 9999, used, reason,
         policy_version, signed_at, ends_at, NULL, NULL, team_id, channel, thread_ts, 0, audit_seq FROM preapprovals`,
    );
    expect(await other.preapprovals.list('fap', 10)).toEqual([one]);
    const forged = { ...one, id: '01FORGED000000000000000001' } as Preapproval; // as long as a ULID
    expect(stateOf(await ask(store, 1, [forged]))).toBe('pending');
  });

  it.each([
    ['widens', "most = 9999, filter = '{}'"],
    ['prolongs', 'ends_at = ends_at + INTERVAL 1 YEAR'],
    ['passes on', "signer_person = 'U0X', signer = '{}'"],
  ])('%s none', async (_, change) => {
    const one = await signed();
    await schema.admin.query(`UPDATE preapprovals SET ${change}`);
    expect(await other.preapprovals.live('fap')).toEqual([one]);
    expect(stateOf(await ask(store, 51, [one]))).toBe('pending');
    expect(stateOf(await ask(store, 1, [one], { requester: chen }))).toBe('pending');
  });

  it('revives none that is over, used up or withdrawn', async () => {
    const [over, full, gone] = [await signed({ seconds: 1 }), await signed({ most: 3 }), await signed()];
    await ask(store, 3, [full]);
    await store.preapprovals.withdraw(gone.id, bo);
    await expect.poll(() => store.preapprovals.live('fap')).toEqual([]);
    await schema.admin.query(
      'UPDATE preapprovals SET used = 0, withdrawn_at = NULL, withdrawn_by = NULL, ends_at = ends_at + INTERVAL 1 YEAR',
    );
    expect(await other.preapprovals.live('fap')).toEqual([]);
    expect(stateOf(await ask(store, 1, [over, full, gone]))).toBe('pending');
  });

  it('adds no signature to the audit log', async () => {
    const one = await signed();
    await schema.admin.query(
      `INSERT INTO audit_log SELECT seq + 100, at, event, actor, verb, app, target, reason, '01FORGED000000000000000001', NULL,
         outcome, detail, REPEAT('e', 64), hash FROM audit_log WHERE outcome = 'signed'`,
    );
    await schema.admin.query(
      `INSERT INTO preapprovals SELECT '01FORGED000000000000000001', 99, app, signer_person, signer, filter, most, used, reason,
         policy_version, signed_at, ends_at, NULL, NULL, team_id, channel, thread_ts, 0, audit_seq + 100 FROM preapprovals`,
    );
    expect(await other.preapprovals.list('fap', 10)).toEqual([one]);
  });
});

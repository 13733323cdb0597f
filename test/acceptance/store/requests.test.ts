import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/core/clock.ts';
import { failedJobId, findJobUuid, type JobUuid } from '../../../src/core/ids.ts';
import type { FailedRow } from '../../../src/core/request.ts';
import { type CallResult, LeaseLost, type RetryAllowance } from '../../../src/core/store-ports.ts';
import { hashOf } from '../../../src/store/archive.ts';
import type { Store } from '../../../src/store/store.ts';
import { type StoreSchema, type StoreServer, startStoreServer } from './store-server.ts';
import { anna, callOf, newRequest, opened, runIdOf, storeOn, target } from './support.ts';

let server: StoreServer;
beforeAll(async () => {
  server = await startStoreServer();
});
afterAll(() => server.stop());

let schema: StoreSchema;
let store: Store;
let other: Store;
/** Waits for the slot pass at once. */
const hasty = (): Clock => {
  let now = 0;
  return {
    now: () => new Date(now),
    wait: async (milliseconds) => {
      now += milliseconds;
    },
  };
};
beforeEach(async () => {
  schema = await server.schema();
  store = storeOn(schema.url, { clock: hasty() });
  other = storeOn(schema.url, { clock: hasty() });
});
afterEach(() => Promise.all([store.stop(1_000), other.stop(1_000)]));

async function rows(text: string): Promise<readonly RowDataPacket[]> {
  const [found] = await schema.admin.query<RowDataPacket[]>(text);
  return found;
}
const events = async (): Promise<readonly string[]> =>
  (await rows('SELECT event FROM audit_log ORDER BY seq')).map(({ event }) => String(event));
const endLease = () =>
  schema.admin.query('UPDATE executions SET lease_until = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND');
const states = (id: number, state: 'pushed' | 'double_risk' | 'done' | 'waiting' | 'present') =>
  new Map([[failedJobId(id), { state }]]);

describe('opening a request', () => {
  it('records all of it at once, as it is read back', async () => {
    const request = newRequest([7, 3], { facts: { costly: true }, reason: 'mended' });
    const result = await store.requests.open(request, undefined);
    if (!result.ok) throw new Error(result.why);
    expect(result.view).toMatchObject({
      ...{ id: request.id, number: 1, verb: 'retry', count: 2, state: 'consumed', version: 1 },
      ...{ facts: { costly: true }, reason: 'mended', requester: anna, countsByState: { frozen: 2 } },
      execution: { state: 'executing', finishedAt: null },
    });
    expect(result.view.targets.map(({ failedId }) => failedId)).toEqual([3, 7]);
    expect(await store.requests.find({ number: 1 })).toEqual(result.view);
    expect(await events()).toEqual(['REQUESTED', 'CLAIMED']);
    expect(await store.requests.find({ number: 2 })).toBeUndefined();
  });

  it('takes the app’s one slot: of two at once, over two replicas, one is busy with the other', async () => {
    const both = await Promise.all([
      store.requests.open(newRequest([1]), undefined),
      other.requests.open(newRequest([1]), undefined),
    ]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    expect(both.find(({ ok }) => !ok)).toEqual({ ok: false, why: 'busy', number: 1 });
    expect(await rows('SELECT id FROM approvals')).toHaveLength(1);
  });

  it('leaves other apps and hosts, and what takes no slot, alone', async () => {
    await opened(store, newRequest([1]));
    await opened(store, newRequest([1], { app: 'other' }));
    await opened(store, newRequest([1], { host: 'api-2' }));
    await opened(store, newRequest([1], { takesSlot: false, verb: 'restart' }));
  });

  it('waits for the slot, and gets it when the run before has its outcome', async () => {
    const first = await opened(store, newRequest([1]));
    let waits = 0;
    const wait = async (): Promise<void> => {
      waits += 1;
      if (waits === 3) await store.requests.finish(first, 'succeeded', {});
    };
    const waiting = storeOn(schema.url, { clock: { now: () => new Date(0), wait } });
    expect(await waiting.requests.open(newRequest([2]), undefined)).toMatchObject({ ok: true });
    expect(waits).toBe(3);
    await waiting.stop(1_000);
  });

  it('does not get the slot because a lease is over', async () => {
    await opened(store, newRequest([1]));
    await endLease();
    expect(await other.requests.open(newRequest([2]), undefined)).toMatchObject({ ok: false, why: 'busy' });
  });
});

describe('what one person may do alone', () => {
  const allowance = (ids: number, more: Partial<RetryAllowance> = {}): RetryAllowance => ({
    ...{ person: 'U0ANNA', ids, costlyIds: 0, limits: { ids: 10, costly: 1 }, withinSeconds: 3_600 },
    costlyQueues: new Set(['database:commerce']),
    ...more,
  });
  const ids = (from: number, count: number): number[] =>
    Array.from({ length: count }, (_, index) => from + index);

  it('is counted over all commands of the window', async () => {
    const six = await store.requests.open(newRequest(ids(1, 6)), allowance(6));
    if (!six.ok) throw new Error(six.why);
    await store.requests.finish(six.execution, 'succeeded', {});
    expect(await store.requests.open(newRequest(ids(11, 5)), allowance(5))).toEqual({
      ...{ ok: false, why: 'needs-approval', used: 6, limit: 10, costly: false },
    });
    expect(await store.requests.open(newRequest(ids(11, 4)), allowance(4))).toMatchObject({ ok: true });
  });

  it('is not exceeded by two commands at once', async () => {
    const all = await Promise.all(
      [store, other, store, other].map((through, index) =>
        through.requests.open(newRequest(ids(index * 10 + 1, 4), { host: `api-${index}` }), allowance(4)),
      ),
    );
    expect(all.filter(({ ok }) => ok)).toHaveLength(2);
    expect(all.filter((one) => !one.ok && one.why === 'needs-approval')).toHaveLength(2);
  });

  it('is less for costly queues', async () => {
    const costly = (id: number) =>
      newRequest([id], { host: `api-${id}`, targets: [target(id, { queue: 'commerce' })] });
    expect(await store.requests.open(costly(1), allowance(1, { costlyIds: 1 }))).toMatchObject({ ok: true });
    expect(await store.requests.open(costly(2), allowance(1, { costlyIds: 1 }))).toEqual({
      ...{ ok: false, why: 'needs-approval', used: 1, limit: 1, costly: true },
    });
  });

  it('does not count what was not started, what is older, and what others did', async () => {
    const first = await store.requests.open(newRequest(ids(1, 9)), allowance(9));
    if (!first.ok) throw new Error(first.why);
    await store.requests.finish(first.execution, 'not_started', {});
    const second = await store.requests.open(newRequest(ids(1, 9)), allowance(9));
    if (!second.ok) throw new Error(second.why);
    await store.requests.finish(second.execution, 'succeeded', {});
    await schema.admin.query('UPDATE approvals SET requested_at = requested_at - INTERVAL 61 MINUTE');
    const bo = { ...anna, person: 'U0BO', userId: 'U0BO' };
    const third = newRequest(ids(20, 10), { requester: bo, host: 'api-2' });
    expect(await store.requests.open(third, allowance(10, { person: 'U0BO' }))).toMatchObject({ ok: true });
    expect(await store.requests.open(newRequest(ids(1, 10)), allowance(10))).toMatchObject({ ok: true });
  });

  it('leaves the slot free when it refuses', async () => {
    await store.requests.open(newRequest(ids(1, 11)), allowance(11));
    await opened(store, newRequest([1]));
  });
});

describe('a running execution', () => {
  it('writes its intent before the call, its result after it, and each only once', async () => {
    const execution = await opened(store, newRequest([1]));
    const before = await store.requests.now();
    await store.requests.intend(execution, callOf(execution, [1]));
    const after = await store.requests.now();
    const [call] = await store.requests.calls(execution.executionId);
    expect(call).toMatchObject({ failedIds: [1], state: 'intended', rc: null });
    const began = (call?.lifeEndsAt.getTime() ?? 0) - 100_000;
    expect(began).toBeGreaterThanOrEqual(before.getTime());
    expect(began).toBeLessThanOrEqual(after.getTime());
    const result: CallResult = {
      ...{ runId: runIdOf(execution), state: 'ended' as const, rc: 0, stdout: 'said', stderr: 'warned' },
      ...{ durationMs: 5, countsAfter: { present: 0 } },
    };
    await store.requests.record(execution, result);
    await store.requests.record(execution, result);
    await store.requests.finish(execution, 'succeeded', { pushed: 1 });
    await store.requests.finish(execution, 'failed', {});
    expect(await events()).toEqual(['REQUESTED', 'CLAIMED', 'INTENT', 'RESULT', 'OUTCOME']);
    expect(await store.requests.calls(execution.executionId)).toMatchObject([
      { state: 'ended', output: 'said\nwarned' },
    ]);
    expect((await store.requests.find({ number: 1 }))?.execution).toMatchObject({
      ...{ state: 'succeeded', detail: { pushed: 1 } },
    });
  });

  it('can write nothing once another process has taken it over', async () => {
    const execution = await opened(store, newRequest([1]));
    expect(await other.requests.takeOver()).toBeUndefined();
    await endLease();
    const taken = await other.requests.takeOver();
    expect(taken).toMatchObject({ requestId: execution.requestId, takenOver: true, requester: anna });
    expect(await store.requests.takeOver()).toBeUndefined();
    const { requests } = store;
    const before = await rows('SELECT * FROM approvals JOIN executions USING (host)');
    for (const write of [
      () => requests.intend(execution, callOf(execution, [1])),
      () => requests.setTargets(execution, states(1, 'pushed')),
      () => requests.suspect(execution, 'why'),
      () => requests.finish(execution, 'failed', {}),
      () => requests.archive(execution, (async function* () {})()),
    ]) {
      await expect(write()).rejects.toBeInstanceOf(LeaseLost);
    }
    expect(await requests.renew(execution)).toBe(false);
    expect(await rows('SELECT * FROM approvals JOIN executions USING (host)')).toEqual(before);
    if (taken === undefined) throw new Error('not taken over');
    await other.requests.finish(taken, 'not_started', {});
    expect(await events()).toEqual(['REQUESTED', 'CLAIMED', 'RECONCILED', 'OUTCOME']);
  });

  it('is taken over by one of many', async () => {
    await opened(store, newRequest([1]));
    await endLease();
    const all = await Promise.all([store, other, store, other].map(({ requests }) => requests.takeOver()));
    expect(all.filter((one) => one !== undefined)).toHaveLength(1);
  });

  it('is handed back for another to take at once, and kept while it is renewed', async () => {
    const execution = await opened(store, newRequest([1]));
    expect(await store.requests.renew(execution)).toBe(true);
    expect(await other.requests.takeOver()).toBeUndefined();
    await store.requests.handBack(execution);
    expect(await other.requests.takeOver()).toMatchObject({ executionId: execution.executionId });
  });

  it('that is suspect keeps the slot, and says so once', async () => {
    const execution = await opened(store, newRequest([1]));
    await store.requests.suspect(execution, 'the data could not be read');
    await store.requests.suspect(execution, 'the data could not be read');
    expect(await store.requests.find({ number: 1 })).toMatchObject({
      ...{ version: 2, execution: { state: 'unknown' } },
    });
    expect(await other.requests.open(newRequest([2]), undefined)).toMatchObject({ why: 'busy' });
    await store.requests.finish(execution, 'partial', {});
    expect((await events()).slice(2)).toEqual(['RECONCILED', 'OUTCOME']);
  });

  it('writes nothing after its outcome', async () => {
    const execution = await opened(store, newRequest([1]));
    await store.requests.finish(execution, 'failed', {});
    await expect(store.requests.intend(execution, callOf(execution, [1]))).rejects.toBeInstanceOf(LeaseLost);
    await endLease();
    expect(await other.requests.takeOver()).toBeUndefined();
  });

  it('leaves nothing half when the connection breaks in the middle of a write', async () => {
    const through = storeOn(schema.wireUrl, { clock: hasty() });
    const execution = await opened(through, newRequest([1]));
    // The head is held by somebody else, so the write stands still with its first rows written.
    await schema.admin.query('START TRANSACTION');
    await schema.admin.query('SELECT seq FROM audit_head FOR UPDATE');
    const write = through.requests.intend(execution, callOf(execution, [1]));
    write.catch(() => undefined);
    await expect
      .poll(
        async () =>
          (
            await rows(
              "SELECT id FROM information_schema.processlist WHERE info LIKE 'SELECT seq, hash FROM audit_head%'",
            )
          ).length,
      )
      .toBe(1);
    // For good, so that it can't be tried again.
    schema.wire.close();
    await expect(write).rejects.toThrow();
    await schema.admin.query('ROLLBACK');
    expect(await store.requests.calls(execution.executionId)).toEqual([]);
    expect(await events()).toEqual(['REQUESTED', 'CLAIMED']);
    expect(await store.verifyAudit()).toMatchObject({ ok: true });
    await through.stop(100);
  });
});

describe('targets', () => {
  it('move only forward from pushed and waiting when they are followed', async () => {
    const execution = await opened(store, newRequest([1, 2]));
    await store.requests.setTargets(execution, new Map([...states(1, 'pushed'), ...states(2, 'present')]));
    await store.requests.finish(execution, 'partial', {});
    await store.requests.follow(
      execution.requestId,
      new Map([...states(1, 'waiting'), ...states(2, 'done')]),
      false,
    );
    await store.requests.follow(
      execution.requestId,
      new Map([[failedJobId(1), { state: 'failed_again', failedAgainAs: failedJobId(9) }]]),
      true,
    );
    await store.requests.follow(execution.requestId, states(1, 'done'), true);
    expect(await store.requests.targets(execution.requestId)).toMatchObject([
      { failedId: 1, state: 'failed_again', failedAgainAs: 9 },
      { failedId: 2, state: 'present' },
    ]);
  });

  it('make the version grow when they change, and only then', async () => {
    const execution = await opened(store, newRequest([1]));
    await store.requests.setTargets(execution, states(1, 'pushed'));
    await store.requests.setTargets(execution, states(1, 'pushed'));
    expect(await store.requests.find({ number: 1 })).toMatchObject({
      version: 2,
      countsByState: { pushed: 1 },
    });
  });

  it('keep the mark of a double risk for ever, for the same job alone', async () => {
    const execution = await opened(store, newRequest([1, 2]));
    await store.requests.setTargets(execution, states(1, 'double_risk'));
    await store.requests.setTargets(execution, states(1, 'pushed'));
    await store.requests.finish(execution, 'partial', {});
    const uuid = (id: number) => target(id).uuid as JobUuid; // every test target has one
    const ask = (app: string, ids: number[], uuids: JobUuid[]) =>
      store.requests.doubleRisks(app, ids.map(failedJobId), uuids);
    expect(await ask('fap', [1, 2], [uuid(1), uuid(2)])).toEqual(new Set([1]));
    expect(await ask('other', [1], [uuid(1)])).toEqual(new Set());
    // The table was emptied, and its ids are given out again.
    const another = findJobUuid('ffffffff-0000-4000-8000-000000000000');
    expect(await ask('fap', [1], another === undefined ? [] : [another])).toEqual(new Set());
    expect(await ask('fap', [], [])).toEqual(new Set());
  });

  it('are found again by uuid, newest request first', async () => {
    for (const state of ['pushed', 'present'] as const) {
      const execution = await opened(store, newRequest([5]));
      await store.requests.setTargets(execution, states(5, state));
      await store.requests.finish(execution, 'succeeded', {});
    }
    expect(await store.requests.history('fap', target(5).uuid as JobUuid)).toMatchObject([
      { number: 2, verb: 'retry', requesterUserId: 'U0ANNA', targetState: 'present' },
      { number: 1, targetState: 'pushed' },
    ]);
  });
});

describe('the archive', () => {
  const failed = (id: number, payload: Buffer): FailedRow => ({
    ...{ id: failedJobId(id), uuid: null, connection: 'database', queue: 'reports', payload },
    ...{ exception: Buffer.from([0, 255, 39, 92, 10, 13, 26, 0xf0, 0x28]), failedAt: '2026-11-25 02:30:00' },
  });
  async function* batches(...all: readonly (readonly FailedRow[])[]): AsyncGenerator<readonly FailedRow[]> {
    yield* all;
  }

  it('keeps rows byte for byte, also big ones, and seals their number and digest', async () => {
    const execution = await opened(store, newRequest([1, 2, 3]));
    const all = [
      failed(1, Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))),
      failed(2, Buffer.alloc(9 * 1024 * 1024, 'ab\\\'"')),
      failed(3, Buffer.alloc(0)),
    ];
    const archived = await store.requests.archive(execution, batches(all.slice(0, 2), [], all.slice(2)));
    expect(archived).toEqual({ count: 3, bytes: 256 + 9 * 1024 * 1024 + 27 });
    const kept = await rows('SELECT * FROM archived_failed_jobs ORDER BY failed_id');
    for (const [index, row] of all.entries()) {
      expect(row.payload.equals(kept[index]?.['payload'])).toBe(true);
      expect(row.exception.equals(kept[index]?.['exception'])).toBe(true);
      expect(kept[index]).toMatchObject({ failed_at: row.failedAt, sha256: hashOf(row), restored_at: null });
    }
    const sealed = await rows("SELECT detail FROM audit_log WHERE event = 'ARCHIVED' ORDER BY seq");
    const sha256 = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(sealed.map(({ detail }) => JSON.parse(detail))).toMatchObject([
      { count: 1, ids: '1', sha256 },
      { count: 1, ids: '2', sha256 },
      { count: 1, ids: '3', sha256 },
    ]);
  });

  it('vouches for what it has when reading the rows breaks off', async () => {
    const execution = await opened(store, newRequest([1]));
    const broken = (async function* (): AsyncGenerator<readonly FailedRow[]> {
      yield [failed(1, Buffer.from('x'))];
      throw new Error('the database went away');
    })();
    await expect(store.requests.archive(execution, broken)).rejects.toThrow('went away');
    expect(await events()).toEqual(['REQUESTED', 'CLAIMED', 'ARCHIVED']);
    expect(await rows('SELECT failed_id FROM archived_failed_jobs')).toHaveLength(1);
  });
});

describe('what comes in twice', () => {
  it('is claimed by one of many, for keys of any length', async () => {
    const long = (end: string): string => `action:${'x'.repeat(300)}:${end}`;
    for (const key of ['command:1', long('a'), long('b')]) {
      const claims = await Promise.all([store, other, store, other].map(({ inbound }) => inbound.claim(key)));
      expect(claims.filter(Boolean)).toHaveLength(1);
    }
  });

  it('is forgotten after two days', async () => {
    await store.inbound.claim('old');
    await schema.admin.query('UPDATE inbound SET at = at - INTERVAL 49 HOUR');
    await store.inbound.claim('new');
    await store.inbound.purge();
    expect((await rows('SELECT dedupe_key FROM inbound')).map((row) => row['dedupe_key'])).toEqual(['new']);
  });
});

describe('cards', () => {
  it('are behind until Slack has shown the request’s version, and again when it changes', async () => {
    const execution = await opened(store, newRequest([1]));
    const [card] = await store.cards.behind(10);
    if (card === undefined) throw new Error('no card');
    expect(card).toMatchObject({ channel: 'C0OPS', messageTs: undefined, shownVersion: 0, version: 1 });
    expect(card.attempted).toBe(false);
    await store.cards.attempt(card);
    expect(await other.cards.behind(10)).toMatchObject([{ attempted: true }]);
    await store.cards.shown(card, '1.2', 1);
    expect(await store.cards.behind(10)).toEqual([]);
    await store.requests.setTargets(execution, states(1, 'pushed'));
    const [again] = await store.cards.behind(10);
    expect(again).toMatchObject({ messageTs: '1.2', shownVersion: 1, version: 2, attempted: false });
    await store.requests.setTargets(execution, states(1, 'present'));
    // What was sent was version 2: the card stays behind.
    if (again !== undefined) await store.cards.shown(again, '1.2', 2);
    expect(await store.cards.behind(10)).toMatchObject([{ shownVersion: 2, version: 3 }]);
  });

  it('never go back to a lower version', async () => {
    await opened(store, newRequest([1]));
    const [card] = await store.cards.behind(10);
    if (card === undefined) throw new Error('no card');
    await store.cards.shown(card, '1.2', 1);
    await store.cards.shown(card, '9.9', 0);
    expect(await rows('SELECT message_ts, version FROM cards')).toEqual([{ message_ts: '1.2', version: 1 }]);
  });

  it('that were given up come again with the next change', async () => {
    const execution = await opened(store, newRequest([1]));
    const [card] = await store.cards.behind(10);
    if (card === undefined) throw new Error('no card');
    await store.cards.giveUp(card);
    expect(await store.cards.behind(10)).toEqual([]);
    await store.requests.setTargets(execution, states(1, 'pushed'));
    expect(await store.cards.behind(10)).toHaveLength(1);
  });

  it('are posted to a channel by one process at a time', async () => {
    expect(await store.cards.leaseChannel('C0OPS', 'a')).toBe(true);
    expect(await other.cards.leaseChannel('C0OPS', 'b')).toBe(false);
    expect(await store.cards.leaseChannel('C0OPS', 'a')).toBe(true);
    expect(await other.cards.leaseChannel('C0OTHER', 'b')).toBe(true);
    await schema.admin.query('UPDATE leases SET until = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND');
    expect(await other.cards.leaseChannel('C0OPS', 'b')).toBe(true);
    expect(await store.cards.leaseChannel('C0OPS', 'a')).toBe(false);
  });
});

import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { failedJobId } from '../../../src/core/ids.ts';
import type { FailedRow } from '../../../src/core/request.ts';
import { LeaseLost, type RunningExecution } from '../../../src/core/store-ports.ts';
import { hashOf } from '../../../src/store/archive.ts';
import type { Store } from '../../../src/store/store.ts';
import { claimed, found } from './asking.ts';
import { type StoreSchema, type StoreServer, startStoreServer } from './store-server.ts';
import { bo, callOf, chen, newRequest, opened, storeOn, target } from './support.ts';

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
  const [all] = await schema.admin.query<RowDataPacket[]>(text);
  return all;
}
const run = (text: string) => schema.admin.query(text);
const endLeases = () => run("UPDATE executions SET lease_until = '2020-01-01'");

describe('a claimed run', () => {
  it('is stopped between two chunks by a kill switch thrown on another replica', async () => {
    const execution = await claimed(store);
    await store.requests.intend(execution, callOf(execution, [1]));
    expect(await store.control.mayGoOn(execution)).toEqual({ kind: 'go', continued: false });
    await other.switches.freeze('fap', 'stop all', chen);
    expect(await store.control.mayGoOn(execution)).toMatchObject({
      ...{ kind: 'frozen', freeze: { reason: 'stop all', by: chen } },
    });
    await other.switches.unfreeze('fap', bo);
    expect(await store.control.mayGoOn(execution)).toMatchObject({ kind: 'go' });
  });

  it('calls artisan only while it holds the slot', async () => {
    const execution = await claimed(store);
    await store.control.letSlotGo(execution);
    await expect(store.requests.intend(execution, callOf(execution, [1]))).rejects.toThrow(
      'without the slot',
    );
    expect(await store.requests.calls(execution.executionId)).toEqual([]);
    expect(await store.control.takeSlotAgain(execution)).toBe(true);
    await store.requests.intend(execution, callOf(execution, [1]));
  });

  it('that let the slot go gets it back as one of two at once', async () => {
    const [one, two] = [await claimed(store, { host: 'a' }), await claimed(other, { host: 'b' })];
    await run("UPDATE executions SET host = 'a'");
    await store.control.letSlotGo(one);
    const same = { ...two, host: 'a' };
    const both = await Promise.all([store.control.takeSlotAgain(one), other.control.takeSlotAgain(same)]);
    expect(both.filter(Boolean)).toHaveLength(1);
  });

  it('writes nothing once another process has taken it over, and is stopped there all the same', async () => {
    const execution = await claimed(store);
    await endLeases();
    const taken = await other.requests.takeOver();
    if (taken === undefined) throw new Error('not taken over');
    await expect(store.control.mayGoOn(execution)).rejects.toBeInstanceOf(LeaseLost);
    await expect(store.control.progress(execution, {})).rejects.toBeInstanceOf(LeaseLost);
    await expect(store.control.restored(execution, undefined, {})).rejects.toBeInstanceOf(LeaseLost);
    expect(await store.control.press('stop', execution.requestId, bo)).toBe(true);
    expect(await other.control.mayGoOn(taken)).toEqual({ kind: 'stopped', by: bo });
  });

  it('is stopped by one of many, and each press is on record once', async () => {
    const execution = await claimed(store);
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 === 0 ? store : other).control.press('stop', execution.requestId, bo),
      ),
    );
    expect(all.filter(Boolean)).toHaveLength(1);
    expect(await rows("SELECT seq FROM audit_log WHERE event = 'STOPPED'")).toHaveLength(1);
    expect(await store.control.press('continue', execution.requestId, bo)).toBe(false);
  });

  it('is restored once, on record once', async () => {
    const origin = await claimed(store, { host: 'of-the-origin' });
    const execution = await claimed(store, { verb: 'restore' });
    await store.requests.setTargets(execution, new Map([[failedJobId(1), { state: 'restored' }]]));
    await store.control.restored(execution, origin.requestId, { restored: 1 });
    await store.control.restored(execution, origin.requestId, { restored: 1 });
    expect(await store.requests.find({ id: origin.requestId })).toMatchObject({ restored: 1 });
    expect(await rows("SELECT run_id FROM audit_log WHERE event = 'RESTORED'")).toEqual([
      { run_id: execution.executionId },
    ]);
  });
});

describe('the watch over what was pushed', () => {
  const pushed = async (): Promise<RunningExecution> => {
    const execution = await claimed(store);
    await store.requests.setTargets(execution, new Map([[failedJobId(1), { state: 'pushed' }]]));
    await store.requests.finish(execution, 'succeeded', {});
    return execution;
  };

  it('is taken over by one of many when its process is gone, and lost by that process', async () => {
    const execution = await pushed();
    expect(await other.control.takeOverFollow()).toBeUndefined();
    await run('UPDATE execution_runs SET follow_until = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND');
    const all = await Promise.all(
      [store, other, store, other].map(({ control }) => control.takeOverFollow()),
    );
    const [taken] = all.filter((one) => one !== undefined);
    expect(all.filter((one) => one !== undefined)).toHaveLength(1);
    expect(taken).toMatchObject({ requestId: execution.requestId, takenOver: true });
    expect(await store.control.keepFollow(execution, false)).toBe(false);
    if (taken === undefined) return;
    await other.control.progress(taken, { done: 1 });
    expect(await other.control.keepFollow(taken, true)).toBe(true);
    await run('UPDATE execution_runs SET follow_until = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND');
    expect(await other.control.takeOverFollow()).toBeUndefined();
    expect((await found(store, execution)).execution).toMatchObject({
      followed: false,
      progress: { done: 1 },
    });
  });

  it('tells its end once to who asked, unless the outcome is still to be said and tells it all', async () => {
    const became = async () =>
      (await store.outbox.waiting(9))
        .filter(({ kind }) => kind === 'became')
        .map(({ privateTo }) => privateTo);
    const early = await pushed();
    expect(await store.control.keepFollow(early, true)).toBe(true);
    expect(await became()).toEqual([]);
    const execution = await pushed();
    for (const notice of await store.outbox.waiting(9)) await store.outbox.attempt(notice);
    await store.control.keepFollow(execution, false);
    expect(await became()).toEqual([]);
    expect(await store.control.keepFollow(execution, true)).toBe(true);
    expect(await store.control.keepFollow(execution, true)).toBe(false);
    expect(await became()).toEqual(['U0ANNA']);
  });

  it('is begun wherever something was pushed, whether or not others voted on it', async () => {
    const plain = await opened(store, newRequest([1]));
    await store.requests.setTargets(plain, new Map([[failedJobId(1), { state: 'pushed' }]]));
    await store.requests.finish(plain, 'succeeded', {});
    const idle = await claimed(store);
    await store.requests.finish(idle, 'not_started', {});
    expect((await found(store, plain)).execution?.followed).toBe(true);
    expect((await found(store, idle)).execution?.followed).toBe(false);
  });
});

describe('the archive of a request', () => {
  const failed = (id: number, size = 50): FailedRow => ({
    ...{ id: failedJobId(id), uuid: target(id).uuid, connection: 'database', queue: 'reports' },
    ...{ payload: Buffer.alloc(size, id), exception: Buffer.from([0, 255, 39, 92, id]) },
    failedAt: '2026-11-25 02:30:00',
  });
  async function* batches(...all: readonly (readonly FailedRow[])[]): AsyncGenerator<readonly FailedRow[]> {
    yield* all;
  }
  /** Three pieces, whose ids lie across one another. */
  const archived = async (): Promise<RunningExecution> => {
    const execution = await claimed(store, {}, [1, 2, 3, 4, 5, 6]);
    await store.requests.archive(execution, batches([failed(1), failed(4)]));
    await store.requests.archive(execution, batches([failed(2), failed(5)], [failed(3), failed(6)]));
    return execution;
  };
  const intact = async (execution: RunningExecution): Promise<readonly number[]> =>
    (await other.control.archived(execution.requestId, failedJobId(0), 10_000))
      .filter((row) => row.intact)
      .map(({ id }) => id);

  it('is intact page by page, also where its pieces lie across one another', async () => {
    const execution = await archived();
    expect(await intact(execution)).toEqual([1, 2, 3, 4, 5, 6]);
    const seen: number[] = [];
    for (let after = 0; ; ) {
      const page = await other.control.archived(execution.requestId, failedJobId(after), 120);
      for (const row of page) expect(row).toEqual({ ...failed(row.id), intact: true, restoredAt: null });
      seen.push(...page.map(({ id }) => id));
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.id;
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('names no row intact that was changed, also with its hash changed along', async () => {
    const execution = await archived();
    await run("UPDATE archived_failed_jobs SET payload = 'evil' WHERE failed_id = 4");
    expect(await intact(execution)).toEqual([1, 2, 3, 5, 6]);
    // With a hash of its own the piece fits its seal no more.
    const hash = hashOf({ ...failed(4), payload: Buffer.from('evil') });
    await run(`UPDATE archived_failed_jobs SET sha256 = '${hash}' WHERE failed_id = 4`);
    expect(await intact(execution)).toEqual([2, 3, 5, 6]);
  });

  it('names no row intact that was added, nor the rest of a piece that lost one', async () => {
    const execution = await archived();
    await run(
      `INSERT INTO archived_failed_jobs SELECT request_id, 9, uuid, connection, queue, payload, exception, failed_at,
         sha256, NULL FROM archived_failed_jobs WHERE failed_id = 1`,
    );
    await run('DELETE FROM archived_failed_jobs WHERE failed_id = 5');
    expect(await intact(execution)).toEqual([1, 3, 4, 6]);
  });

  it('vouches by nothing that was not sealed', async () => {
    const execution = await archived();
    await run(
      "UPDATE audit_log SET detail = REPLACE(detail, '\"count\":2', '\"count\":3') WHERE event = 'ARCHIVED'",
    );
    expect(await intact(execution)).toEqual([]);
  });

  it('takes the same rows again from a run that was cut off, and refuses others under their ids', async () => {
    const execution = await archived();
    expect(await store.requests.archive(execution, batches([failed(6), failed(7)]))).toMatchObject({
      count: 2,
    });
    expect(await intact(execution)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    await expect(store.requests.archive(execution, batches([failed(7, 51)]))).rejects.toThrow('another one');
  });

  it('gives each row to one restore, of many at once', async () => {
    const execution = await archived();
    const restores = [await claimed(store, { verb: 'restore' }), await claimed(store, { verb: 'restore' })];
    const ids = [1, 2, 3, 4, 5, 6].map(failedJobId);
    const all = await Promise.all(
      restores.map((one, index) =>
        (index === 0 ? store : other).control.claimRestore(one, execution.requestId, ids),
      ),
    );
    expect(all.map(({ size }) => size).sort()).toEqual([0, 6]);
  });

  it('reads pages of big rows without reading far ahead', async () => {
    const execution = await claimed(store, {}, [1, 2, 3]);
    const big = 3 * 1024 * 1024;
    await store.requests.archive(execution, batches([failed(1, big), failed(2, big), failed(3, 10)]));
    const page = await store.control.archived(execution.requestId, failedJobId(0), 4 * 1024 * 1024);
    expect(page.map(({ id, intact: good }) => [id, good])).toEqual([[1, true]]);
    const rest = await store.control.archived(execution.requestId, failedJobId(1), 4 * 1024 * 1024);
    expect(rest.map(({ id }) => id)).toEqual([2, 3]);
  });
});

describe('a drill', () => {
  const drill = (host: string): Promise<RunningExecution> =>
    opened(store, newRequest([], { verb: 'drill', words: 'drill reports', template: 'drill', host }));
  const failure = target(101, { jobClass: 'BuildReportJob' });
  const recordOf = (execution: RunningExecution) => ({
    ...{ requestId: execution.requestId, number: execution.number, app: 'fap', queue: 'database:reports' },
    ...{ actor: execution.requester, steps: [], left: [101] },
    conclusion: { kind: 'failed', step: 'job' } as const,
  });

  it('is one of an application at a time, over all replicas, until its request has ended', async () => {
    const [one, two] = [await drill('a'), await drill('b')];
    const begun = await Promise.all([
      store.drills.begin(one, 'database:reports'),
      other.drills.begin(two, 'database:reports'),
    ]);
    expect(begun.filter((number) => number === undefined)).toHaveLength(1);
    const [holder, late] = begun[0] === undefined ? [one, two] : [two, one];
    expect(begun).toContain(holder.number);
    expect(await other.drills.underWay('fap')).toBe(holder.number);
    expect(await store.drills.begin(holder, 'database:reports')).toBeUndefined();
    await store.drills.end(holder, recordOf(holder));
    expect(await store.drills.begin(late, 'database:reports')).toBeUndefined();
    // One that ended without a word keeps nobody out.
    await store.requests.finish(late, 'failed', {});
    expect(await store.drills.underWay('fap')).toBeUndefined();
    expect(await store.drills.begin(await drill('c'), 'database:ops')).toBeUndefined();
  });

  it('has its failure as a target, once, and ends in one record', async () => {
    const execution = await drill('a');
    await store.drills.target(execution, failure);
    await store.drills.target(execution, failure);
    expect(await store.requests.targets(execution.requestId)).toMatchObject([
      { failedId: 101, state: 'frozen' },
    ]);
    expect(await found(store, execution)).toMatchObject({ count: 1, countsByState: { frozen: 1 } });
    await store.drills.end(execution, recordOf(execution));
    await store.drills.end(execution, {
      ...recordOf(execution),
      conclusion: { kind: 'passed', reservations: [] },
    });
    expect(await rows('SELECT * FROM drills')).toMatchObject([
      {
        number: execution.number,
        person: 'U0ANNA',
        conclusion: 'failed',
        step: 4,
        left_behind: '101',
        open_app: null,
      },
    ]);
  });

  it('writes nothing once another process has taken it over', async () => {
    const execution = await drill('a');
    await endLeases();
    await other.requests.takeOver();
    await expect(store.drills.begin(execution, 'q')).rejects.toBeInstanceOf(LeaseLost);
    await expect(store.drills.target(execution, failure)).rejects.toBeInstanceOf(LeaseLost);
    await expect(store.drills.end(execution, recordOf(execution))).rejects.toBeInstanceOf(LeaseLost);
  });

  it('hears who holds the slot that it wants for its retry', async () => {
    const execution = await drill('a');
    await store.control.letSlotGo(execution);
    const holder = await opened(store, newRequest([1], { host: 'a' }));
    expect(await store.control.askSlot(execution)).toBe(holder.number);
    await store.requests.finish(holder, 'failed', {});
    expect(await store.control.askSlot(execution)).toBeUndefined();
  });

  it('has its audit rows proved, and a row that somebody edited is found', async () => {
    await opened(store, newRequest([1], { host: 'b' }));
    const execution = await drill('a');
    await store.requests.intend(execution, callOf(execution, []));
    const prove = () => store.auditProof.prove(execution.requestId, new AbortController().signal);
    expect(await prove()).toMatchObject({ kind: 'holds', events: ['REQUESTED', 'CLAIMED', 'INTENT'] });
    await run("UPDATE audit_log SET target = 'host=elsewhere' WHERE event = 'CLAIMED' AND verb = 'drill'");
    expect(await prove()).toMatchObject({ kind: 'broken', fault: 'edited' });
    expect(await store.auditProof.prove(execution.requestId, AbortSignal.abort())).toMatchObject({
      ...{ kind: 'missing', part: { part: 'store', why: 'timeout' } },
    });
  });
});

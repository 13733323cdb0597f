import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningExecution } from '../../../src/core/store-ports.ts';
import { LeaseLost } from '../../../src/core/store-ports.ts';
import type { Store } from '../../../src/store/store.ts';
import { type StoreSchema, type StoreServer, startStoreServer } from './store-server.ts';
import { bo, newRequest, opened, storeOn } from './support.ts';

let server: StoreServer;
let schema: StoreSchema;
let store: Store;
let other: Store;
beforeAll(async () => {
  server = await startStoreServer();
  schema = await server.schema();
  store = storeOn(schema.url);
  other = storeOn(schema.url);
});
afterAll(async () => {
  await Promise.all([store?.stop(1_000), other?.stop(1_000)]);
  await server.stop();
});
beforeEach(() => schema.admin.query('DELETE FROM queue_pauses'));

const queue = 'database:reports';
const begun = (verb: 'pause' | 'resume', more: Parameters<typeof newRequest>[1] = {}) =>
  opened(store, newRequest([], { verb, template: verb, takesSlot: false, facts: { queue }, ...more }));
async function paused(seconds: number | undefined, more = {}): Promise<RunningExecution> {
  const execution = await begun('pause', more);
  await store.pauses.begin(execution, queue, seconds);
  await store.requests.finish(execution, 'succeeded', {});
  return execution;
}
const viewOf = async ({ requestId }: RunningExecution) =>
  (await other.requests.find({ id: requestId }))?.pause;
const past = () => schema.admin.query('UPDATE queue_pauses SET until_at = UTC_TIMESTAMP(6)');
const leaseOver = () => schema.admin.query('UPDATE queue_pauses SET lease_until = UTC_TIMESTAMP(6)');

describe('a pause of a person', () => {
  it('is seen by every replica, with who, until when and why', async () => {
    const execution = await paused(600, { reason: 'the provider is down' });
    const [pause, ...more] = await other.pauses.list('fap');
    expect(more).toEqual([]);
    expect(pause).toMatchObject({ number: execution.number, queue, reason: 'the provider is down' });
    expect(pause).toMatchObject({ by: { userId: 'U0ANNA' }, lifting: false });
    expect((pause?.until?.getTime() ?? 0) - (pause?.since.getTime() ?? 0)).toBe(600_000);
    expect(await other.pauses.list('shop')).toEqual([]);
    const [[row]] = await schema.admin.query<RowDataPacket[]>(
      "SELECT target FROM audit_log WHERE event = 'REQUESTED'",
    );
    expect(row?.['target']).toBe('host=api-1 queue=database:reports');
  });

  it('is one of its queue: a later one replaces it, and its card is told', async () => {
    const first = await paused(600);
    const shown = (await store.requests.find({ id: first.requestId }))?.version ?? 0;
    const second = await paused(undefined, { requester: bo });
    expect((await store.pauses.list('fap')).map(({ number }) => number)).toEqual([second.number]);
    expect(await viewOf(first)).toMatchObject({
      ...{ ended: 'replaced', endedNumber: second.number, endedBy: { userId: 'U0BO' } },
    });
    expect((await store.requests.find({ id: first.requestId }))?.version).toBe(shown + 1);
    expect(await viewOf(second)).toMatchObject({ until: null, ended: null });
  });

  it('is begun once, whatever became of the first commit’s answer', async () => {
    const execution = await begun('pause');
    await store.pauses.begin(execution, queue, 600);
    await store.pauses.begin(execution, queue, 600);
    expect(await store.pauses.list('fap')).toHaveLength(1);
  });

  it('is written by nobody whose lease is another’s', async () => {
    const execution = await begun('pause');
    const stolen = { ...execution, leaseToken: '0'.repeat(26) };
    await expect(store.pauses.begin(stolen, queue, 600)).rejects.toThrow(LeaseLost);
    expect(await store.pauses.list('fap')).toEqual([]);
  });

  it('counts for no run while it is lifted, and again where that did not work', async () => {
    await paused(600);
    const resuming = await begun('resume');
    await store.pauses.lift(resuming, queue);
    expect(await other.pauses.list('fap')).toMatchObject([{ lifting: true }]);
    await store.pauses.keep(resuming, queue);
    expect(await other.pauses.list('fap')).toMatchObject([{ lifting: false }]);
    await store.pauses.lift(resuming, queue);
    await store.pauses.end(resuming, queue, 'resumed');
    expect(await other.pauses.list('fap')).toEqual([]);
  });

  it('is given, when its time is over, to one of many replicas', async () => {
    await paused(600);
    expect(await store.pauses.takeDue(['fap'])).toBeUndefined();
    await past();
    const taken = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? store : other).pauses.takeDue(['fap'])),
    );
    expect(taken.filter((one) => one !== undefined)).toHaveLength(1);
    expect(await store.pauses.takeDue(['shop'])).toBeUndefined();
    expect(await store.pauses.takeDue([])).toBeUndefined();
  });

  it('is given to another when its claimer died, but not while the request that lifts it runs', async () => {
    await paused(600);
    await past();
    expect(await store.pauses.takeDue(['fap'])).toBeDefined();
    await leaseOver();
    const resuming = await begun('resume');
    await store.pauses.lift(resuming, queue);
    expect(await other.pauses.takeDue(['fap'])).toBeUndefined();
    await store.pauses.keep(resuming, queue);
    expect(await other.pauses.takeDue(['fap'])).toMatchObject({ queue });
    await leaseOver();
    await store.pauses.end(resuming, queue, 'due');
    expect(await other.pauses.takeDue(['fap'])).toBeUndefined();
  });
});

describe('a run', () => {
  it('is seen to hold the queues that it has paused, until it has its outcome', async () => {
    const run = await opened(store, newRequest([1]));
    await store.control.progress(run, { paused: [queue] });
    expect([...(await other.pauses.heldByRuns('fap'))]).toEqual([[queue, run.number]]);
    expect([...(await other.pauses.heldByRuns('shop'))]).toEqual([]);
    await store.requests.finish(run, 'succeeded', {});
    expect([...(await other.pauses.heldByRuns('fap'))]).toEqual([]);
  });
});

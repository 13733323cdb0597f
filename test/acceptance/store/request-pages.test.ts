import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RequestView } from '../../../src/core/request.ts';
import type { RequestPage } from '../../../src/core/request-pages.ts';
import type { Store } from '../../../src/store/store.ts';
import { asked, decide } from './asking.ts';
import { type StoreSchema, type StoreServer, startStoreServer } from './store-server.ts';
import { anna, bo, chen, storeOn } from './support.ts';

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
beforeEach(() => schema.admin.query('DELETE FROM outbox'));
afterAll(async () => {
  await Promise.all([store.stop(1_000), other.stop(1_000)]);
  await server.stop();
});

const missing = { part: 'pager', name: 'webhook', why: 'timeout' } as const;
const ask = (more: Parameters<typeof asked>[1] = {}): Promise<RequestView> =>
  asked(store, { pages: true, ...more });
async function takeOne(from: Store = store): Promise<RequestPage> {
  const [page, ...more] = await from.requestPages.take(10);
  if (page === undefined || more.length > 0) throw new Error(`not one page: ${more.length}`);
  return page;
}
const none = async (): Promise<void> => expect(await store.requestPages.take(10)).toEqual([]);
/** The time for which a page is its process's alone is over. */
const later = () =>
  schema.admin.query(
    "UPDATE outbox SET attempted_at = attempted_at - INTERVAL 16 SECOND WHERE lane = 'pages'",
  );
const rowState = async (): Promise<unknown> =>
  (await schema.admin.query<RowDataPacket[]>("SELECT state FROM outbox WHERE lane = 'pages'"))[0][0]?.[
    'state'
  ];

describe('the page of a request', () => {
  it('is owed once, to one process, and its end when another person has decided', async () => {
    const view = await ask();
    const both = await Promise.all([store.requestPages.take(10), other.requestPages.take(10)]);
    const [page, ...more] = both.flat();
    if (page === undefined) throw new Error('nobody has it');
    expect(more).toEqual([]);
    expect(page).toMatchObject({ event: 'trigger', requestId: view.id, tries: 0 });
    await store.requestPages.told(page);
    await none();
    await decide(store, view, 'approve', bo);
    const end = await takeOne();
    expect(end.event).toBe('resolve');
    await store.requestPages.told(end);
    await none();
    expect(await rowState()).toBe('said');
    await store.audit.append({
      ...{ event: 'READ', actor: anna, verb: 'audit', app: 'fap', target: '', detail: {} },
    });
    await expect
      .poll(async () => {
        const rows = await store.audit.list(
          { requestNumber: view.number, limit: 20 },
          AbortSignal.timeout(60_000),
        );
        return rows.ok && rows.value.filter(({ event }) => event === 'PAGED').length;
      })
      .toBe(2);
  });

  it.each(['reject', 'cancel'] as const)('is not sent for what somebody did %s meanwhile', async (kind) => {
    const view = await ask();
    await decide(store, view, kind, kind === 'cancel' ? anna : bo);
    await none();
    expect(await rowState()).toBe('given-up');
  });

  it('is not sent, and is ended, when its time is over, before anybody has tidied', async () => {
    const [late, paged] = [await ask(), await ask()];
    const over = (view: RequestView) =>
      schema.admin.query('UPDATE approvals SET expires_at = UTC_TIMESTAMP(6) WHERE id = ?', [view.id]);
    await over(late);
    const page = await takeOne();
    expect(page.requestId).toBe(paged.id);
    await store.requestPages.told(page);
    await over(paged);
    expect(await takeOne()).toMatchObject({ event: 'resolve', requestId: paged.id });
  });

  it('is ended also where nobody knows whether it was taken', async () => {
    const view = await ask();
    await takeOne();
    await decide(store, view, 'reject', bo);
    // The process that had it is gone.
    await none();
    await later();
    expect(await takeOne(other)).toMatchObject({ event: 'resolve', tries: 0 });
  });

  it('is owed again after a miss, which is said once in the thread of the card', async () => {
    const view = await ask();
    const said = async () =>
      (await store.outbox.waiting(10)).map((notice) => ({
        kind: notice.kind,
        threadTs: notice.threadTs,
        detail: 'detail' in notice ? notice.detail : {},
      }));
    expect(await said()).toEqual([]);
    for (const tries of [0, 1]) {
      const page = await takeOne();
      expect(page).toMatchObject({ event: 'trigger', tries });
      await store.requestPages.missed(page, missing);
      await none();
      await later();
    }
    expect(await said()).toEqual([
      {
        ...{ kind: 'page-failed', threadTs: `${view.number}.1` },
        detail: { target: 'webhook', why: 'timeout' },
      },
    ]);
    await store.requestPages.told(await takeOne());
    await none();
  });

  it('is not over by one vote of two', async () => {
    const view = await ask({ quorum: 2 });
    await store.requestPages.told(await takeOne());
    await decide(store, view, 'approve', bo);
    await none();
    await decide(store, view, 'approve', chen);
    expect(await takeOne()).toMatchObject({ event: 'resolve' });
  });

  it('is given up at its end after an hour of tries', async () => {
    const view = await ask();
    await store.requestPages.told(await takeOne());
    await decide(store, view, 'reject', bo);
    const end = await takeOne();
    await store.requestPages.missed({ ...end, tries: 239 }, missing);
    expect(await rowState()).toBe('given-up');
    expect((await store.outbox.waiting(10)).map(({ kind }) => kind)).not.toContain('page-failed');
  });

  it('is none where nobody asked for pages', async () => {
    await asked(store);
    await none();
    expect(await rowState()).toBeUndefined();
  });
});

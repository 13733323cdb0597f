import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RequestId } from '../../../src/core/ids.ts';
import { AuditNotWritable } from '../../../src/core/store-ports.ts';
import type { Store } from '../../../src/store/store.ts';
import { type StoreSchema, type StoreServer, startStoreServer } from './store-server.ts';
import { anna, bo, chen, newRequest, opened, storeOn } from './support.ts';

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
  store = storeOn(schema.url, { rosterChannel: 'C0APPROVE' });
  other = storeOn(schema.url, { rosterChannel: 'C0APPROVE' });
});
afterEach(() => Promise.all([store.stop(1_000), other.stop(1_000)]));

async function rows(text: string): Promise<readonly RowDataPacket[]> {
  const [found] = await schema.admin.query<RowDataPacket[]>(text);
  return found;
}
const outcomes = async (event: string): Promise<readonly string[]> =>
  (await rows(`SELECT outcome FROM audit_log WHERE event = '${event}' ORDER BY seq`)).map((row) =>
    String(row['outcome']),
  );
const database = async (): Promise<string> => String((await rows('SELECT DATABASE() AS name'))[0]?.['name']);
/** The running account may not add to the audit log any more; a connection made before knows nothing of it. */
async function denyAudit(): Promise<void> {
  await schema.admin.query(`REVOKE INSERT ON ${await database()}.audit_log FROM 'queuekeeper'@'127.0.0.1'`);
}
async function allowAudit(): Promise<void> {
  await schema.admin.query(`GRANT INSERT ON ${await database()}.audit_log TO 'queuekeeper'@'127.0.0.1'`);
}

describe('the kill switch', () => {
  it('is thrown for one app, seen by every replica, and on record', async () => {
    const freeze = await store.switches.freeze('fap', 'the provider is down', anna);
    expect(freeze).toMatchObject({ app: 'fap', reason: 'the provider is down', by: anna });
    expect(await other.switches.find('fap')).toEqual(freeze);
    expect(await other.switches.find('shop')).toBeUndefined();
    expect(await outcomes('KILL_SWITCH')).toEqual(['frozen']);
  });

  it('stays with who threw it first, and gathers the reasons', async () => {
    const first = await store.switches.freeze('fap', 'the provider is down', anna);
    await other.switches.freeze('fap', 'the disk is full', bo);
    const again = await store.switches.freeze('fap', 'the disk is full', bo);
    expect(again).toEqual({ ...first, reason: 'the provider is down; the disk is full' });
    expect(await outcomes('KILL_SWITCH')).toEqual(['frozen', 'frozen', 'frozen']);
  });

  it('is one switch when fifty people throw it at once', async () => {
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (index % 2 === 0 ? store : other).switches.freeze('fap', `reason ${index}`, anna),
      ),
    );
    expect(await rows('SELECT app FROM kill_switches')).toHaveLength(1);
    expect((await store.switches.find('fap'))?.reason.split('; ')).toHaveLength(50);
  });

  it('works while the audit log refuses, and its row is written when it takes records again', async () => {
    await denyAudit();
    await store.switches.freeze('fap', 'something is wrong', anna);
    expect(await other.switches.find('fap')).toMatchObject({ reason: 'something is wrong' });
    expect(await outcomes('KILL_SWITCH')).toEqual([]);
    await allowAudit();
    await expect.poll(() => outcomes('KILL_SWITCH')).toEqual(['frozen']);
    expect(await store.verifyAudit()).toMatchObject({ ok: true });
  });

  it('works while somebody holds the audit log and everybody waits for it', async () => {
    await schema.admin.query('START TRANSACTION');
    await schema.admin.query('SELECT * FROM audit_head FOR UPDATE');
    const waiting = Array.from({ length: 30 }, (_, index) =>
      store.requests.open(newRequest([index + 1], { takesSlot: false }), undefined),
    );
    // The log is not given back before, and its patience is longer than the test's: only the brake's own limit ends this.
    await store.switches.freeze('fap', 'hands off', anna);
    expect(await other.switches.find('fap')).toBeDefined();
    await schema.admin.query('ROLLBACK');
    await Promise.allSettled(waiting);
    await expect.poll(() => outcomes('KILL_SWITCH')).toEqual(['frozen']);
  });

  it('is lifted with its record alone', async () => {
    await store.switches.freeze('fap', 'the provider is down', anna);
    await denyAudit();
    await expect(store.switches.unfreeze('fap', chen)).rejects.toThrow(AuditNotWritable);
    expect(await store.switches.find('fap')).toBeDefined();
    await allowAudit();
    expect(await store.switches.unfreeze('fap', chen)).toBe(true);
    expect(await other.switches.find('fap')).toBeUndefined();
    expect(await other.switches.unfreeze('fap', chen)).toBe(false);
    expect(await outcomes('KILL_SWITCH')).toEqual(['frozen', 'unfrozen']);
  });

  it('lets nothing begin that takes the slot, and lets the other brakes pass', async () => {
    await store.switches.freeze('fap', 'the provider is down', anna);
    expect(await other.requests.open(newRequest([1]), undefined)).toMatchObject({
      ...{ ok: false, why: 'frozen', freeze: { reason: 'the provider is down' } },
    });
    await opened(other, newRequest([1], { takesSlot: false, verb: 'restart' }));
    await opened(other, newRequest([1], { app: 'shop' }));
  });
});

describe('the policy in force', () => {
  it('is that of the replica that started last, on record where it is another one', async () => {
    expect(await store.policy.active()).toBe('');
    await store.policy.activate('a'.repeat(64), { instance: 'one' });
    await other.policy.activate('a'.repeat(64), { instance: 'two' });
    expect(await store.policy.active()).toBe('a'.repeat(64));
    await other.policy.activate('b'.repeat(64), { instance: 'two' });
    expect(await store.policy.active()).toBe('b'.repeat(64));
    expect(await outcomes('CONFIG_CHANGED')).toEqual(['first', 'changed']);
  });

  it('is one although many start at once', async () => {
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 === 0 ? store : other).policy.activate('a'.repeat(64), {}),
      ),
    );
    expect(await outcomes('CONFIG_CHANGED')).toEqual(['first']);
  });
});

describe('a user group', () => {
  const group = (...members: string[]) => new Set(members);

  it('that is seen for the first time is trusted as it stands', async () => {
    expect(await store.policy.settled('S0LEADS', group('U0BO', 'U0CHEN'))).toEqual(group('U0BO', 'U0CHEN'));
    expect(await other.policy.membership('S0LEADS', 'U0BO')).toEqual({
      ...{ since: null, settledAt: null, settled: true },
    });
    expect(await other.policy.membership('S0LEADS', 'U0DORA')).toBeUndefined();
    expect(await rows('SELECT id FROM outbox')).toHaveLength(0);
  });

  it('was seen, although it was empty', async () => {
    await store.policy.settled('S0LEADS', group());
    expect(await store.policy.settled('S0LEADS', group('U0BO'))).toEqual(group());
  });

  it('lets nobody vote who joined it less than a day ago, and says since when', async () => {
    await store.policy.settled('S0LEADS', group('U0BO'));
    expect(await other.policy.settled('S0LEADS', group('U0BO', 'U0DORA'))).toEqual(group('U0BO'));
    const membership = await store.policy.membership('S0LEADS', 'U0DORA');
    const [now] = await rows('SELECT UTC_TIMESTAMP(6) AS now');
    const age = new Date(`${now?.['now']}Z`).getTime() - (membership?.since?.getTime() ?? 0);
    expect(membership).toMatchObject({ settled: false });
    expect(age).toBeGreaterThanOrEqual(0);
    expect(age).toBeLessThan(60_000);
  });

  it('takes who joined it a day ago by the store’s clock, not a moment earlier', async () => {
    // In whole milliseconds, which is what the store reads them as.
    const [row] = await rows(
      'SELECT UTC_TIMESTAMP(3) - INTERVAL 24 HOUR + INTERVAL 2 SECOND AS since, UTC_TIMESTAMP(3) + INTERVAL 2 SECOND AS until',
    );
    await store.audit.append({
      ...{ event: 'ROSTER_CHANGED', actor: bo, verb: 'roster', app: '', target: 'group=S0LEADS' },
      detail: { joined: [], left: [], members: [['U0DORA', String(row?.['since'])]] },
    });
    const isLate = async () =>
      (await rows(`SELECT UTC_TIMESTAMP(6) >= '${row?.['until']}' AS late`))[0]?.['late'] === 1;
    for (let wasLate = false; !wasLate; ) {
      wasLate = await isLate();
      const settled = await store.policy.settled('S0LEADS', group('U0DORA'));
      if (wasLate) expect(settled).toEqual(group('U0DORA'));
      else if (!(await isLate())) expect(settled).toEqual(group());
    }
  });

  it('knows nobody who left it and came back', async () => {
    await store.policy.settled('S0LEADS', group('U0BO', 'U0CHEN'));
    await store.policy.settled('S0LEADS', group('U0BO'));
    expect(await other.policy.settled('S0LEADS', group('U0BO', 'U0CHEN'))).toEqual(group('U0BO'));
    expect(await other.policy.membership('S0LEADS', 'U0CHEN')).toMatchObject({ settled: false });
  });

  it('notes each change once over all replicas, and tells people of it', async () => {
    await store.policy.settled('S0LEADS', group('U0BO'));
    const twenty = Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? store : other).policy.settled('S0LEADS', group('U0CHEN', 'U0DORA')),
    );
    for (const settled of await Promise.all(twenty)) expect(settled).toEqual(group());
    expect(await outcomes('ROSTER_CHANGED')).toEqual(['first-seen', 'changed']);
    const [notice] = await store.outbox.waiting(10);
    expect(notice).toMatchObject({
      ...{ kind: 'roster', lane: 'approvals', channel: 'C0APPROVE', threadTs: undefined, attempted: false },
      detail: { group: 'S0LEADS', joined: ['U0CHEN', 'U0DORA'], left: ['U0BO'] },
    });
  });

  it('is not what somebody wrote into the store by hand', async () => {
    await store.policy.settled('S0LEADS', group('U0BO'));
    await store.policy.settled('S0LEADS', group('U0BO', 'U0DORA'));
    const forged = JSON.stringify({
      joined: [],
      left: [],
      members: [
        ['U0BO', ''],
        ['U0DORA', ''],
      ],
    });
    await schema.admin.query(
      `INSERT INTO audit_log SELECT seq + 100, at, event, actor, verb, app, target, reason, request_id, run_id, outcome,
         ?, REPEAT('e', 64), REPEAT('f', 64) FROM audit_log WHERE outcome = 'changed'`,
      [forged],
    );
    expect(await other.policy.settled('S0LEADS', group('U0BO', 'U0DORA'))).toEqual(group('U0BO'));
    await schema.admin.query("UPDATE audit_log SET detail = ? WHERE outcome = 'changed'", [forged]);
    expect(await other.policy.settled('S0LEADS', group('U0BO', 'U0DORA'))).toEqual(group('U0BO'));
  });

  it('contributes nobody new while the audit log refuses', async () => {
    await store.policy.settled('S0LEADS', group('U0BO'));
    await denyAudit();
    await expect(store.policy.settled('S0LEADS', group('U0BO', 'U0DORA'))).rejects.toThrow(AuditNotWritable);
    expect(await store.policy.settled('S0LEADS', group('U0BO'))).toEqual(group('U0BO'));
    await allowAudit();
  });
});

describe('what waits to be said', () => {
  const note = (kind: string, channel: string, more: Record<string, string | number | null> = {}) => {
    const row = {
      ...{ id: `N${String(count++).padStart(25, '0')}`, lane: 'approvals', kind, channel, thread_ts: null },
      ...{ request_id: `01TEST${String(count).padStart(20, '0')}`, under_card: 0, state: 'waiting' },
      ...more,
    };
    return schema.admin.query('INSERT INTO outbox SET ?, at = UTC_TIMESTAMP(6)', [row]);
  };
  let count = 0;
  const waiting = async (limit = 100) =>
    (await store.outbox.waiting(limit)).map(({ kind, channel }) => `${kind} ${channel}`);

  it('comes oldest first, approvals before alerts, and a few of each channel', async () => {
    await note('reminder', 'C0ALERTS', { lane: 'alerts' });
    for (let index = 0; index < 9; index += 1) await note('outcome', 'C0OPS');
    await note('outcome', 'C0APPROVE');
    const said = await waiting();
    expect(said).toEqual([...Array(6).fill('outcome C0OPS'), 'outcome C0APPROVE', 'reminder C0ALERTS']);
    expect(await waiting(1)).toEqual(['outcome C0OPS']);
  });

  it('is told once it was begun, and gone once it was said or given up', async () => {
    await note('outcome', 'C0OPS');
    await note('outcome', 'C0OPS');
    const [first, second] = await store.outbox.waiting(10);
    if (first === undefined || second === undefined) throw new Error('two were put out');
    await store.outbox.attempt(first);
    expect((await other.outbox.waiting(10))[0]).toEqual({ ...first, attempted: true });
    await store.outbox.said(first, '1.5');
    await store.outbox.giveUp(second);
    expect(await other.outbox.waiting(10)).toEqual([]);
    expect(await rows('SELECT state, message_ts FROM outbox ORDER BY id')).toEqual([
      { state: 'said', message_ts: '1.5' },
      { state: 'given-up', message_ts: null },
    ]);
  });

  it('under a card waits for the card, stands below it, and does not wait for one that was given up', async () => {
    const execution = await opened(store, newRequest([1], { place: { teamId: 'T0HOME', channel: 'C0OPS' } }));
    await note('outcome', 'C0OPS', { request_id: execution.requestId, under_card: 1 });
    await note('outcome', 'C0ELSE', { request_id: execution.requestId, under_card: 1 });
    expect(await waiting()).toEqual(['outcome C0ELSE']);
    const [card] = await store.cards.behind(1);
    if (card === undefined) throw new Error('a request has a card');
    await store.cards.giveUp(card);
    expect((await store.outbox.waiting(1))[0]).toMatchObject({ channel: 'C0OPS', threadTs: undefined });
    await store.cards.shown({ ...card, version: 1 }, '7.7', 1);
    expect((await store.outbox.waiting(1))[0]).toMatchObject({ channel: 'C0OPS', threadTs: '7.7' });
  });

  it('under a card in a thread stands in that thread', async () => {
    const place = { teamId: 'T0HOME', channel: 'C0OPS', threadTs: '3.3' };
    const { requestId } = await opened(store, newRequest([1], { place }));
    await note('outcome', 'C0OPS', { request_id: requestId, under_card: 1 });
    await schema.admin.query("UPDATE cards SET message_ts = '4.4'");
    expect(await store.outbox.waiting(1)).toMatchObject([
      { requestId: requestId satisfies RequestId, threadTs: '3.3' },
    ]);
  });
});

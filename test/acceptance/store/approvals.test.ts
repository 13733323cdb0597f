import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { createDigest, digestOf } from '../../../src/core/digest.ts';
import { failedJobId } from '../../../src/core/ids.ts';
import type { RequestView } from '../../../src/core/request.ts';
import { AuditNotWritable, StoreUnavailable } from '../../../src/core/store-ports.ts';
import type { Store } from '../../../src/store/store.ts';
import { approved, asked, claim, claimed, decide, found, persons } from './asking.ts';
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
/** A bot whose own clock is wrong by so many minutes. */
const wrongBy = (minutes: number) => ({
  ...systemClock,
  now: () => new Date(Date.now() + minutes * 60_000),
});
beforeEach(async () => {
  schema = await server.schema();
  store = storeOn(schema.url, { clock: wrongBy(10) });
  other = storeOn(schema.url, { clock: wrongBy(-10) });
});
afterEach(() => Promise.all([store.stop(1_000), other.stop(1_000)]));

async function rows(text: string, values: (string | number)[] = []): Promise<readonly RowDataPacket[]> {
  const [all] = await schema.admin.query<RowDataPacket[]>(text, values);
  return all;
}
const run = (text: string, values: (string | number | null)[] = []) => schema.admin.query(text, values);
const events = async (view: Pick<RequestView, 'id'>): Promise<readonly string[]> =>
  (await rows('SELECT event FROM audit_log WHERE request_id = ? ORDER BY seq', [view.id])).map(({ event }) =>
    String(event),
  );
const notices = async (view: Pick<RequestView, 'id'>): Promise<readonly string[]> =>
  (await rows('SELECT DISTINCT kind FROM outbox WHERE request_id = ?', [view.id])).map(({ kind }) =>
    String(kind),
  );
/** Some statement of the bot waits for a lock. */
const waitsFor = (start: string) =>
  expect
    .poll(async () => {
      const text = 'SELECT COUNT(*) AS n FROM information_schema.processlist WHERE info LIKE ?';
      return Number((await rows(text, [`${start}%`]))[0]?.['n']);
    })
    .toBeGreaterThan(0);

describe('a question', () => {
  it('is on record with its number, its cards and what will be voted on, sealed', async () => {
    const view = await asked(store, { reason: 'packs are readable again', facts: { left: 2 } });
    expect(view).toMatchObject({ number: 1, reason: 'packs are readable again', facts: { left: 2 } });
    expect((Number(view.expiresAt) - Number(view.requestedAt)) / 1_000).toBeCloseTo(1_800, 0);
    expect(await rows('SELECT channel FROM cards ORDER BY channel')).toEqual([
      { channel: 'C0APPROVE' },
      { channel: 'C0OPS' },
    ]);
    const [sealed] = await rows("SELECT detail FROM audit_log WHERE event = 'REQUESTED'");
    expect(JSON.parse(sealed?.['detail'])).toMatchObject({
      ...{ digest: view.digest, count: 3, quorum: 1, number: 1, policyVersion: view.policyVersion },
    });
    expect(await rows('SELECT * FROM approval_freezes')).toEqual([]);
  });

  it('is the only one open for its target, over all replicas', async () => {
    const requests = Array.from({ length: 6 }, () => askOf([1], { target: 'retry-all same' }));
    for (const request of requests) await store.approvals.freeze(request.id, [target(1)]);
    const all = await Promise.all(
      requests.map((request, index) =>
        (index % 2 === 0 ? store : other).approvals.ask(request, { perHour: 1_000 }),
      ),
    );
    expect(all.filter(({ ok }) => ok)).toHaveLength(1);
    expect(all.filter((one) => !one.ok && one.why === 'open')).toHaveLength(5);
  });

  it('frees its target at each end, and when the run is over', async () => {
    const same = { target: 'flush same' };
    const rejected = await asked(store, same);
    await decide(store, rejected, 'reject', bo);
    const cancelled = await asked(store, same);
    await decide(store, cancelled, 'cancel', anna);
    await asked(store, { ...same, expiresSeconds: 0 });
    const invalid = await asked(store, same);
    await store.approvals.invalidate(invalid, 'drift', {});
    const execution = await claimed(store, same);
    const blocked = askOf([1], same);
    await store.approvals.freeze(blocked.id, [target(1)]);
    expect(await store.approvals.ask(blocked, { perHour: 99 })).toMatchObject({
      ...{ why: 'open', number: execution.number },
    });
    await store.requests.finish(execution, 'not_started', {});
    expect(await store.approvals.ask(blocked, { perHour: 99 })).toMatchObject({ ok: true });
  });

  it('may be put so often in an hour by one person, at once or one by one', async () => {
    const requests = Array.from({ length: 8 }, (_, index) => askOf([1], { target: `flush ${index}` }));
    for (const request of requests) await store.approvals.freeze(request.id, [target(1)]);
    const all = await Promise.all(
      requests.map((request, index) =>
        (index % 2 === 0 ? store : other).approvals.ask(request, { perHour: 3 }),
      ),
    );
    expect(all.filter(({ ok }) => ok)).toHaveLength(3);
    expect(all.find(({ ok }) => !ok)).toEqual({ ok: false, why: 'rate', limit: 3 });
    await run('UPDATE approvals SET requested_at = requested_at - INTERVAL 61 MINUTE');
    const late = askOf([1], { target: 'flush late' });
    await store.approvals.freeze(late.id, [target(1)]);
    expect(await store.approvals.ask(late, { perHour: 3 })).toMatchObject({ ok: true });
  });

  it('takes no row that is frozen while or after it is asked', async () => {
    const request = askOf([1, 2]);
    await store.approvals.freeze(request.id, [target(1), target(2)]);
    // The asking stands still between reading what was frozen and locking it.
    await run('START TRANSACTION');
    await run('SELECT * FROM approval_freezes FOR UPDATE');
    const asking = store.approvals.ask(request, { perHour: 9 });
    asking.catch(() => undefined);
    await waitsFor('SELECT batches FROM approval_freezes');
    const late = other.approvals.freeze(request.id, [target(3)]);
    late.catch(() => undefined);
    await run('ROLLBACK');
    const outcomes = await Promise.allSettled([asking, late]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    if (outcomes[0].status === 'fulfilled')
      expect((await store.requests.find({ id: request.id }))?.countsByState).toEqual({ frozen: 2 });
  });

  it('that is never put leaves no rows behind after an hour', async () => {
    const [kept, swept] = [askOf([1]), askOf([2])];
    await store.approvals.freeze(kept.id, [target(1)]);
    await store.approvals.freeze(swept.id, [target(2)]);
    await run('UPDATE approval_freezes SET at = at - INTERVAL 61 MINUTE WHERE request_id = ?', [swept.id]);
    await Promise.all([store.approvals.sweep(), other.approvals.sweep()]);
    expect(await rows('SELECT failed_id FROM approval_targets')).toEqual([{ failed_id: 1 }]);
    await expect(store.approvals.ask(swept, { perHour: 9 })).rejects.toThrow('frozen');
    expect(await store.approvals.ask(kept, { perHour: 9 })).toMatchObject({ ok: true });
  });

  it('is refused while the app is frozen or another policy is in force; plain requests are too, brakes are not', async () => {
    await store.switches.freeze('fap', 'looking at it', bo);
    const freeze = { app: 'fap', reason: 'looking at it', by: bo };
    const request = askOf([1]);
    await store.approvals.freeze(request.id, [target(1)]);
    expect(await store.approvals.ask(request, { perHour: 9 })).toMatchObject({ why: 'frozen', freeze });
    expect(await store.requests.open(newRequest([1]), undefined)).toMatchObject({ why: 'frozen', freeze });
    const brake = newRequest([], { verb: 'pause', takesSlot: false, policyVersion: 'q'.repeat(64) });
    expect(await store.requests.open(brake, undefined)).toMatchObject({ ok: true });
    await store.switches.unfreeze('fap', chen);
    await store.policy.activate('q'.repeat(64), {});
    expect(await store.requests.open(newRequest([1]), undefined)).toEqual({ ok: false, why: 'policy' });
    expect(await store.approvals.ask(request, { perHour: 9 })).toEqual({ ok: false, why: 'policy' });
  });
});

describe('votes', () => {
  it('of one person count once, however many come at once', async () => {
    const view = await asked(store, { quorum: 2 });
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        decide(index % 2 === 0 ? store : other, view, 'approve', {
          ...bo,
          userId: index % 3 === 0 ? 'U0BO' : 'U0BO2',
        }),
      ),
    );
    expect(all.filter(({ ok }) => ok)).toHaveLength(1);
    expect(all.filter((one) => !one.ok && one.why === 'voted-already')).toHaveLength(49);
    expect(await events(view)).toEqual(['REQUESTED', 'VOTED']);
    expect(await found(store, view)).toMatchObject({ state: 'pending', version: 2 });
  });

  it('for and against at the same instant: one of them wins, never both', async () => {
    for (let round = 0; round < 12; round += 1) {
      const view = await asked(store);
      const [yes, no] = await Promise.all([
        decide(store, view, 'approve', bo),
        decide(other, view, 'reject', chen),
      ]);
      expect([yes.ok, no.ok].filter(Boolean)).toHaveLength(1);
      const after = await found(store, view);
      expect(after.state).toBe(yes.ok ? 'approved' : 'rejected');
      expect(await events(view)).toEqual(['REQUESTED', yes.ok ? 'VOTED' : 'REJECTED']);
    }
  });

  it('count by the store’s clock to the very end, and not after it', async () => {
    const views: RequestView[] = [];
    for (let index = 0; index < 40; index += 1) views.push(await asked(store));
    // Each ends somewhere between at once and well after its click, most of them while the click is heard.
    const decided: boolean[] = [];
    let clickMs = 5;
    for (const [index, view] of views.entries()) {
      const leftMs = index % 10 === 9 ? 20_000 : (clickMs * (index % 10)) / 6;
      await run('UPDATE approvals SET expires_at = UTC_TIMESTAMP(6) + INTERVAL ? MICROSECOND WHERE id = ?', [
        ...[Math.round(leftMs * 1_000), view.id],
      ]);
      const began = performance.now();
      decided.push((await decide(index % 2 === 0 ? store : other, view, 'approve', bo)).ok);
      if (decided.at(-1)) clickMs = performance.now() - began;
    }
    for (const [index, view] of views.entries()) {
      const sealed = await rows(
        `SELECT l.event, l.at < a.expires_at AS early FROM audit_log l JOIN approvals a ON a.id = l.request_id
         WHERE l.request_id = ? AND l.event IN ('VOTED', 'EXPIRED')`,
        [view.id],
      );
      const won = decided[index] === true;
      expect(sealed).toEqual([{ event: won ? 'VOTED' : 'EXPIRED', early: won ? 1 : 0 }]);
    }
    expect(new Set(decided).size, 'some were in time and some were not').toBe(2);
  });

  it('that waited for a lock past the end come too late', async () => {
    for (const lock of ['SELECT id FROM approvals FOR UPDATE', 'SELECT seq FROM audit_head FOR UPDATE']) {
      const view = await asked(store);
      await run('START TRANSACTION');
      await run(lock);
      await run('UPDATE approvals SET expires_at = UTC_TIMESTAMP(6) + INTERVAL 0.3 SECOND WHERE id = ?', [
        view.id,
      ]);
      if (lock.includes('audit_head')) {
        await run('COMMIT');
        await run('START TRANSACTION');
        await run(lock);
      }
      const vote = decide(store, view, 'approve', bo);
      await run('DO SLEEP(0.4)');
      await run('COMMIT');
      expect(await vote).toMatchObject({ ok: false, why: 'too-late', view: { state: 'expired' } });
      expect(await events(view)).toEqual(['REQUESTED', 'EXPIRED']);
    }
  });

  it('survive a record that has to wait for its turn, and count once', async () => {
    const view = await asked(store, { quorum: 2 });
    await run('START TRANSACTION');
    await run('SELECT seq FROM audit_head FOR UPDATE');
    const vote = decide(store, view, 'approve', bo);
    // Longer than the server lets a statement wait for a lock: the whole transaction is repeated.
    await run('DO SLEEP(3.4)');
    await run('COMMIT');
    expect(await vote).toMatchObject({ ok: true, view: { votes: [{ person: 'U0BO' }] } });
    expect(await events(view)).toEqual(['REQUESTED', 'VOTED']);
  });

  it('whose commit was not answered count once, and are found by who asks again', async () => {
    const through = storeOn(schema.wireUrl);
    const view = await asked(through, { quorum: 2 });
    schema.wire.loseNextCommit();
    await expect(decide(through, view, 'approve', bo)).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await decide(through, view, 'approve', bo)).toMatchObject({ ok: false, why: 'voted-already' });
    expect(await events(view)).toEqual(['REQUESTED', 'VOTED']);
    await through.stop(100);
  });

  it('of many persons at once are counted to the quorum and no further', async () => {
    const view = await asked(store, { quorum: 3 });
    const all = await Promise.all(
      persons(8).map((person, index) => decide(index % 2 === 0 ? store : other, view, 'approve', person)),
    );
    expect(all.filter(({ ok }) => ok)).toHaveLength(3);
    expect(await found(store, view)).toMatchObject({ state: 'approved', version: 4 });
  });
});

describe('a card', () => {
  it('that was posted and never noted is adopted by the click on it', async () => {
    const request = askOf([1]);
    await store.approvals.freeze(request.id, [target(1)]);
    const result = await store.approvals.ask(request, { perHour: 9 });
    if (!result.ok) throw new Error(result.why);
    const pressed = { teamId: 'T0HOME', channel: 'C0APPROVE', messageTs: '17.4' };
    const vote = () =>
      store.approvals.decide({
        ...{ kind: 'approve', requestId: request.id, actor: bo, policyVersion: request.policyVersion },
        ...{ detail: {}, pressed },
      });
    expect(await vote()).toEqual({ ok: false, why: 'not-its-card' });
    const card = (await store.cards.behind(9)).find(({ channel }) => channel === 'C0APPROVE');
    if (card === undefined) throw new Error('no card');
    await store.cards.attempt(card);
    expect(await vote()).toMatchObject({ ok: true });
    expect(await rows("SELECT message_ts FROM cards WHERE channel = 'C0APPROVE'")).toEqual([
      { message_ts: '17.4' },
    ]);
    expect(
      await other.approvals.isItsCard(request.id, { ...pressed, messageTs: '17.5' }),
      'its name is known now',
    ).toBe(false);
  });

  it('of another request does not serve', async () => {
    const [one, two] = [await asked(store), await asked(store)];
    const pressed = { teamId: 'T0HOME', channel: 'C0APPROVE', messageTs: `${two.number}.1` };
    const decision = { kind: 'approve', actor: bo, policyVersion: one.policyVersion, detail: {} } as const;
    expect(await store.approvals.decide({ ...decision, requestId: one.id, pressed })).toEqual({
      ...{ ok: false, why: 'not-its-card' },
    });
  });
});

describe('whoever can write to the store alone', () => {
  const approveByHand = (view: RequestView) =>
    run("UPDATE approvals SET state = 'approved', run_by = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR WHERE id = ?", [
      view.id,
    ]);
  const voteByHand = (view: RequestView, person: string, seq: number) =>
    run(
      `INSERT INTO approval_votes (request_id, person, decision, team_id, slack_user, actor, at, audit_seq)
       VALUES (?, ?, 'approve', 'T0HOME', ?, ?, UTC_TIMESTAMP(6), ?)
       ON DUPLICATE KEY UPDATE decision = 'approve', audit_seq = VALUES(audit_seq)`,
      [view.id, person, person, JSON.stringify({ ...bo, person }), seq],
    );
  const refusedFor = async (view: RequestView) => {
    const now = await found(store, view);
    expect(await claim(store, now)).toEqual({ ok: false, why: 'quorum' });
    expect((await found(store, view)).execution).toBeNull();
  };

  it('approves nothing by a state set by hand', async () => {
    const view = await asked(store);
    await approveByHand(view);
    await refusedFor(view);
  });

  it('approves nothing by a vote without its sealed row, nor by naming another one’s', async () => {
    const [view, twin] = [await asked(store), await approved(store)];
    const [sealed] = await rows("SELECT seq FROM audit_log WHERE request_id = ? AND event = 'VOTED'", [
      twin.id,
    ]);
    await approveByHand(view);
    for (const seq of [0, 999, Number(sealed?.['seq'])]) {
      await voteByHand(view, 'U0BO', seq);
      await refusedFor(view);
    }
  });

  it('approves nothing by an audit row written by hand, even as the bot’s own account', async () => {
    const [view, twin] = [await asked(store), await approved(store)];
    await approveByHand(view);
    // A true row of another request, with this request's name; then one with this request's digest in it.
    for (const [seq, detail] of [
      [901, 'detail'],
      [902, `'${JSON.stringify({ digest: view.digest, number: view.number })}'`],
    ] as const) {
      await store.database.query((sql) =>
        sql.run(
          `INSERT INTO audit_log (seq, at, event, actor, verb, app, target, reason, request_id, run_id, outcome, detail,
             prev_hash, hash)
           SELECT ?, at, event, actor, verb, app, target, reason, ?, run_id, outcome, ${detail}, ?, hash
           FROM audit_log WHERE request_id = ? AND event = 'VOTED'`,
          [seq, view.id, String(seq).padStart(64, '0'), twin.id],
        ),
      );
      await voteByHand(view, 'U0BO', seq);
      await refusedFor(view);
    }
  });

  it('does not wake a vote that was withdrawn', async () => {
    const view = await asked(store, { quorum: 2 });
    await decide(store, view, 'approve', bo);
    await decide(store, view, 'withdraw', bo);
    await run("UPDATE approval_votes SET decision = 'approve'");
    await decide(store, view, 'approve', chen);
    expect((await found(store, view)).state).toBe('pending');
    await approveByHand(view);
    await refusedFor(view);
  });

  it('changes nothing of what was asked: quorum, requester, digest, words, facts, host', async () => {
    for (const change of [
      'quorum = 1',
      'quorum = 0',
      "requester_person = 'U0EVE'",
      `digest = '${'e'.repeat(64)}'`,
      "words = 'flush'",
      "verb = 'flush'",
      `facts = '{"first":0}'`,
      "host = 'elsewhere'",
      'count = 2',
      `requester = REPLACE(requester, 'U0ANNA', 'U0EVE')`,
    ]) {
      const view = await asked(store, { quorum: 2 });
      await decide(store, view, 'approve', bo);
      await run(`UPDATE approvals SET ${change} WHERE id = ?`, [view.id]);
      const after = await found(store, view);
      await decide(store, after, 'approve', chen);
      expect((await found(store, view)).state, change).toBe('pending');
      await approveByHand(view);
      const now = await found(store, view);
      expect(await claim(store, now), change).toEqual({ ok: false, why: 'quorum' });
    }
  });

  it('starts nothing by an execution written by hand', async () => {
    const view = await asked(store);
    await run("UPDATE approvals SET state = 'consumed' WHERE id = ?", [view.id]);
    await run(
      `INSERT INTO executions (id, request_id, lease_token, lease_until, state, host, detail, started_at)
       VALUES ('01FORGED', ?, 'x', '2020-01-01', 'executing', 'api-1', '{}', '2020-01-01')`,
      [view.id],
    );
    expect(await store.requests.takeOver()).toBeUndefined();
    const execution = await claimed(other);
    await run("UPDATE executions SET lease_until = '2020-01-01'");
    expect(await store.requests.takeOver()).toMatchObject({ executionId: execution.executionId });
    await run("UPDATE executions SET lease_until = '2020-01-01'");
    await run("UPDATE approvals SET words = 'retry all queue=other' WHERE number = ?", [execution.number]);
    expect(await store.requests.takeOver()).toBeUndefined();
  });
});

describe('a claim', () => {
  it('is one claimer’s, of many on two replicas', async () => {
    const view = await approved(store);
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, index) => claim(index % 2 === 0 ? store : other, view)),
    );
    expect(all.filter(({ ok }) => ok)).toHaveLength(1);
    expect(all.filter((one) => !one.ok && one.why === 'moved-on')).toHaveLength(9);
    expect(await rows('SELECT id FROM executions')).toHaveLength(1);
    expect((await events(view)).filter((event) => event === 'CLAIMED')).toHaveLength(1);
  });

  it('and its cancellation at the same instant: one of them', async () => {
    for (let round = 0; round < 8; round += 1) {
      const view = await approved(store);
      const [run, cancel] = await Promise.all([claim(store, view), decide(other, view, 'cancel', anna)]);
      expect([run.ok, cancel.ok].filter(Boolean)).toHaveLength(1);
    }
  });

  it('of two requests approved together on one host: one waits for the other', async () => {
    const [one, two] = [await approved(store, { host: 'api-1' }), await approved(store, { host: 'api-1' })];
    const all = await Promise.all([claim(store, one), claim(other, two)]);
    expect(all.filter(({ ok }) => ok)).toHaveLength(1);
    expect(all.find(({ ok }) => !ok)).toMatchObject({ why: 'busy' });
  });

  it('that waits for the slot keeps its time, but for an hour at most', async () => {
    const running = await claimed(store, { host: 'api-1' });
    const view = await approved(store, { host: 'api-1' });
    const left = async (): Promise<number> =>
      Number(
        (
          await rows(
            'SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), run_by) AS s FROM approvals WHERE id = ?',
            [view.id],
          )
        )[0]?.['s'],
      );
    await run('UPDATE approvals SET run_by = UTC_TIMESTAMP(6) + INTERVAL 60 SECOND WHERE id = ?', [view.id]);
    expect(await claim(store, view)).toMatchObject({ why: 'busy', number: running.number });
    expect(await left()).toBeGreaterThan(200);
    // The hour is nearly used up.
    await run('UPDATE approvals SET run_by = UTC_TIMESTAMP(6) + INTERVAL 60 SECOND WHERE id = ?', [view.id]);
    await run('UPDATE approval_terms SET run_latest = UTC_TIMESTAMP(6) + INTERVAL 90 SECOND');
    expect(await claim(store, view)).toMatchObject({ why: 'busy' });
    expect(await left()).toBeLessThanOrEqual(90);
    await run('UPDATE approvals SET run_by = UTC_TIMESTAMP(6) WHERE id = ?', [view.id]);
    expect(await claim(store, view)).toEqual({ ok: false, why: 'expired' });
    expect(await found(store, view)).toMatchObject({ state: 'expired', decision: { was: 'approved' } });
  });

  it('that waited for a lock past its time comes too late', async () => {
    const view = await approved(store);
    await run('UPDATE approvals SET run_by = UTC_TIMESTAMP(6) + INTERVAL 0.3 SECOND WHERE id = ?', [view.id]);
    await run('START TRANSACTION');
    await run('SELECT seq FROM audit_head FOR UPDATE');
    const late = claim(store, view);
    await run('DO SLEEP(0.4)');
    await run('COMMIT');
    expect(await late).toEqual({ ok: false, why: 'expired' });
    expect(await rows('SELECT id FROM executions')).toEqual([]);
  });

  it('whose anchor can’t be written runs nothing, and says so', async () => {
    const view = await approved(store);
    const anchored = storeOn(schema.url, { anchorFile: '/dev/null/anchors' });
    await expect(claim(anchored, view)).rejects.toBeInstanceOf(AuditNotWritable);
    expect(await found(store, view)).toMatchObject({
      ...{ state: 'consumed', execution: { state: 'not_started', detail: { why: 'anchor' } } },
    });
    await anchored.stop(100);
  });

  it('whose commit was not answered is taken over, and runs once', async () => {
    const through = storeOn(schema.wireUrl);
    const view = await approved(through);
    schema.wire.loseNextCommit();
    await expect(claim(through, view)).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await claim(store, view)).toEqual({ ok: false, why: 'moved-on' });
    await run('UPDATE executions SET lease_until = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND');
    expect(await store.requests.takeOver()).toMatchObject({ requestId: view.id, takenOver: true });
    await through.stop(100);
  });
});

describe('a preapproval', () => {
  const signed = async (most: number) => {
    const execution = await opened(
      store,
      newRequest([], { verb: 'preapprove', takesSlot: false, requester: chen }),
    );
    await store.preapprovals.sign(execution, { filter: {}, most, seconds: 3_600, reason: 'night' });
    await store.requests.finish(execution, 'succeeded', {});
    return execution.requestId;
  };

  it('approves at once, as its signer’s vote, and is used up by what it approves', async () => {
    const id = await signed(4);
    const view = await asked(store, { preapprovals: [id] });
    expect(view).toMatchObject({
      ...{ state: 'approved', preapproval: { id }, votes: [{ person: 'U0CHEN', decision: 'approve' }] },
    });
    expect(await notices(view)).toEqual(['used']);
    expect(await asked(store, { preapprovals: [id] })).toMatchObject({ state: 'pending', preapproval: null });
    expect(await claim(store, view)).toMatchObject({ ok: true });
  });

  it('with room for one serves one of two at once', async () => {
    const id = await signed(4);
    const both = await Promise.all([
      asked(store, { preapprovals: [id] }),
      asked(other, { preapprovals: [id] }),
    ]);
    expect(both.map(({ state }) => state).sort()).toEqual(['approved', 'pending']);
    expect(await store.preapprovals.find(id)).toMatchObject({ used: 3 });
  });

  it('is one vote, so a quorum of two waits for another person', async () => {
    const id = await signed(9);
    const view = await asked(store, { preapprovals: [id], quorum: 2 });
    expect(view.state).toBe('pending');
    expect(await decide(store, view, 'approve', chen)).toMatchObject({ why: 'voted-already' });
    const decided = await decide(store, view, 'approve', bo);
    if (!decided.ok) throw new Error(decided.why);
    expect(await claim(store, decided.view)).toMatchObject({ ok: true });
  });

  it('does not serve its own signer, nor after it was withdrawn', async () => {
    const id = await signed(9);
    expect(await asked(store, { preapprovals: [id], requester: chen })).toMatchObject({ state: 'pending' });
    const view = await asked(store, { preapprovals: [id] });
    await store.preapprovals.withdraw(id, chen);
    expect(await claim(store, view)).toEqual({ ok: false, why: 'quorum' });
    expect(await asked(store, { preapprovals: [id] })).toMatchObject({ state: 'pending' });
  });

  it('that was written in by hand serves nobody', async () => {
    const id = await signed(9);
    const view = await asked(store);
    const used = await asked(store, { preapprovals: [id] });
    await run('UPDATE approval_terms SET preapproval_id = ? WHERE request_id = ?', [id, view.id]);
    await run(
      `INSERT INTO approval_votes (request_id, person, decision, team_id, slack_user, actor, at, audit_seq)
       SELECT ?, person, decision, team_id, slack_user, actor, at, audit_seq FROM approval_votes WHERE request_id = ?`,
      [view.id, used.id],
    );
    await run("UPDATE approvals SET state = 'approved', run_by = '2099-01-01' WHERE id = ?", [view.id]);
    expect(await claim(store, await found(store, view))).toEqual({ ok: false, why: 'quorum' });
  });
});

describe('while the audit log takes no record', () => {
  const account = "'queuekeeper'@'127.0.0.1'";
  const forbid = () => run(`REVOKE INSERT ON audit_log FROM ${account}`);
  const allow = () => run(`GRANT INSERT ON audit_log TO ${account}`);

  it('nothing is asked, approved, withdrawn or claimed', async () => {
    const [view, ready] = [await asked(store, { quorum: 2 }), await approved(store)];
    await decide(store, view, 'approve', chen);
    await forbid();
    await expect(asked(store)).rejects.toBeInstanceOf(AuditNotWritable);
    await expect(decide(store, view, 'approve', bo)).rejects.toBeInstanceOf(AuditNotWritable);
    await expect(decide(store, view, 'withdraw', chen)).rejects.toBeInstanceOf(AuditNotWritable);
    await expect(claim(store, ready)).rejects.toBeInstanceOf(AuditNotWritable);
    await allow();
    expect(await found(store, view)).toMatchObject({ state: 'pending', votes: [{ person: 'U0CHEN' }] });
    expect(await found(store, ready)).toMatchObject({ state: 'approved', execution: null });
  });

  it('Reject, Cancel and Stop work all the same, and are on record when it is back', async () => {
    const [one, two, three] = [await asked(store), await approved(store), await claimed(store)];
    await forbid();
    expect(await decide(store, one, 'reject', bo)).toMatchObject({ ok: true, view: { state: 'rejected' } });
    expect(await decide(store, two, 'cancel', anna)).toMatchObject({
      ok: true,
      view: { state: 'cancelled' },
    });
    expect(await store.control.press('stop', three.requestId, bo)).toBe(true);
    expect(await store.control.mayGoOn(three)).toEqual({ kind: 'stopped', by: bo });
    expect(await notices(one)).toEqual(['outcome']);
    await allow();
    const late = (view: Pick<RequestView, 'id'>) => expect.poll(async () => (await events(view)).at(-1));
    await late(one).toBe('REJECTED');
    await late(two).toBe('CANCELLED');
    await late({ id: three.requestId }).toBe('STOPPED');
    expect(await store.verifyAudit()).toMatchObject({ ok: true });
  });
});

describe('tidying', () => {
  it('expires what is over, once, whichever replica does it, and tells the requester', async () => {
    const over = await asked(store, { expiresSeconds: 0 });
    const late = await approved(store, { runWithinSeconds: 0 });
    const open = await asked(store);
    await Promise.all([store.approvals.sweep(), other.approvals.sweep(), store.approvals.sweep()]);
    expect(await events(over)).toEqual(['REQUESTED', 'EXPIRED']);
    expect(await events(late)).toEqual(['REQUESTED', 'VOTED', 'EXPIRED']);
    expect(await notices(over)).toEqual(['outcome']);
    expect((await found(store, open)).state).toBe('pending');
  });

  it('reminds once when a third of the time is left', async () => {
    const view = await asked(store);
    await store.approvals.sweep();
    expect(await notices(view)).toEqual([]);
    await run('UPDATE approval_terms SET remind_at = remind_at - INTERVAL 1201 SECOND');
    await Promise.all([store.approvals.sweep(), other.approvals.sweep()]);
    await store.approvals.sweep();
    expect(await notices(view)).toEqual(['reminder']);
    expect(await store.outbox.waiting(9)).toMatchObject([{ kind: 'reminder', threadTs: `${view.number}.1` }]);
  });

  it('invalidates what was asked under another policy', async () => {
    const [view, ready] = [await asked(store), await approved(store)];
    await store.policy.activate(view.policyVersion, {});
    await store.approvals.sweep();
    expect((await found(store, view)).state).toBe('pending');
    await store.policy.activate('q'.repeat(64), {});
    await store.approvals.sweep();
    for (const one of [view, ready]) {
      expect(await found(store, one)).toMatchObject({ state: 'invalidated', decision: { why: 'policy' } });
    }
  });

  it('tells the requester of every end', async () => {
    const execution = await claimed(store);
    await store.requests.finish(execution, 'partial', {});
    expect(await notices({ id: execution.requestId })).toEqual(['outcome']);
    // On the main card, and where it was asked.
    expect(await rows('SELECT channel FROM outbox ORDER BY channel')).toEqual([
      { channel: 'C0APPROVE' },
      { channel: 'C0OPS' },
    ]);
    const invalid = await asked(store);
    await store.approvals.invalidate(invalid, 'drift', {});
    expect(await notices(invalid)).toEqual(['outcome']);
    const plain = await opened(store, newRequest([5], { host: 'plain' }));
    await store.requests.finish(plain, 'succeeded', {});
    expect(await notices({ id: plain.requestId })).toEqual([]);
  });
});

describe('a list of requests', () => {
  it('has the open ones first, each part newest first', async () => {
    const done = await asked(store);
    await decide(store, done, 'cancel', anna);
    const open = await asked(store);
    const ended = await asked(store);
    await decide(store, ended, 'reject', bo);
    const running = await claimed(store);
    const numbers = (await store.approvals.list('fap', 10)).map(({ number }) => number);
    expect(numbers).toEqual([running.number, open.number, ended.number, done.number]);
    expect(await store.approvals.list('fap', 1)).toHaveLength(1);
    expect(await store.approvals.list('other', 9)).toEqual([]);
  });
});

describe('many targets', () => {
  it('are frozen in batches, asked, claimed and moved without a statement that holds them all', async () => {
    const count = 20_000;
    const digest = createDigest();
    const request = askOf([1], { target: 'retry-all many' });
    for (let from = 1; from <= count; from += 2_500) {
      const batch = Array.from({ length: 2_500 }, (_, index) => target(from + index));
      for (const one of batch) digest.add(one);
      await store.approvals.freeze(request.id, batch);
    }
    const whole = { ...request, count, highest: failedJobId(count), digest: digest.end() };
    expect(whole.digest).toBe(digestOf(Array.from({ length: count }, (_, index) => target(index + 1))));
    const result = await store.approvals.ask(whole, { perHour: 9 });
    if (!result.ok) throw new Error(result.why);
    expect(result.view.targets).toHaveLength(50);
    const pressed = { teamId: 'T0HOME', channel: 'C0OPS', messageTs: '9.9' };
    await run("UPDATE cards SET message_ts = '9.9' WHERE channel = 'C0OPS'");
    const decided = await store.approvals.decide({
      ...{ kind: 'approve', requestId: whole.id, actor: bo, policyVersion: whole.policyVersion },
      ...{ detail: {}, pressed },
    });
    if (!decided.ok) throw new Error(decided.why);
    const taken = await claim(other, decided.view);
    if (!taken.ok) throw new Error(taken.why);
    const failed = new Map(
      Array.from({ length: 5_000 }, (_, index) => [
        failedJobId(index + 1),
        { state: 'failed_again' as const, failedAgainAs: failedJobId(index + 900_000) },
      ]),
    );
    await other.requests.setTargets(taken.execution, failed);
    expect(await store.control.countsByState(whole.id)).toEqual({ failed_again: 5_000, frozen: 15_000 });
    const page = await store.control.targetPage(whole.id, {
      ...{ after: failedJobId(4_990), limit: 20, states: ['failed_again'] },
    });
    expect(page).toHaveLength(10);
    expect(page.at(-1)).toMatchObject({ failedId: 5_000, failedAgainAs: 904_999 });
  });
});

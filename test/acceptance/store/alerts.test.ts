import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AlertMemory, EvaluatorLease, IncidentChange, TickChanges } from '../../../src/alerts/ports.ts';
import { fingerprintOf, type IncidentId, type ThreadEntry } from '../../../src/core/incident.ts';
import { LeaseLost, StoreUnavailable } from '../../../src/core/store-ports.ts';
import { createSamples } from '../../../src/store/samples.ts';
import type { Store } from '../../../src/store/store.ts';
import { newIncident, stateOf, tickOf } from '../../contract/alerts.ts';
import { type StoreSchema, type StoreServer, startStoreServer } from './store-server.ts';
import { anna, bo, newRequest, opened, storeOn } from './support.ts';

let server: StoreServer;
let schema: StoreSchema;
let a: Store;
let b: Store;
beforeAll(async () => {
  server = await startStoreServer();
});
beforeEach(async () => {
  schema = await server.schema();
  const alertsChannel = 'C0ALERTS';
  [a, b] = [storeOn(schema.url, { alertsChannel }), storeOn(schema.wireUrl, { alertsChannel })];
  return async () => {
    await Promise.all([a.stop(500), b.stop(500)]);
  };
});
afterAll(() => server.stop());

const rows = async (text: string): Promise<readonly Readonly<Record<string, unknown>>[]> =>
  a.database.query((sql) => sql.all(text));
const count = async (table: string): Promise<number> =>
  Number((await rows(`SELECT COUNT(*) AS n FROM ${table}`))[0]?.['n']);

/** For as long as the test takes. */
const taken = async (store: Store, holder: string): Promise<EvaluatorLease> => {
  const lease = await store.alerts.takeLease(holder);
  if (lease === undefined) throw new Error('another one has the lease');
  await schema.admin.query('UPDATE alert_evaluator SET until = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR');
  return lease;
};
const entry = (kind: ThreadEntry['kind'], at: Date, tick = 0): ThreadEntry => ({ kind, at, facts: { tick } });

async function fired(more: Parameters<typeof newIncident>[1] = {}): Promise<IncidentId> {
  const lease = await taken(a, 'a');
  const { now } = await a.alerts.load(lease);
  const incident = newIncident(now, more);
  await a.alerts.commit(lease, tickOf(now, { opened: [incident] }));
  return incident.id;
}

describe('the picture of a root', () => {
  const picture = { file: 'F0ONE', words: '积压 150', caption: 'until 11:00' };
  const root = async (store: Store) => {
    const { now, roots } = await store.rootPictures.list();
    const [only] = roots;
    if (only === undefined || roots.length > 1) throw new Error('one root was expected');
    return { ...only, now };
  };

  it('is made by one of two replicas, and shown without a new version of its incident', async () => {
    const id = await fired();
    const [ofA, ofB] = [await root(a), await root(b)];
    expect(ofA.last).toBeUndefined();
    const claimed = await Promise.all([
      a.rootPictures.claim(ofA, 'critical'),
      b.rootPictures.claim(ofB, 'critical'),
    ]);
    expect([...claimed].sort()).toEqual([false, true]);
    // Nobody else is to make it meanwhile.
    expect((await a.rootPictures.list()).roots).toEqual([]);
    const [card] = await a.cards.behind(10);
    if (card === undefined) throw new Error('the root waits for no picture');
    expect(card.nextPicture).toBeUndefined();
    await a.cards.shown(card, '1.5', card.version);
    await a.rootPictures.made(ofA, picture, 0);
    const [again] = await b.cards.behind(10);
    expect(again).toMatchObject({
      subject: { id },
      version: card.version,
      shownVersion: card.version,
      nextPicture: picture,
    });
    if (again === undefined) throw new Error('it is to be drawn again');
    await b.cards.shown(again, '1.5', again.version, picture);
    expect(await a.cards.behind(10)).toEqual([]);
    expect((await root(a)).last).toMatchObject({ of: 'critical', failures: 0, unfinished: false });
  });

  it('that Slack does not show is tried for a while, and the root goes on with the one before', async () => {
    await fired();
    const ofA = await root(a);
    await a.rootPictures.claim(ofA, 'critical');
    const [card] = await a.cards.behind(10);
    if (card === undefined) throw new Error('the root is behind');
    await a.cards.shown(card, '1.5', card.version);
    await a.rootPictures.made(ofA, picture, 0);
    let tries = 1;
    while (await a.cards.pictureRefused(card)) tries += 1;
    expect(tries).toBe(8);
    expect(await a.cards.behind(10)).toEqual([]);
    expect((await root(a)).last).toMatchObject({ failures: 1 });
  });

  it('of a process that died is anyone’s after its minute, counts as failed, and what comes late changes nothing', async () => {
    await fired();
    const ofA = await root(a);
    await a.rootPictures.claim(ofA, 'critical');
    await schema.admin.query('UPDATE cards SET picture_until = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND');
    const ofB = await root(b);
    expect(ofB.last).toMatchObject({ unfinished: true, failures: 0 });
    expect(await b.rootPictures.claim(ofB, 'critical')).toBe(true);
    await a.rootPictures.made(ofA, picture, 0);
    expect(await rows('SELECT 1 FROM cards WHERE next_picture IS NOT NULL')).toEqual([]);
    await b.rootPictures.failed(ofB);
    expect((await root(a)).last).toMatchObject({ failures: 2, unfinished: false });
    expect(await a.rootPictures.claim(await root(a), 'resolved')).toBe(true);
    await schema.admin.query('UPDATE cards SET picture_until = NULL');
    expect((await root(a)).last).toMatchObject({ of: 'resolved', failures: 0 });
  });
});

describe('two replicas over one store', () => {
  it('fire each incident once and tell each entry once, in order, whoever has the lease', async () => {
    let [lost, done] = [0, 0];
    const steal = () => schema.admin.query('UPDATE alert_evaluator SET until = UTC_TIMESTAMP(6)');
    const tick = async (store: Store, holder: string, round: number): Promise<void> => {
      try {
        const lease = await store.alerts.takeLease(holder);
        if (lease === undefined) return;
        const memory = await store.alerts.load(lease);
        if (round % 3 === 0) await steal();
        await store.alerts.commit(lease, next(memory, round * 2 + (holder === 'a' ? 0 : 1)));
        done += 1;
      } catch (error) {
        if (!(error instanceof LeaseLost)) throw error;
        lost += 1;
      }
    };
    // Who is in time is chance; the first to be only opens the incidents.
    for (let round = 0; round < 20 || done < 6; round += 1) {
      await Promise.all([tick(a, 'a', round), tick(b, 'b', round), steal()]);
    }
    expect(lost).toBeGreaterThan(0);
    const incidents = await a.desk.incidents('fap', 100);
    expect(incidents.map(({ rule }) => rule).sort()).toEqual(['backlog', 'slo']);
    for (const { id, entries } of incidents) {
      const told = await a.desk.entries(id);
      expect(told.map(({ number }) => number)).toEqual(told.map((_, index) => index + 1));
      expect(told).toHaveLength(entries);
      expect(told.length).toBeGreaterThan(3);
      const ticks = told.map(({ facts }) => Number(facts['tick']));
      expect(new Set(ticks).size).toBe(ticks.length);
      // Both may have been in time in one round, in either order.
      const rounds = ticks.map((tick) => Math.floor(tick / 2));
      expect(rounds).toEqual([...rounds].sort((x, y) => x - y));
      await showRoot(id);
      expect(await saidOf(id)).toEqual(told.map(({ number }) => number));
    }
    expect((await a.verifyAudit()).ok).toBe(true);
  });

  /** What an evaluator would want: two incidents, and an entry each round. */
  function next({ now, open }: AlertMemory, tick: number): TickChanges {
    const wanted = ['slo', 'backlog'];
    const missing = wanted.filter((rule) => !open.has(fingerprintOf(rule, 'fap', 'database:reports')));
    const changed = [...open.values()].map(
      ({ id }): IncidentChange => ({ id, value: tick, entries: [entry('burst', now, tick)] }),
    );
    return tickOf(now, { opened: missing.map((rule) => newIncident(now, { rule })), changed });
  }
});

async function showRoot(id: IncidentId): Promise<void> {
  const card = (await a.cards.behind(100)).find(({ subject }) => subject.id === id);
  if (card === undefined) throw new Error('no root is behind');
  await a.cards.shown(card, `${id}.1`, card.version);
}

/** What can be said of an incident, one after the other. */
async function saidOf(id: IncidentId): Promise<readonly number[]> {
  const numbers: number[] = [];
  for (;;) {
    const notice = (await a.outbox.waiting(50)).find((one) => one.kind === 'entry' && one.incidentId === id);
    if (notice?.kind !== 'entry') return numbers;
    numbers.push(notice.entry.number);
    await a.outbox.said(notice, '1.2');
  }
}

describe('a tick whose evaluator dies', () => {
  const tables = [
    ...['incidents', 'incident_entries', 'cards', 'outbox', 'rule_states', 'samples', 'audit_log'],
    ...['gatherings', 'silences WHERE ended = 1', "incidents WHERE state = 'resolved'"],
  ];
  const counts = () => Promise.all(tables.map(count));

  it('leaves nothing behind, at whichever statement it dies, and all of it once it has ended', async () => {
    const [grown, over] = [await fired(), await fired({ rule: 'over' })];
    await a.desk.silence({
      ...{
        rule: 'other',
        app: 'fap',
        queue: undefined,
        reason: 'deploy',
        by: bo,
        critical: false,
        seconds: 0,
      },
    });
    await a.alerts.handBack(await taken(a, 'a'));
    const lease = await taken(b, 'b');
    const { now } = await b.alerts.load(lease);
    const samples = new Map([['pending/database:reports', 4]]);
    await b.alerts.commit(lease, tickOf(new Date(0), { samples }));
    const tick = tickOf(now, {
      ...{ samples, states: [stateOf('slo')] },
      opened: ['1', '2', '3', '4', '5'].map((rule) =>
        newIncident(now, { rule, entries: [entry('escalated', now)] }),
      ),
      changed: [
        { id: grown, severity: 'critical', entries: [entry('rose', now), entry('burst', now)] },
        { id: over, state: 'resolved', entries: [entry('resolved', now)] },
      ],
    });
    const before = await counts();
    let statement = 0;
    for (let died = true; died; ) {
      statement += 1;
      await b.alerts.load(lease);
      schema.wire.breakAt(statement);
      died = await b.alerts.commit(lease, tick).then(
        () => false,
        (error: unknown) => {
          if (!(error instanceof StoreUnavailable)) throw error;
          return true;
        },
      );
      if (died) expect(await counts(), `statement ${statement}`).toEqual(before);
    }
    schema.wire.breakAt(Number.POSITIVE_INFINITY);
    expect(statement).toBeGreaterThan(40);
    expect(await counts()).toEqual([7, 8, 8, 8, 1, 2, 16, 1, 1, 1]);
    expect((await a.verifyAudit()).ok).toBe(true);
  });

  it('is not told twice where the answer to its COMMIT is lost', async () => {
    const lease = await taken(b, 'b');
    const { now } = await b.alerts.load(lease);
    schema.wire.loseNextCommit();
    const tick = tickOf(now, { opened: [newIncident(now)] });
    await expect(b.alerts.commit(lease, tick)).rejects.toThrow(StoreUnavailable);
    const { open } = await b.alerts.load(lease);
    expect([...open.values()]).toMatchObject([{ number: 1 }]);
  });
});

describe('a hundred people at once', () => {
  it('acknowledge an incident once', async () => {
    const id = await fired();
    const presses = Array.from({ length: 100 }, (_, index) =>
      (index % 2 === 0 ? a : b).desk.acknowledge(id, index % 2 === 0 ? anna : bo),
    );
    const answers = await Promise.all(presses);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(answers.filter((answer) => !answer.ok && answer.why === 'already')).toHaveLength(99);
    expect(await count("audit_log WHERE event = 'ACKNOWLEDGED'")).toBe(1);
    expect(await a.desk.find({ id })).toMatchObject({ state: 'acknowledged', entries: 1, version: 2 });
  });
});

describe('an alerts channel that is configured later', () => {
  it('gets the root of what is open, and what happens from then on below it', async () => {
    const silent = storeOn(schema.url);
    const lease = await taken(silent, 'a');
    const { now } = await silent.alerts.load(lease);
    const incident = newIncident(now, { entries: [entry('escalated', now)] });
    await silent.alerts.commit(lease, tickOf(now, { opened: [incident] }));
    await silent.stop(500);
    expect(await a.cards.behind(10)).toEqual([]);
    const { id } = incident;
    const change = { id, value: 9, entries: [entry('burst', now)] };
    await a.alerts.commit(lease, tickOf(now, { changed: [change] }));
    expect(await a.outbox.waiting(10)).toEqual([]);
    await showRoot(id);
    expect(await saidOf(id)).toEqual([2]);
  });
});

describe('an audit log that refuses', () => {
  it('keeps no alarm from ringing, and gets its rows when it takes them again', async () => {
    await schema.admin.query("REVOKE INSERT ON audit_log FROM 'queuekeeper'@'127.0.0.1'");
    const id = await fired();
    expect(await a.desk.find({ id })).toMatchObject({ state: 'open' });
    await expect(a.desk.acknowledge(id, anna)).rejects.toThrow('did not take a record');
    expect(await a.desk.find({ id })).toMatchObject({ state: 'open', entries: 0 });
    await schema.admin.query("GRANT INSERT ON audit_log TO 'queuekeeper'@'127.0.0.1'");
    await expect.poll(() => count("audit_log WHERE event = 'ALERT_FIRED'")).toBe(1);
  });
});

describe('the end of what was paged', () => {
  it('is the evaluator’s to tell: who pages about requests leaves it alone', async () => {
    const id = await fired({ facts: { pageWanted: true } });
    const lease = await taken(a, 'a');
    const { now } = await a.alerts.load(lease);
    await a.alerts.commit(lease, tickOf(now, { changed: [{ id, state: 'resolved', entries: [] }] }));
    expect(await b.requestPages.take(10)).toEqual([]);
    expect((await a.alerts.load(lease)).unended.map((incident) => incident.id)).toEqual([id]);
  });
});

describe('our own doings', () => {
  it('are known while they run and five minutes after, by the queues that they name', async () => {
    const lease = await taken(a, 'a');
    const doings = async () =>
      (await a.alerts.load(lease)).doings
        .map(({ verb, queue, endedAt }) => `${verb} ${queue} ${endedAt === undefined ? 'runs' : 'ended'}`)
        .sort();
    const facts = { queues: [{ queue: 'database:reports' }, { queue: 'database:mail' }] };
    const all = await opened(a, newRequest([1], { verb: 'retry-all', facts }));
    await opened(a, newRequest([2], { verb: 'restart', takesSlot: false, facts: { queue: 'redis:high' } }));
    await opened(a, newRequest([3], { verb: 'forget', takesSlot: false }));
    const pause = await opened(a, newRequest([], { verb: 'pause', takesSlot: false }));
    await a.pauses.begin(pause, 'database:mail', 60);
    await a.requests.finish(pause, 'succeeded', {});
    await a.requests.finish(all, 'succeeded', {});
    expect(await doings()).toEqual([
      'pause database:mail runs',
      'pause undefined ended',
      'restart redis:high runs',
      'retry-all database:mail ended',
      'retry-all database:reports ended',
    ]);
    await schema.admin.query('UPDATE executions SET finished_at = finished_at - INTERVAL 301 SECOND');
    expect(await doings()).toEqual(['pause database:mail runs', 'restart redis:high runs']);
    // A pause that nobody ends, and a run of which nobody can tell the end.
    const longAgo = (seconds: number) =>
      Promise.all([
        schema.admin.query('UPDATE queue_pauses SET began_at = UTC_TIMESTAMP(6) - INTERVAL ? SECOND', [
          seconds,
        ]),
        schema.admin.query('UPDATE executions SET started_at = UTC_TIMESTAMP(6) - INTERVAL ? SECOND', [
          seconds,
        ]),
      ]);
    await longAgo(86_300);
    expect(await doings()).toHaveLength(2);
    await longAgo(86_401);
    expect(await doings()).toEqual([]);
  });
});

describe('the end of an operation that no thread was told', () => {
  it('is owed when its process must be gone, until it is told', async () => {
    const lease = await taken(a, 'a');
    const { now } = await a.alerts.load(lease);
    await a.alerts.commit(lease, tickOf(now, { opened: [newIncident(now, { queue: 'redis:high' })] }));
    const restart = newRequest([], { verb: 'restart', takesSlot: false, facts: { queue: 'redis:high' } });
    const execution = await opened(a, restart);
    const note = {
      ...{ app: 'fap', queue: 'redis:high', requestNumber: execution.number, verb: 'restart' },
      actor: restart.requester,
    };
    await a.desk.noteOperation({ ...note, phase: 'began' });
    await a.requests.finish(execution, 'succeeded', {});
    expect(await a.desk.unendedOperations()).toEqual([]);
    await schema.admin.query('UPDATE executions SET finished_at = finished_at - INTERVAL 91 SECOND');
    expect(await a.desk.unendedOperations()).toEqual([execution.number]);
    await a.desk.noteOperation({ ...note, phase: 'ended', outcome: 'succeeded' });
    expect(await a.desk.unendedOperations()).toEqual([]);
  });
});

describe('samples', () => {
  it('are thinned to the highest of five minutes after a day, and gone after a month', async () => {
    const dayMs = 86_400_000;
    let now = Math.floor(Date.now() / 300_000) * 300_000;
    const samples = createSamples(a.database, async () => now);
    const ids = await samples.idsOf(['pending/x', 'pending/y']);
    const values = Array.from({ length: 4_000 }, (_, index) => [
      ...[ids.get('pending/x') ?? 0, now - index * 30_000, index % 17],
    ]);
    await a.database.query((sql) => sql.run('INSERT INTO samples (series, at, value) VALUES ?', [values]));
    await a.alerts.commit(
      await taken(a, 'a'),
      tickOf(new Date(now), { samples: new Map([['pending/y', 5]]) }),
    );
    const from = new Date(0);
    const since = new Date(now - dayMs);
    await samples.thin();
    const day = await samples.list('pending/x', since);
    expect(day).toHaveLength(2_881);
    const older = await samples.list('pending/x', from, new Date(since.getTime() - 1));
    expect(older).toHaveLength(112);
    expect(older.every(({ value }) => value >= 9)).toBe(true);
    await samples.thin();
    expect(await samples.list('pending/x', from)).toHaveLength(2_881 + 112);
    now += 40 * dayMs;
    for (let call = 0; call < 3; call += 1) await samples.thin();
    expect(await samples.list('pending/x', from)).toEqual([]);
    expect(await samples.list('pending/y', from)).toEqual([]);
  });
});

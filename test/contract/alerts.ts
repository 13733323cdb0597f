import { ulid } from 'ulid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { calmState } from '../../src/alerts/episode.ts';
import type {
  AlertDesk,
  AlertStore,
  EvaluatorLease,
  IncidentChange,
  NewIncident,
  StoredState,
  TickChanges,
} from '../../src/alerts/ports.ts';
import type { Outbox } from '../../src/core/approval-ports.ts';
import type { AuditActor } from '../../src/core/audit.ts';
import type { CardPlace, CardStore } from '../../src/core/card-store.ts';
import { fingerprintOf, type IncidentId, type ThreadEntry } from '../../src/core/incident.ts';
import { LeaseLost } from '../../src/core/store-ports.ts';

/** What the battery needs beside the ports. Incidents are told in `C0ALERTS`. */
export interface AlertsStage {
  readonly alerts: AlertStore;
  readonly desk: AlertDesk;
  readonly cards: CardStore;
  readonly outbox: Outbox;
  /** Events sealed about an incident, in order. */
  sealedAbout(number: number): Promise<readonly string[]>;
  /** Everything sealed, in order, by event. */
  sealed(): Promise<readonly string[]>;
  /** The evaluator's time is over. */
  endLease(): Promise<void>;
  /** Live silences have come to their end. */
  endSilences(): Promise<void>;
  /** Nothing has happened yet. */
  empty(): Promise<void>;
  stop(): Promise<void>;
}

const bo: AuditActor = { person: 'U0BO', teamId: 'T0HOME', userId: 'U0BO', name: 'Bo' };
const anna: AuditActor = { person: 'U0ANNA', teamId: 'T0HOME', userId: 'U0ANNA', name: 'Anna' };

/** One battery for the store's part of alerts: the tables and the fake keep the same promises. */
export function alertsContract(name: string, open: () => Promise<AlertsStage>): void {
  describe(`alerts ${name}`, () => {
    let stage: AlertsStage;
    let lease: EvaluatorLease;

    beforeAll(async () => {
      stage = await open();
    });
    beforeEach(async () => {
      await stage.empty();
      lease = await taken('one');
    });
    afterAll(() => stage.stop());

    const taken = async (holder: string): Promise<EvaluatorLease> => {
      const found = await stage.alerts.takeLease(holder);
      if (found === undefined) throw new Error('another one has the lease');
      return found;
    };
    const load = () => stage.alerts.load(lease);
    const commit = async (changes: Partial<TickChanges>): Promise<void> => {
      const { now } = await load();
      await stage.alerts.commit(lease, tickOf(now, changes));
    };
    const fire = async (more: Partial<NewIncident> = {}): Promise<IncidentId> => {
      const { now } = await load();
      const incident = newIncident(now, more);
      await stage.alerts.commit(lease, tickOf(now, { opened: [incident] }));
      return incident.id;
    };
    const change = (id: IncidentId, changes: Partial<IncidentChange>, entries: readonly ThreadEntry[] = []) =>
      commit({ changed: [{ id, entries, ...changes }] });
    const found = async (id: IncidentId) => {
      const incident = await stage.desk.find({ id });
      if (incident === undefined) throw new Error('no such incident');
      return incident;
    };
    const behind = () => stage.cards.behind(100);
    const cardOf = async (id: string): Promise<CardPlace> => {
      const card = (await behind()).find(({ subject }) => subject.id === id);
      if (card === undefined) throw new Error('no card is behind');
      return card;
    };
    /** The root, as Slack has taken it. */
    const shown = async (id: string, messageTs: string): Promise<void> => {
      const card = await cardOf(id);
      await stage.cards.shown(card, messageTs, card.version);
    };
    /** What can be said now, all of it in order. */
    const said = async (): Promise<readonly string[]> => {
      const kinds: string[] = [];
      for (;;) {
        const [notice] = await stage.outbox.waiting(10);
        if (notice === undefined) return kinds;
        kinds.push(notice.kind === 'entry' ? `${notice.entry.number} ${notice.entry.kind}` : notice.kind);
        await stage.outbox.said(notice, `${kinds.length}.5`);
      }
    };

    describe('the evaluator’s lease', () => {
      it('is one’s alone, and the same for who has it', async () => {
        expect(await stage.alerts.takeLease('two')).toBeUndefined();
        expect(await stage.alerts.takeLease('one')).toEqual(lease);
      });

      it('goes to another one when it is over, and who had it reads and writes nothing any more', async () => {
        const { now } = await load();
        await stage.endLease();
        await expect(stage.alerts.commit(lease, tickOf(now, {}))).rejects.toThrow(LeaseLost);
        expect((await taken('two')).token).toBeGreaterThan(lease.token);
        const late = tickOf(now, { opened: [newIncident(now)], states: [stateOf('late')] });
        await expect(stage.alerts.commit(lease, late)).rejects.toThrow(LeaseLost);
        await expect(load()).rejects.toThrow(LeaseLost);
        expect(await stage.desk.incidents('fap', 10)).toEqual([]);
        expect(await stage.desk.states('fap')).toEqual([]);
        expect(await stage.sealed()).toEqual([]);
      });

      it('is handed back at once', async () => {
        await stage.alerts.handBack(lease);
        expect(await stage.alerts.takeLease('two')).toBeDefined();
        await stage.alerts.handBack(lease);
        expect(await stage.alerts.takeLease('three')).toBeUndefined();
      });
    });

    describe('a tick', () => {
      it('keeps states and samples', async () => {
        const { now } = await load();
        const state = stateOf('slo', {
          ...{ phase: 'firing', severity: 'critical', holdsSince: new Date(now.getTime() - 1_500) },
          ...{ knownAt: now, value: 1.25, recoveredSeconds: 30 },
        });
        const samples = new Map([
          ['pending/database:reports', 12],
          [state.fingerprint, 1.25],
        ]);
        await stage.alerts.commit(lease, tickOf(now, { states: [state], samples }));
        await stage.alerts.commit(lease, tickOf(now, { states: [stateOf('calm')] }));
        expect((await load()).states.get(state.fingerprint)).toEqual(state);
        expect(await stage.desk.states('fap')).toHaveLength(2);
        expect(await stage.desk.states('other')).toEqual([]);
        expect(await stage.alerts.samples('pending/database:reports', now)).toEqual([{ at: now, value: 12 }]);
        expect(await stage.desk.samples('pending/database:reports', now, new Date(0))).toEqual([]);
        await commit({ forgotten: [state.fingerprint] });
        expect([...(await load()).states.keys()]).toEqual([stateOf('calm').fingerprint]);
      });

      it('opens an incident with its number, its root and its entries, sealed', async () => {
        const { now } = await load();
        const incident = newIncident(now, { steps: [0], entries: [entry('escalated', now)] });
        await stage.alerts.commit(lease, tickOf(now, { opened: [incident] }));
        const opened = await found(incident.id);
        expect(opened).toMatchObject({
          ...{ id: incident.id, rule: 'slo', app: 'fap', queue: 'database:reports', severity: 'warning' },
          ...{ state: 'open', firedAt: now, breachedAt: incident.breachedAt, value: 7, worst: 7, steps: [0] },
          ...{ entries: 1, version: 1, hushed: false, flapping: false, facts: { threshold: 5 } },
        });
        expect((await load()).open.get(incident.fingerprint)).toEqual(opened);
        expect(await stage.desk.find({ number: opened.number })).toEqual(opened);
        expect(await behind()).toMatchObject([
          { subject: { about: 'incident', id: incident.id }, channel: 'C0ALERTS', version: 1 },
        ]);
        expect(await stage.sealedAbout(opened.number)).toEqual(['ALERT_FIRED', 'ESCALATED']);
      });

      it('changes what it says, no more, and counts versions and entries', async () => {
        const id = await fire();
        const { now } = await load();
        await change(id, { severity: 'critical', value: 9, worst: 9 }, [
          entry('rose', now),
          entry('burst', now),
        ]);
        await change(id, { steps: [0, 1], flapping: true });
        expect(await found(id)).toMatchObject({
          ...{ severity: 'critical', value: 9, worst: 9, steps: [0, 1], flapping: true, state: 'open' },
          ...{ entries: 2, version: 3, facts: { threshold: 5 } },
        });
        expect(await stage.desk.entries(id)).toMatchObject([
          { number: 1, kind: 'rose', version: 2 },
          { number: 2, kind: 'burst', version: 2 },
        ]);
      });

      it('resolves an incident once, and a new one of the same fingerprint may begin', async () => {
        const id = await fire();
        const { now } = await load();
        await change(id, { state: 'resolved' }, [entry('resolved', now)]);
        await change(id, { state: 'open', value: 3 }, [entry('burst', now)]);
        const resolved = await found(id);
        expect(resolved).toMatchObject({ state: 'resolved', value: 7, entries: 1 });
        expect(resolved.resolvedAt).toBeInstanceOf(Date);
        const again = await fire();
        const { open, recent } = await load();
        expect([...open.values()].map((one) => one.id)).toEqual([again]);
        expect(recent.get(resolved.fingerprint)).toBe(3);
        expect((await stage.desk.incidents('fap', 10)).map((one) => one.id)).toEqual([again, id]);
        expect((await stage.desk.incidents('fap', 1)).map((one) => one.id)).toEqual([again]);
        expect(await stage.sealedAbout(resolved.number)).toEqual(['ALERT_FIRED', 'ALERT_RESOLVED']);
      });
    });

    describe('what is said', () => {
      it('is known by its root’s message as soon as that is stored; until then a post is known to be under way', async () => {
        const id = await fire();
        expect(await stage.desk.isPosting('C0ALERTS')).toBe(false);
        await stage.cards.attempt(await cardOf(id));
        expect(await stage.desk.isPosting('C0ALERTS')).toBe(true);
        expect(await stage.desk.isPosting('C0OTHER')).toBe(false);
        await shown(id, '100.1');
        expect(await stage.desk.isPosting('C0ALERTS')).toBe(false);
        expect(await stage.desk.findByThread('C0ALERTS', '100.1')).toMatchObject({ id });
      });

      it('comes below its root, in order, each once', async () => {
        const id = await fire();
        const { now } = await load();
        await change(id, {}, [entry('rose', now), entry('burst', now)]);
        await change(id, {}, [entry('escalated', now)]);
        expect(await stage.outbox.waiting(10)).toEqual([]);
        await shown(id, '100.1');
        expect(await behind()).toEqual([]);
        const waiting = await stage.outbox.waiting(10);
        expect(waiting).toMatchObject([
          { kind: 'entry', incidentId: id, lane: 'alerts', channel: 'C0ALERTS', threadTs: '100.1' },
        ]);
        expect(waiting).toMatchObject([{ entry: { number: 1, kind: 'rose' }, toldByRoot: true }]);
        expect(await said()).toEqual(['1 rose', '2 burst', '3 escalated']);
        await change(id, {}, [entry('repeated', now)]);
        expect(await stage.outbox.waiting(10)).toMatchObject([{ entry: { number: 4 }, toldByRoot: false }]);
        expect(await stage.desk.findByThread('C0ALERTS', '100.1')).toMatchObject({ id });
        expect(await stage.desk.findByThread('C0ALERTS', '100.2')).toBeUndefined();
      });

      it('is held back while the incident is hushed, and not caught up with', async () => {
        const id = await fire({ hushed: true, entries: [entry('burst', new Date())] });
        const { now } = await load();
        await change(id, {}, [entry('rose', now)]);
        expect(await behind()).toEqual([]);
        await change(id, { hushed: false }, [entry('silence-ended', now)]);
        await shown(id, '100.1');
        expect(await said()).toEqual(['3 silence-ended']);
      });

      it('is the end all the same where a root was posted before it was hushed', async () => {
        const id = await fire();
        await shown(id, '100.1');
        const { now } = await load();
        await change(id, { hushed: true }, [entry('repeated', now)]);
        await change(id, { state: 'resolved' }, [entry('resolved', now)]);
        expect(await said()).toEqual(['2 resolved']);
        expect(await cardOf(id)).toMatchObject({ messageTs: '100.1', version: 3 });
      });

      it('is the end of a silence where no thread could tell it, once', async () => {
        const asked = { rule: 'slo', app: 'fap', queue: 'database:reports', reason: 'deploy', by: bo };
        const silence = await stage.desk.silence({ ...asked, critical: false, seconds: 600 });
        await commit({ silencesOver: [silence] });
        await commit({ silencesOver: [silence] });
        expect(await stage.outbox.waiting(10)).toMatchObject([
          {
            ...{ kind: 'silence-end', lane: 'alerts', channel: 'C0ALERTS', threadTs: undefined },
            silence: { app: 'fap', rule: 'slo', queue: 'database:reports', request: silence.request },
          },
        ]);
        expect(await said()).toEqual(['silence-end']);
      });

      it('is one digest of what a quiet window held back', async () => {
        const [passed, firing] = [await fire({ hushed: true }), await fire({ rule: 'other', hushed: true })];
        await change(passed, { state: 'resolved' });
        expect((await load()).passed.map(({ id }) => id)).toEqual([passed]);
        const digest = { endedAt: new Date('2026-11-26T00:00:00Z'), firing: [firing], passed: [passed] };
        const out = { changed: [{ id: firing, hushed: false, entries: [] }], digest };
        await commit(out);
        await commit(out);
        expect((await load()).passed).toEqual([]);
        expect(await stage.outbox.waiting(10)).toMatchObject([
          { kind: 'digest', digest, threadTs: undefined },
        ]);
        expect(await said()).toEqual(['digest']);
        expect((await behind()).map(({ subject }) => subject.id)).toEqual([firing]);
      });
    });

    describe('the end of what was paged', () => {
      it('is owed from the tick that resolves it until a tick says what came of it, by whoever evaluates', async () => {
        const [paged, other] = [await fire({ facts: { pageWanted: true } }), await fire({ rule: 'other' })];
        const { now } = await load();
        for (const id of [paged, other]) await change(id, { state: 'resolved' }, [entry('resolved', now)]);
        await stage.endLease();
        lease = await taken('two');
        expect((await load()).unended.map(({ id }) => id)).toEqual([paged]);
        // It holds up nothing that is told in Slack.
        await shown(paged, '100.1');
        expect(await said()).toEqual(['1 resolved']);
        await commit({ pageEnds: [{ id: paged, taken: true }] });
        await commit({ pageEnds: [{ id: paged, taken: true }] });
        expect((await load()).unended).toEqual([]);
        const { number } = await found(paged);
        expect(await stage.sealedAbout(number)).toEqual(['ALERT_FIRED', 'ALERT_RESOLVED', 'PAGED']);
      });
    });

    describe('many roots at once', () => {
      const six = ['a', 'b', 'c', 'd', 'e', 'f'];
      const fireMany = async (rules: readonly string[]): Promise<readonly [IncidentId, ...IncidentId[]]> => {
        const { now } = await load();
        const made = rules.map((rule) => newIncident(now, { rule }));
        // Ids of one moment are in no order; here they are in the wrong one.
        const fromLast = made.map(({ id }) => id).sort((a, b) => (a < b ? 1 : -1));
        const opened = made.map((one, index) => ({ ...one, id: fromLast[index] ?? one.id }));
        await stage.alerts.commit(lease, tickOf(now, { opened }));
        const [first, ...rest] = opened.map(({ id }) => id);
        if (first === undefined) throw new Error('none was opened');
        return [first, ...rest];
      };

      it('stay by themselves while they are five', async () => {
        await fireMany(six.slice(1));
        expect((await behind()).map(({ subject }) => subject.about)).toEqual(Array(5).fill('incident'));
      });

      it('are gathered when they are more: one root, and each a reply below it', async () => {
        const ids = await fireMany(six);
        const [root, ...others] = await behind();
        expect(others).toEqual([]);
        if (root?.subject.about !== 'gathering') throw new Error('not gathered');
        expect(await stage.desk.findGathering(root.subject.id)).toMatchObject({
          incidents: ids.map((id) => ({ id })),
        });
        const [late] = await fireMany(['late']);
        expect(await found(late)).toMatchObject({ gatheredIn: root.subject.id });
        await shown(root.subject.id, '200.1');
        const replies = await behind();
        expect(replies.map(({ subject }) => subject.id)).toEqual([...ids, late]);
        expect(new Set(replies.map(({ threadTs }) => threadTs))).toEqual(new Set(['200.1']));
        const [first] = ids;
        await shown(first, '200.2');
        const { now } = await load();
        await change(first, { state: 'resolved' }, [entry('resolved', now)]);
        expect(await stage.outbox.waiting(10)).toMatchObject([{ incidentId: first, threadTs: '200.1' }]);
        expect(await cardOf(root.subject.id)).toMatchObject({ messageTs: '200.1' });
        expect(await cardOf(first)).toMatchObject({ messageTs: '200.2', threadTs: '200.1' });
        expect(await stage.desk.findByThread('C0ALERTS', '200.1')).toBeUndefined();
        const below = await stage.desk.findGatheringByThread('C0ALERTS', '200.1');
        expect(below).toMatchObject({ id: root.subject.id });
        expect(below?.incidents).toHaveLength(7);
        expect(await stage.desk.findGatheringByThread('C0ALERTS', '200.2')).toBeUndefined();
      });

      it('leave out one whose post was begun, and take from a poster what it has not begun', async () => {
        await fireMany(six.slice(4));
        const [begun, slow] = await behind();
        if (begun?.subject.about !== 'incident' || slow === undefined) throw new Error('no roots');
        expect(await stage.cards.attempt(begun)).toBe(true);
        await fireMany([...six.slice(0, 4), 'g']);
        expect(await stage.cards.attempt(slow)).toBe(false);
        expect(await found(begun.subject.id)).toMatchObject({ gatheredIn: undefined });
        expect((await behind()).map(({ subject }) => subject.about).sort()).toEqual([
          'gathering',
          'incident',
        ]);
      });
    });

    describe('what people do', () => {
      it('acknowledges once', async () => {
        const id = await fire();
        const first = await stage.desk.acknowledge(id, anna);
        expect(first).toMatchObject({
          ok: true,
          incident: { state: 'acknowledged', acknowledgement: { by: anna, value: 7, severity: 'warning' } },
        });
        expect(await stage.desk.acknowledge(id, bo)).toMatchObject({
          ...{ ok: false, why: 'already', incident: { acknowledgement: { by: anna } } },
        });
        const { number } = await found(id);
        expect(await stage.sealedAbout(number)).toEqual(['ALERT_FIRED', 'ACKNOWLEDGED']);
        await change(id, { state: 'resolved' });
        expect(await stage.desk.acknowledge(id, bo)).toMatchObject({ ok: false, why: 'resolved' });
        expect(await stage.desk.acknowledge(ulid() as IncidentId, bo)).toEqual({
          ok: false,
          why: 'no-incident',
        });
        expect(await stage.desk.entries(id)).toMatchObject([
          { kind: 'acknowledged', facts: { by: 'U0ANNA', name: 'Anna' } },
        ]);
      });

      it('acknowledges again what has lapsed', async () => {
        const id = await fire();
        await stage.desk.acknowledge(id, anna);
        const { now } = await load();
        await change(id, { state: 'open', acknowledgement: null }, [entry('ack-lapsed', now)]);
        expect(await found(id)).toMatchObject({ state: 'open', acknowledgement: undefined });
        expect(await stage.desk.acknowledge(id, bo)).toMatchObject({ ok: true });
        expect(await stage.sealedAbout((await found(id)).number)).toEqual([
          ...['ALERT_FIRED', 'ACKNOWLEDGED', 'ACK_LAPSED', 'ACKNOWLEDGED'],
        ]);
      });

      it('gives each of them a number of the one sequence, and none to what changes nothing', async () => {
        const id = await fire();
        const { number } = await found(id);
        const asked = { rule: 'slo', app: 'fap', queue: 'database:reports', reason: 'deploy', by: bo };
        const [first, second] = [
          await stage.desk.acknowledge(id, anna),
          await stage.desk.acknowledge(id, bo),
        ];
        expect(first).toMatchObject({ incident: { acknowledgement: { request: number + 1 } } });
        expect(second).toMatchObject({ incident: { acknowledgement: { request: number + 1 } } });
        const silence = await stage.desk.silence({ ...asked, critical: false, seconds: 600 });
        expect(silence.request).toBe(number + 2);
        const accepted = await stage.desk.accept({
          ...{ app: 'fap', queue: undefined, jobClass: undefined, reason: 'old', by: bo, upTo: 5 },
        });
        expect(accepted.request).toBe(number + 3);
        expect((await stage.desk.entries(id)).map(({ facts }) => facts['request'])).toEqual([
          ...[number + 1, number + 2],
        ]);
        const verbs = [1, 2, 3, 4].map(async (more) => (await stage.desk.findAct(number + more))?.verb);
        expect(await Promise.all(verbs)).toEqual(['ack', 'silence', 'accept', undefined]);
        expect(await stage.desk.findAct(number)).toBeUndefined();
        expect(await stage.desk.accepted('fap')).toMatchObject([{ request: number + 3 }]);
        await stage.endSilences();
        expect((await load()).endedSilences).toMatchObject([{ request: number + 2 }]);
        await commit({});
        expect(await stage.sealedAbout(number + 1)).toEqual(['ACKNOWLEDGED']);
        expect(await stage.sealedAbout(number + 2)).toEqual(['SILENCED', 'SILENCE_ENDED']);
        expect(await stage.sealedAbout(number + 3)).toEqual(['ACCEPTED']);
        expect(await stage.sealedAbout(number)).toEqual([
          ...['ALERT_FIRED', 'ACKNOWLEDGED', 'SILENCED', 'SILENCE_ENDED'],
        ]);
      });

      it('silences a rule or its queue, tells it below, and the end is sealed once', async () => {
        const [id, other] = [await fire(), await fire({ rule: 'other' })];
        const asked = { rule: 'slo', app: 'fap', queue: 'database:reports', reason: 'deploy', by: bo };
        const silence = await stage.desk.silence({ ...asked, critical: false, seconds: 600 });
        expect(silence.until.getTime() - silence.from.getTime()).toBe(600_000);
        expect(await stage.desk.entries(id)).toMatchObject([
          { kind: 'silenced', facts: { by: 'U0BO', name: 'Bo' } },
        ]);
        expect(await stage.desk.entries(other)).toEqual([]);
        expect(await stage.desk.silences('fap')).toEqual([silence]);
        expect(await load()).toMatchObject({ silences: [silence], endedSilences: [] });
        expect(await stage.sealedAbout((await found(id)).number)).toEqual(['ALERT_FIRED', 'SILENCED']);
        await stage.endSilences();
        expect(await stage.desk.silences('fap')).toEqual([]);
        expect(await load()).toMatchObject({ silences: [], endedSilences: [{ id: silence.id }] });
        await commit({});
        await commit({});
        expect((await stage.sealed()).filter((event) => event === 'SILENCE_ENDED')).toHaveLength(1);
        expect((await load()).endedSilences).toEqual([]);
        expect((await stage.sealedAbout((await found(id)).number)).at(-1)).toBe('SILENCE_ENDED');
      });

      it('accepts failures up to an id; of the same queue and class the newest counts', async () => {
        const accepted = { app: 'fap', queue: undefined, jobClass: undefined, reason: 'old', by: bo };
        await stage.desk.accept({ ...accepted, upTo: 5 });
        const newest = await stage.desk.accept({ ...accepted, upTo: 9, reason: 'older' });
        await stage.desk.accept({ ...accepted, queue: 'database:reports', jobClass: 'BuildReport', upTo: 7 });
        expect((await load()).accepted).toHaveLength(2);
        expect(await stage.desk.accepted('fap')).toMatchObject([newest, { upTo: 7 }]);
        expect(await stage.sealed()).toEqual(['ACCEPTED', 'ACCEPTED', 'ACCEPTED']);
      });

      it('tells in the threads of what counts failures that these are accepted', async () => {
        const about = (watch: string, queue?: string, failed?: number) =>
          fire({
            ...{ rule: `${watch} ${queue ?? ''} ${failed ?? ''}`, queue },
            facts: { watch, ...(failed === undefined ? {} : { failed }) },
          });
        const counting = [
          await about('failed_jobs'),
          await about('failed_jobs', 'database:reports'),
          await about('utilization', 'database:reports', 12),
        ];
        const others = [
          await about('utilization', 'database:reports2', 12),
          await about('utilization', 'database:reports', 0),
          await about('backlog', 'database:reports'),
        ];
        await stage.desk.accept({
          ...{ app: 'fap', queue: 'database:reports', jobClass: undefined, reason: 'old', by: bo, upTo: 9 },
        });
        for (const id of counting)
          expect(await stage.desk.entries(id)).toMatchObject([
            { kind: 'accepted', facts: { by: 'U0BO', name: 'Bo', upTo: 9, reason: 'old' } },
          ]);
        for (const id of others) expect(await stage.desk.entries(id)).toEqual([]);
      });

      it('tells an operation in the threads that it touches, its beginning and its end once each', async () => {
        const own = await fire({ rule: 'failed-jobs', queue: undefined });
        const same = await fire();
        const other = await fire({ queue: 'database:mail' });
        const note = {
          ...{ app: 'fap', queue: 'database:reports', requestNumber: 12, verb: 'retry-all', actor: anna },
          incidentId: own,
        };
        await stage.desk.noteOperation({ ...note, phase: 'began' });
        await stage.desk.noteOperation({ ...note, phase: 'began' });
        await change(same, { value: 2 });
        await change(own, { state: 'resolved', value: 0 });
        const { incidentId: _, ...elsewhere } = note;
        await stage.desk.noteOperation({ ...elsewhere, phase: 'ended', outcome: 'succeeded' });
        for (const [id, after] of [
          [own, 0],
          [same, 2],
        ] as const) {
          expect(await stage.desk.entries(id)).toMatchObject([
            {
              kind: 'operation',
              facts: { request: 12, phase: 'began', by: 'U0ANNA', name: 'Anna', value: 7 },
            },
            { facts: { phase: 'ended', outcome: 'succeeded', before: 7, value: after } },
          ]);
        }
        expect(await stage.desk.entries(other)).toEqual([]);
      });
    });
  });
}

const entry = (kind: ThreadEntry['kind'], at: Date): ThreadEntry => ({ kind, at, facts: { note: kind } });

export const tickOf = (at: Date, changes: Partial<TickChanges>): TickChanges => ({
  ...{ at, states: [], samples: new Map(), opened: [], changed: [], costMs: 3 },
  ...changes,
});

export function newIncident(now: Date, more: Partial<NewIncident> = {}): NewIncident {
  const { rule = 'slo', app = 'fap' } = more;
  const queue = 'queue' in more ? more.queue : 'database:reports';
  return {
    ...{ id: ulid() as IncidentId, fingerprint: fingerprintOf(rule, app, queue), rule, app, queue }, // a fresh ULID is one
    ...{ severity: 'warning', breachedAt: new Date(now.getTime() - 300_000), value: 7 },
    ...{ facts: { threshold: 5 }, hushed: false, entries: [] },
    ...more,
  };
}

export const stateOf = (rule: string, state: Partial<StoredState['state']> = {}): StoredState => ({
  ...{ fingerprint: fingerprintOf(rule, 'fap', 'database:reports'), rule, app: 'fap' },
  ...{ queue: 'database:reports', state: { ...calmState, ...state }, incidentId: undefined, ruleHash: 'h' },
});

import { ulid } from 'ulid';
import type { Sample } from '../../src/alerts/judgement.ts';
import { mayHavePaged } from '../../src/alerts/pages.ts';
import type {
  AlertDesk,
  AlertStore,
  Doing,
  EvaluatorLease,
  IncidentChange,
  NewIncident,
  NumberedAct,
  OperationNote,
  StoredState,
} from '../../src/alerts/ports.ts';
import type { DigestNotice, EntryNotice, Outbox, SilenceEndNotice } from '../../src/core/approval-ports.ts';
import type { AuditEvent } from '../../src/core/audit.ts';
import type { CardPlace, CardStore } from '../../src/core/card-store.ts';
import type { GatheringId } from '../../src/core/ids.ts';
import type {
  Accepted,
  EntryKind,
  Fingerprint,
  Incident,
  IncidentId,
  NumberedEntry,
  Silence,
  ThreadEntry,
} from '../../src/core/incident.ts';
import { LeaseLost } from '../../src/core/store-ports.ts';
import { counts } from '../../src/store/alert-entries.ts';

/** The store's part of alerts in memory. Tests look into it and turn its switches. */
export interface FakeAlerts extends AlertStore, AlertDesk {
  readonly cards: CardStore;
  readonly outbox: Outbox;
  /** Where incidents are told; undefined: nowhere. */
  channel: string | undefined;
  now: () => Date;
  doings: readonly Doing[];
  /** Sealed records, in order. */
  readonly events: {
    readonly event: AuditEvent;
    readonly number: number | undefined;
    /** Incidents whose rows it is as well. */
    readonly about: readonly number[];
  }[];
  /** The evaluator's time is over; so is that of live silences. */
  endLease(): void;
  endSilences(): void;
  empty(): void;
}

type EntryOnce = ThreadEntry & { readonly once?: string };
type Kept = { -readonly [key in keyof Incident]: Incident[key] };
type Changes = Partial<Omit<IncidentChange, 'id' | 'entries'>> & { readonly resolvedAt?: Date };

const leaseMs = 60_000;
const hourMs = 3_600_000;
const mostRootsWaiting = 5;
const saidAlways = new Set<EntryKind>([
  ...(['resolved', 'acknowledged', 'silenced', 'silence-ended', 'operation'] as const),
]);
const sealedEvents: { readonly [kind in EntryKind]?: AuditEvent } = {
  ...{ rose: 'ALERT_ROSE', resolved: 'ALERT_RESOLVED', escalated: 'ESCALATED', 'ack-lapsed': 'ACK_LAPSED' },
  ...{ paged: 'PAGED', 'page-failed': 'PAGED' },
};

export function createFakeAlerts(now: () => Date = () => new Date()): FakeAlerts {
  const incidents = new Map<IncidentId, Kept>();
  const entries = new Map<IncidentId, (NumberedEntry & { readonly once?: string })[]>();
  const states = new Map<Fingerprint, StoredState>();
  const series = new Map<string, Sample[]>();
  const silences = new Map<string, Silence & { readonly ended: boolean }>();
  const accepted = new Map<string, Accepted>();
  const gatherings = new Map<GatheringId, { readonly at: Date; version: number }>();
  const places = new Map<string, CardPlace>();
  const firstShown = new Map<string, number>();
  type AlertNotice = EntryNotice | DigestNotice | SilenceEndNotice;
  const notices = new Map<string, { readonly notice: AlertNotice; ended: boolean }>();
  const unended = new Set<IncidentId>();
  const lease = { token: 0, holder: '', until: 0 };
  let numbers = 0;
  let tickedAt: Date | undefined;
  const acts = new Map<number, NumberedAct>();
  const number = (verb: string, target: string): number => {
    numbers += 1;
    acts.set(numbers, { number: numbers, verb, target });
    return numbers;
  };

  const demand = ({ token }: EvaluatorLease): void => {
    if (token !== lease.token || lease.until <= fake.now().getTime())
      throw new LeaseLost('another one evaluates');
  };
  const seal = (event: AuditEvent, own?: number, about: readonly Pick<Incident, 'number'>[] = []): void =>
    void fake.events.push({ event, number: own, about: about.map((incident) => incident.number) });
  const isOpen = ({ state }: Incident): boolean => state !== 'resolved';
  const newestFirst = (a: Incident, b: Incident): number =>
    Number(isOpen(b)) - Number(isOpen(a)) || b.number - a.number;
  const copy = <T>(value: T): T => ({ ...value });

  const putRootOut = ({ id, version }: Incident): void => {
    if (fake.channel === undefined || places.has(id)) return;
    places.set(id, {
      ...{ subject: { about: 'incident', id }, channel: fake.channel, threadTs: undefined },
      ...{ messageTs: undefined, shownVersion: 0, version, attempted: false },
    });
  };

  const wantCard = (id: string, version: number): void => {
    const card = places.get(id);
    if (card !== undefined) places.set(id, { ...card, version });
  };

  const growGathering = (id: GatheringId): void => {
    const gathering = gatherings.get(id);
    if (gathering === undefined) return;
    gathering.version += 1;
    wantCard(id, gathering.version);
  };

  const addEntries = (incident: Kept, added: readonly EntryOnce[]): void => {
    const list = entries.get(incident.id) ?? [];
    entries.set(incident.id, list);
    for (const entry of added) {
      if (entry.once !== undefined && list.some(({ once }) => once === entry.once)) continue;
      const numbered = { ...entry, number: list.length + 1, version: incident.version };
      list.push(numbered);
      incident.entries = list.length;
      const isSaid = incident.hushed
        ? places.has(incident.id) && saidAlways.has(entry.kind)
        : fake.channel !== undefined;
      if (isSaid && fake.channel !== undefined) putEntryOut(incident.id, numbered, fake.channel);
    }
  };

  const putEntryOut = (
    incidentId: IncidentId,
    { once: _, ...entry }: NumberedEntry & EntryOnce,
    channel: string,
  ) => {
    const id = `${incidentId} ${String(entry.number).padStart(6, '0')}`;
    const notice: EntryNotice = {
      ...{ id, lane: 'alerts', channel, threadTs: undefined, underCard: true, attempted: false },
      ...{ kind: 'entry', incidentId, entry, toldByRoot: false },
    };
    notices.set(id, { notice, ended: false });
  };

  const sealEntries = (incident: Incident, added: readonly ThreadEntry[]): void => {
    for (const { kind } of added) {
      const event = sealedEvents[kind];
      if (event !== undefined) seal(event, incident.number);
    }
  };

  const openOne = (fresh: NewIncident, at: Date): void => {
    numbers += 1;
    const { entries: first, steps = [], ...rest } = fresh;
    const incident: Kept = {
      ...{ ...rest, number: numbers, state: 'open', firedAt: at, resolvedAt: undefined, steps, entries: 0 },
      ...{
        acknowledgement: undefined,
        worst: fresh.value,
        flapping: false,
        gatheredIn: undefined,
        version: 1,
      },
    };
    incidents.set(incident.id, incident);
    if (!incident.hushed) putRootOut(incident);
    addEntries(incident, first);
    seal('ALERT_FIRED', incident.number);
    sealEntries(incident, first);
  };

  const changeOne = (incident: Kept, changes: Changes, added: readonly EntryOnce[]): void => {
    const { acknowledgement, resolvedAt, ...rest } = changes;
    const wasHushed = incident.hushed;
    const given = Object.entries(rest).filter(([, value]) => value !== undefined);
    Object.assign(incident, Object.fromEntries(given), { version: incident.version + 1 });
    if (acknowledgement !== undefined) incident.acknowledgement = acknowledgement ?? undefined;
    if (changes.state === 'resolved') {
      incident.resolvedAt = resolvedAt;
      if (mayHavePaged(incident)) unended.add(incident.id);
    }
    if (wasHushed && !incident.hushed && isOpen(incident)) putRootOut(incident);
    wantCard(incident.id, incident.version);
    if (incident.gatheredIn !== undefined) growGathering(incident.gatheredIn);
    addEntries(incident, added);
  };

  const notBegun = ({ messageTs, attempted, threadTs }: CardPlace): boolean =>
    messageTs === undefined && !attempted && threadTs === undefined;

  const gather = (): void => {
    const waiting = [...places.values()].filter(
      (card) => card.subject.about === 'incident' && notBegun(card),
    );
    const open = [...places.values()].find((card) => card.subject.about === 'gathering' && notBegun(card));
    if (waiting.length === 0 || (open === undefined && waiting.length <= mostRootsWaiting)) return;
    const id = (open?.subject.id ?? ulid()) as GatheringId; // a fresh ULID is one
    if (open === undefined && fake.channel !== undefined) {
      gatherings.set(id, { at: fake.now(), version: 1 });
      places.set(id, {
        ...{ subject: { about: 'gathering', id }, channel: fake.channel, threadTs: undefined },
        ...{ messageTs: undefined, shownVersion: 0, version: 1, attempted: false },
      });
    } else growGathering(id);
    for (const card of waiting) {
      const incident = incidents.get(card.subject.id as IncidentId); // they are about incidents
      if (incident !== undefined) incident.gatheredIn = id;
      places.set(card.subject.id, { ...card, threadTs: id });
    }
  };

  const coveredBy = ({ rule, app, queue }: Pick<Silence, 'rule' | 'app' | 'queue'>): readonly Kept[] =>
    [...incidents.values()].filter(
      (one) => isOpen(one) && one.app === app && one.rule === rule && (queue ?? one.queue) === one.queue,
    );

  const liveSilences = (): readonly Silence[] =>
    [...silences.values()]
      .filter(({ ended, until }) => !ended && until > fake.now())
      .map(({ ended: _, ...silence }) => silence);
  const endedSilences = (): readonly Silence[] =>
    [...silences.values()]
      .filter(({ ended, until }) => !ended && until <= fake.now())
      .map(({ ended: _, ...silence }) => silence);

  const noteOne = (note: OperationNote, incident: Kept): void => {
    const { requestNumber, verb, phase, outcome, actor } = note;
    const began = (entries.get(incident.id) ?? []).find(({ once }) => once === `${requestNumber} began`);
    const once = `${requestNumber} ${phase}`;
    if ((entries.get(incident.id) ?? []).some((entry) => entry.once === once)) return;
    const facts = {
      ...{ request: requestNumber, verb, phase, by: actor.userId, name: actor.name },
      value: incident.value ?? null,
      ...(outcome === undefined ? {} : { outcome }),
      ...(phase === 'ended' ? { before: began?.facts['value'] ?? null } : {}),
    };
    changeOne(incident, {}, [{ kind: 'operation', at: fake.now(), facts, once }]);
  };

  const samples: AlertStore['samples'] = async (name, since, until) =>
    (series.get(name) ?? []).filter(({ at }) => at >= since && (until === undefined || at <= until));

  /** A gathering has none, and stands before its incidents. */
  const numberOf = ({ subject }: CardPlace): number =>
    subject.about === 'incident' ? (incidents.get(subject.id)?.number ?? 0) : 0;
  const update = (card: CardPlace, change: Partial<CardPlace>): boolean => {
    const now = places.get(card.subject.id);
    if (now === undefined || now.threadTs !== card.threadTs) return false;
    places.set(card.subject.id, { ...now, ...change });
    return true;
  };

  const cards: CardStore = {
    async behind(limit) {
      const isPlaced = ({ threadTs }: CardPlace): boolean => !gatherings.has(threadTs as GatheringId);
      return [...places.values()]
        .filter(
          (card) => (card.shownVersion < card.version || card.nextPicture !== undefined) && isPlaced(card),
        )
        .sort((a, b) => numberOf(a) - numberOf(b) || (a.subject.id < b.subject.id ? -1 : 1))
        .slice(0, limit);
    },
    attempt: async (card) => update(card, { attempted: true }),
    async shown(card, messageTs, version, picture) {
      const { subject } = card;
      const place = places.get(subject.id);
      if (version >= (place?.shownVersion ?? 0)) {
        const { picture: _, nextPicture, ...bare } = { ...card, ...place };
        const waits = nextPicture === undefined || nextPicture.file === picture?.file ? {} : { nextPicture };
        if (update(card, {}))
          places.set(subject.id, {
            ...{ ...bare, ...waits, messageTs, shownVersion: version, attempted: false },
            ...(picture === undefined ? {} : { picture }),
          });
      }
      if (!firstShown.has(subject.id)) firstShown.set(subject.id, version);
      if (subject.about !== 'gathering') return;
      for (const [id, one] of places)
        if (one.threadTs === subject.id) places.set(id, { ...one, threadTs: messageTs });
    },
    async giveUp(card) {
      update(card, { shownVersion: card.version });
    },
    async pictureRefused(card) {
      const place = places.get(card.subject.id);
      if (place === undefined) return false;
      const { nextPicture: _, ...rest } = place;
      places.set(card.subject.id, rest);
      return false;
    },
    leaseChannel: async () => true,
  };

  const outbox: Outbox = {
    async waiting(limit) {
      const begun = new Set<string>();
      const next: AlertNotice[] = [];
      for (const { notice, ended } of [...notices.values()].sort((a, b) =>
        a.notice.id < b.notice.id ? -1 : 1,
      )) {
        if (ended) continue;
        if (notice.kind !== 'entry') {
          next.push(notice);
          continue;
        }
        const card = places.get(notice.incidentId);
        if (begun.has(notice.incidentId) || card?.messageTs === undefined) continue;
        begun.add(notice.incidentId);
        next.push({
          ...{ ...notice, threadTs: card?.threadTs ?? card?.messageTs },
          toldByRoot: notice.entry.version <= (firstShown.get(notice.incidentId) ?? 0),
        });
      }
      return next.slice(0, limit);
    },
    async attempt({ id }) {
      const found = notices.get(id);
      if (found !== undefined) notices.set(id, { ...found, notice: { ...found.notice, attempted: true } });
    },
    async said({ id }) {
      const found = notices.get(id);
      if (found !== undefined) found.ended = true;
    },
    giveUp: async (notice) => outbox.said(notice, ''),
  };

  const fake: FakeAlerts = {
    ...{ cards, outbox, channel: 'C0ALERTS', now, doings: [], events: [], samples },

    async takeLease(holder) {
      const at = fake.now().getTime();
      const isLive = lease.until > at;
      if (isLive && lease.holder !== holder) return undefined;
      Object.assign(lease, { holder, until: at + leaseMs, token: lease.token + (isLive ? 0 : 1) });
      return { token: lease.token };
    },
    async handBack({ token }) {
      if (token === lease.token) lease.until = 0;
    },
    async load(held) {
      demand(held);
      const at = fake.now();
      const all = [...incidents.values()];
      const recent = new Map<Fingerprint, number>();
      for (const { fingerprint, firedAt, resolvedAt } of all) {
        const times = [firedAt, resolvedAt].filter((time) => time && at.getTime() - time.getTime() < hourMs);
        if (times.length > 0) recent.set(fingerprint, (recent.get(fingerprint) ?? 0) + times.length);
      }
      return {
        ...{ now: at, tickedAt, states: new Map(states), recent, doings: fake.doings },
        open: new Map(all.filter(isOpen).map((incident) => [incident.fingerprint, copy(incident)])),
        ...{ silences: liveSilences(), endedSilences: endedSilences(), accepted: [...accepted.values()] },
        passed: all.filter((incident) => !isOpen(incident) && incident.hushed).map(copy),
        unended: all.filter(({ id }) => unended.has(id)).map(copy),
      };
    },
    async commit(held, tick) {
      demand(held);
      tickedAt = tick.at;
      for (const incident of tick.opened) openOne(incident, tick.at);
      for (const { id, entries: added, ...changes } of tick.changed) {
        const incident = incidents.get(id);
        if (incident === undefined || !isOpen(incident)) continue;
        changeOne(incident, { ...changes, resolvedAt: tick.at }, added);
        sealEntries(incident, added);
      }
      for (const state of tick.states) states.set(state.fingerprint, state);
      for (const fingerprint of tick.forgotten ?? []) states.delete(fingerprint);
      for (const [name, value] of tick.samples)
        series.set(name, [...(series.get(name) ?? []), { at: tick.at, value }]);
      for (const silence of endedSilences()) {
        silences.set(silence.id, { ...silence, ended: true });
        seal('SILENCE_ENDED', silence.request, coveredBy(silence));
      }
      for (const { id } of tick.pageEnds ?? []) {
        if (unended.delete(id)) seal('PAGED', incidents.get(id)?.number);
      }
      for (const { id, app, rule, queue, request = 0 } of tick.silencesOver ?? []) {
        if (fake.channel === undefined || notices.has(id)) continue;
        const place = { channel: fake.channel, threadTs: undefined, underCard: false, attempted: false };
        const silence = { app, rule, queue, request };
        const notice: SilenceEndNotice = {
          ...{ id, lane: 'alerts', ...place },
          kind: 'silence-end',
          silence,
        };
        notices.set(id, { notice, ended: false });
      }
      const { digest } = tick;
      if (digest !== undefined && fake.channel !== undefined) {
        const id = `~digest ${digest.endedAt.toISOString()}`;
        const place = { channel: fake.channel, threadTs: undefined, underCard: false, attempted: false };
        const notice: DigestNotice = { ...{ id, lane: 'alerts', ...place, kind: 'digest', digest } };
        if (!notices.has(id)) notices.set(id, { notice, ended: false });
        for (const passed of digest.passed) Object.assign(incidents.get(passed) ?? {}, { hushed: false });
      }
      gather();
    },
    thin: async () => undefined,

    async incidents(app, limit) {
      const all = [...incidents.values()].filter((incident) => incident.app === app);
      return all.sort(newestFirst).slice(0, limit).map(copy);
    },
    async find(key) {
      const found = [...incidents.values()].find((incident) =>
        'id' in key ? incident.id === key.id : incident.number === key.number,
      );
      return found && copy(found);
    },
    async findByThread(channel, threadTs) {
      const card = [...places.values()].find(
        (one) => one.channel === channel && one.messageTs === threadTs && one.threadTs === undefined,
      );
      return card?.subject.about === 'incident' ? fake.find({ id: card.subject.id }) : undefined;
    },
    async findGatheringByThread(channel, threadTs) {
      const card = [...places.values()].find(
        (one) => one.channel === channel && one.messageTs === threadTs && one.threadTs === undefined,
      );
      return card?.subject.about === 'gathering' ? fake.findGathering(card.subject.id) : undefined;
    },
    isPosting: async (channel) =>
      [...places.values()].some(
        (one) =>
          one.channel === channel &&
          one.attempted &&
          one.messageTs === undefined &&
          one.threadTs === undefined,
      ),
    async findGathering(id) {
      const gathering = gatherings.get(id);
      const gathered = [...incidents.values()].filter(({ gatheredIn }) => gatheredIn === id);
      return gathering && { id, at: gathering.at, version: gathering.version, incidents: gathered.map(copy) };
    },
    entries: async (id) => (entries.get(id) ?? []).map(({ once: _, ...entry }) => entry),
    states: async (app) => [...states.values()].filter((state) => state.app === app),
    silences: async (app) => liveSilences().filter((silence) => silence.app === app),
    accepted: async (app) => [...accepted.values()].filter((one) => one.app === app),
    async acknowledge(id, actor) {
      const incident = incidents.get(id);
      if (incident === undefined) return { ok: false, why: 'no-incident' };
      if (incident.state !== 'open') {
        const why = incident.state === 'resolved' ? 'resolved' : 'already';
        return { ok: false, why, incident: copy(incident) };
      }
      const { value, severity } = incident;
      const at = fake.now();
      const request = number('ack', `incident=#${incident.number}`);
      const acknowledgement = { by: actor, at, value, severity, remindedAt: at, request };
      changeOne(incident, { state: 'acknowledged', acknowledgement }, [
        {
          kind: 'acknowledged',
          at,
          facts: { by: actor.userId, name: actor.name, value: value ?? null, request },
        },
      ]);
      seal('ACKNOWLEDGED', request, [incident]);
      return { ok: true, incident: copy(incident) };
    },
    async silence({ seconds, ...asked }) {
      const from = fake.now();
      const request = number('silence', `rule=${asked.rule}`);
      const until = new Date(from.getTime() + seconds * 1_000);
      const silence = { ...asked, id: ulid(), from, until, request };
      silences.set(silence.id, { ...silence, ended: false });
      const { by, reason } = silence;
      const covered = coveredBy(silence);
      for (const incident of covered) {
        const facts = { by: by.userId, name: by.name, until: until.toISOString(), reason, request };
        changeOne(incident, {}, [{ kind: 'silenced', at: from, facts }]);
      }
      seal('SILENCED', request, covered);
      return silence;
    },
    async accept(given) {
      const request = number('accept', 'failed_jobs');
      const kept = { ...given, at: fake.now(), request };
      accepted.set(`${given.app} ${given.queue ?? ''} ${given.jobClass ?? ''}`, kept);
      seal('ACCEPTED', request);
      const who = { by: given.by.userId, name: given.by.name };
      const facts = { ...who, upTo: given.upTo, reason: given.reason, request };
      for (const incident of incidents.values())
        if (isOpen(incident) && counts(incident, given))
          changeOne(incident, {}, [{ kind: 'accepted', at: kept.at, facts }]);
      return kept;
    },
    findAct: async (wanted) => acts.get(wanted),
    async noteOperation(note) {
      const { app, queue, incidentId, requestNumber } = note;
      for (const incident of incidents.values()) {
        const isTouched = isOpen(incident) && incident.app === app && incident.queue === queue;
        const began = (entries.get(incident.id) ?? []).some(({ once }) => once === `${requestNumber} began`);
        if (isTouched || incident.id === incidentId || (note.phase === 'ended' && began))
          noteOne(note, incident);
      }
    },
    async unendedOperations() {
      const keys = new Set([...entries.values()].flat().flatMap(({ once }) => once ?? []));
      const began = [...keys].flatMap((key) => (key.endsWith(' began') ? [Number.parseInt(key, 10)] : []));
      return began.filter((number) => !keys.has(`${number} ended`)).sort((a, b) => a - b);
    },

    endLease() {
      lease.until = 0;
    },
    endSilences() {
      for (const [id, silence] of silences) silences.set(id, { ...silence, until: fake.now() });
    },
    empty() {
      for (const map of [incidents, entries, states, series, silences, accepted, gatherings]) map.clear();
      for (const map of [places, firstShown, notices, unended]) map.clear();
      fake.events.length = 0;
      lease.until = 0;
      tickedAt = undefined;
    },
  };
  return fake;
}

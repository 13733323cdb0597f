import type { AlertRule, AlertsDescription } from '../core/alert-description.ts';
import type { Digest, Fingerprint, Incident, IncidentId, Silence } from '../core/incident.ts';
import { blindRule, judgeBlindness } from './blind.ts';
import { changeOf, type Draft, draftOf, newIncidentOf } from './draft.ts';
import {
  blindAfterMisses,
  calmState,
  longestGapSeconds,
  type Patience,
  patienceOf,
  type RuleState,
  step,
  type Transition,
} from './episode.ts';
import { saidFailures, toldAtFirst } from './failure-burst.ts';
import { doingBehind, doingFacts, heldBack } from './held-back.ts';
import { endOfQuiet, isFor, isHushed } from './hush.ts';
import type { Judgement } from './judgement.ts';
import { endedPages, mayHavePaged, type PageResult, pageDue } from './pages.ts';
import type { AlertMemory, Measured, MeasuredTick, StoredState, TickChanges } from './ports.ts';
import { isQuiet } from './quiet.ts';
import { ruleHashOf } from './rule-hash.ts';
import {
  climb,
  end,
  endSilences,
  hush,
  keepAcknowledgement,
  nameDoing,
  nameGap,
  notePage,
  refresh,
  repeat,
  resolved,
  rise,
  type Stage,
  type StageContext,
  tellBursts,
} from './stages.ts';
import { keepWorst } from './worst.ts';

export interface TickInput {
  readonly memory: AlertMemory;
  readonly tick: Pick<MeasuredTick, 'measured' | 'series'>;
  readonly alerts: AlertsDescription;
  /** Names of all configured applications. */
  readonly apps: readonly string[];
  /** What came of pages since the last tick. */
  readonly pages: ReadonlyMap<IncidentId, PageResult>;
  /** Fingerprints whose condition held from the first look on: nobody has seen them well. */
  readonly neverWell: ReadonlySet<Fingerprint>;
  readonly newId: () => IncidentId;
}

export interface TickDecision {
  readonly changes: Omit<TickChanges, 'costMs'>;
  /** Open ones that owe a page once this is committed, and those that are over and whose pager does not know it. */
  readonly pagesDue: readonly IncidentId[];
  readonly pagesToEnd: readonly Incident[];
}

/** What became of one fingerprint's state. */
interface Stepped {
  readonly stored: StoredState;
  readonly measured: Measured;
  readonly rule: AlertRule | undefined;
  readonly transition: Transition | undefined;
  readonly judgement: Judgement;
  readonly doing: StageContext['doing'];
}

/** All that one tick decides, from what is kept and what was measured. Pure. */
export function decideTick(input: TickInput): TickDecision {
  const { memory } = input;
  const stepped = stepAll(input);
  const byFingerprint = new Map(stepped.map((one) => [one.stored.fingerprint, one]));
  const opened = stepped
    .filter(({ transition, stored }) => transition === 'fired' && !memory.open.has(stored.fingerprint))
    .map((one) => open(one, input));
  const forgotten = findForgotten(input, byFingerprint);
  const going = [...memory.open.values()].map((incident) =>
    forgotten.has(incident.fingerprint)
      ? resolved(draftOf(incident), memory.now, { why: 'not-configured' })
      : goOn(draftOf(incident), byFingerprint.get(incident.fingerprint), input),
  );
  const ids = new Map([...opened, ...going].map(({ now }) => [now.fingerprint, now]));
  const states = stepped.map(({ stored }) => {
    const incident = ids.get(stored.fingerprint);
    const incidentId = incident === undefined || incident.state === 'resolved' ? undefined : incident.id;
    return { ...stored, incidentId };
  });
  const digest = digestOf(going, input);
  const pageEnds = endedPages(memory.unended, input.pages, memory.now);
  const ended = new Set(pageEnds.map(({ id }) => id));
  const silencesOver = endsUntold([...opened, ...going], memory);
  const isLeft = ({ now }: Draft): boolean => now.state !== 'resolved';
  return {
    changes: {
      at: memory.now,
      states,
      samples: samplesOf(input, stepped),
      opened: opened.map(newIncidentOf),
      changed: going.flatMap((draft) => changeOf(draft) ?? []),
      ...(forgotten.size === 0 ? {} : { forgotten: [...forgotten] }),
      ...(digest === undefined ? {} : { digest }),
      ...(pageEnds.length === 0 ? {} : { pageEnds }),
      ...(silencesOver.length === 0 ? {} : { silencesOver }),
    },
    pagesDue: [...opened, ...going]
      .filter((draft) => isLeft(draft) && pageDue(draft.now) !== undefined)
      .map(({ now }) => now.id),
    pagesToEnd: [
      ...memory.unended.filter(({ id }) => !ended.has(id)),
      ...going.filter((draft) => !isLeft(draft) && mayHavePaged(draft.now)).map(({ now }) => now),
    ],
  };
}

const atOnce: Patience = {
  forSeconds: { warning: 0, critical: 0 },
  ...{ recoverSeconds: 0, recoverTicks: 1 },
};

function stepAll(input: TickInput): readonly Stepped[] {
  const { memory, tick, alerts, apps } = input;
  const own = tick.measured.flatMap(({ rule, of }) => {
    const patience = patienceOf(rule, alerts.everySeconds);
    return of.map((measured) => {
      const hash = ruleHashOf(rule, measured.queue);
      return stepOne({ rule, name: rule.name, app: rule.app, hash, patience }, measured, input);
    });
  });
  const states = new Map([
    ...memory.states,
    ...own.map(({ stored }) => [stored.fingerprint, stored] as const),
  ]);
  const why = new Map(
    own.flatMap(({ stored, judgement }) =>
      judgement.kind === 'unknown' ? [[stored.fingerprint, judgement.why] as const] : [],
    ),
  );
  const blind = judgeBlindness(apps, alerts.rules, states, why).map(({ app, ...measured }) =>
    stepOne({ rule: undefined, name: blindRule, app, hash: '', patience: atOnce }, measured, input),
  );
  return [...own, ...blind];
}

interface Stepping {
  readonly rule: AlertRule | undefined;
  readonly name: string;
  readonly app: string;
  readonly hash: string;
  readonly patience: Patience;
}

function stepOne(
  { rule, name, app, hash, patience }: Stepping,
  measured: Measured,
  { memory: { states, doings, now }, alerts }: Pick<TickInput, 'memory' | 'alerts'>,
): Stepped {
  const { fingerprint, queue } = measured;
  const known = states.get(fingerprint);
  // A changed rule begins anew: what it found before was found by another rule.
  const before = known?.ruleHash === hash ? known.state : calmState;
  const doing = doingBehind(rule, measured, doings, now, alerts.holdAfterSeconds);
  const finite = withFiniteValue(measured.judgement);
  const judgement = doing === undefined ? finite : heldBack(finite, before, measured.facts);
  const { state: stepped, transition } = step(before, judgement, patience, now);
  const isHeld = finite.kind === 'known' && finite.holds !== undefined && !holds(judgement);
  const heldBackBy = isHeld && doing !== undefined ? `${doing.verb} #${doing.requestNumber}` : undefined;
  // What could not be read says nothing new of it either.
  const state = finite.kind === 'unknown' ? stepped : { ...stepped, heldBackBy };
  return {
    stored: { fingerprint, rule: name, app, queue, state, incidentId: known?.incidentId, ruleHash: hash },
    ...{ measured, rule, transition, judgement, doing },
  };
}

const holds = (judgement: Judgement): boolean => judgement.kind === 'known' && judgement.holds !== undefined;

/** Of a level that allows nothing any value is endlessly more; no table keeps that. */
const mostValue = 1_000_000;

function withFiniteValue(judgement: Judgement): Judgement {
  if (judgement.kind === 'unknown' || judgement.value === undefined || Number.isFinite(judgement.value))
    return judgement;
  return { ...judgement, value: mostValue };
}

function open({ stored, measured, rule, transition, judgement, doing }: Stepped, input: TickInput): Draft {
  const { memory, alerts, neverWell, newId } = input;
  const { state, fingerprint, app, queue } = stored;
  const severity = state.severity ?? 'warning';
  const value = judgement.kind === 'known' ? judgement.value : undefined;
  const since = (severity === 'critical' ? state.criticalSince : state.holdsSince) ?? memory.now;
  const about = { rule: stored.rule, app, queue, severity };
  const facts = { ...factsOf(judgement), ...measured.facts };
  const told =
    rule?.watch === 'failed_jobs' && measured.kinds !== undefined
      ? toldAtFirst(measured.kinds, measured.facts, value, memory.now)
      : {};
  const incident: Incident = {
    ...{
      ...about,
      id: newId(),
      number: 0,
      fingerprint,
      state: 'open',
      breachedAt: since,
      firedAt: memory.now,
    },
    ...{ resolvedAt: undefined, acknowledgement: undefined, value, worst: value },
    facts: {
      ...(rule === undefined ? {} : { watch: rule.watch }),
      ...{ ...facts, ...keepWorst(facts), ...told, ...saidFailures(facts) },
      ...(neverWell.has(fingerprint) ? { proposeAccept: true } : {}),
      // Its root says so from its first post on.
      ...(doing === undefined ? {} : doingFacts(doing, alerts.holdAfterSeconds, [])),
    },
    ...{ flapping: false, steps: [], gatheredIn: undefined, entries: 0, version: 0 },
    hushed: isHushed(about, memory.silences, alerts.quiet, memory.now),
  };
  const draft: Draft = { before: undefined, now: incident, entries: [] };
  const context = { ...contextOf(draft, input), ...{ state, rule, transition, doing, isKnown: true } };
  return [end, climb].reduce((so, stage) => stage(so, context), draft);
}

/** What may still become of an incident whose end this tick has not seen, in this order. */
const first: readonly Stage[] = [
  ...[notePage, refresh, nameGap, rise, nameDoing, endSilences, keepAcknowledgement, end],
];
const then: readonly Stage[] = [hush, tellBursts, climb, repeat];

function goOn(draft: Draft, stepped: Stepped | undefined, input: TickInput): Draft {
  const context = stepped === undefined ? contextOf(draft, input) : steppedContext(draft, stepped, input);
  const through = (so: Draft, stages: readonly Stage[]): Draft =>
    stages.reduce((before, stage) => stage(before, context), so);
  const decided = through(draft, first);
  // What came and went while it was kept back stays so: the digest tells it.
  return decided.now.state === 'resolved' ? decided : through(decided, then);
}

function contextOf({ now: incident }: Draft, { memory, alerts, pages }: TickInput): StageContext {
  const { id, fingerprint } = incident;
  return {
    ...{ now: memory.now, alerts, silences: memory.silences, endedSilences: memory.endedSilences },
    rule: alerts.rules.find((rule) => rule.name === incident.rule && rule.app === incident.app),
    state: memory.states.get(fingerprint)?.state ?? calmState,
    ...{
      transition: undefined,
      isKnown: false,
      unread: undefined,
      isWell: false,
      value: undefined,
      facts: {},
      kinds: undefined,
      doing: undefined,
    },
    ...{ changes: memory.recent.get(fingerprint) ?? 0, page: pages.get(id) },
    unwatchedSince: unwatchedSince(memory, alerts),
  };
}

/** As long as what an episode takes for a gap, of rules that are looked at with each tick. */
function unwatchedSince(
  { tickedAt, now }: AlertMemory,
  { everySeconds }: Pick<AlertsDescription, 'everySeconds'>,
): Date | undefined {
  const longestMs = Math.max(longestGapSeconds, blindAfterMisses * everySeconds) * 1_000;
  return tickedAt !== undefined && now.getTime() - tickedAt.getTime() > longestMs ? tickedAt : undefined;
}

function steppedContext(draft: Draft, stepped: Stepped, input: TickInput): StageContext {
  const { stored, measured, rule, transition, judgement, doing } = stepped;
  return {
    ...contextOf(draft, input),
    ...{ rule, state: stored.state, transition, isKnown: judgement.kind === 'known', doing },
    unread: unreadOf(judgement, stored.state),
    isWell: judgement.kind === 'known' && judgement.recovered,
    value: judgement.kind === 'known' ? judgement.value : undefined,
    ...{ facts: { ...factsOf(judgement), ...measured.facts }, kinds: measured.kinds },
  };
}

/** As late as `monitor_blind` tells it: one look that failed is no news. */
const unreadOf = (judgement: Judgement, { missesSince, knownAt }: RuleState): StageContext['unread'] =>
  judgement.kind === 'unknown' && missesSince >= blindAfterMisses
    ? { why: judgement.why, since: knownAt }
    : undefined;

const factsOf = (judgement: Judgement): Measured['facts'] =>
  judgement.kind === 'unknown'
    ? {}
    : Object.fromEntries(Object.entries(judgement.facts).filter(([, value]) => Number.isFinite(value)));

/** Rules that are gone, and queues of those that were looked at and are not among them any more. */
function findForgotten(
  { memory, tick, alerts, apps }: TickInput,
  stepped: ReadonlyMap<Fingerprint, Stepped>,
): ReadonlySet<Fingerprint> {
  const named = (rule: string, app: string): string => `${rule}/${app}`;
  const configured = new Set(alerts.rules.map((rule) => named(rule.name, rule.app)));
  for (const app of apps) configured.add(named(blindRule, app));
  const looked = new Set(
    tick.measured
      // Where nothing could be read nothing is known of what is gone.
      .filter(({ of }) => of.length > 0 && of.every(({ judgement }) => judgement.kind === 'known'))
      .map(({ rule }) => named(rule.name, rule.app)),
  );
  const isGone = (fingerprint: Fingerprint, rule: string, app: string): boolean =>
    !configured.has(named(rule, app)) || (looked.has(named(rule, app)) && !stepped.has(fingerprint));
  const kept = [...memory.states.values(), ...memory.open.values()];
  return new Set(
    kept
      .filter(({ fingerprint, rule, app }) => isGone(fingerprint, rule, app))
      .map(({ fingerprint }) => fingerprint),
  );
}

/** At the first tick after a quiet window: who still fires, and what came and went. Once for each end, however late. */
function digestOf(going: readonly Draft[], { memory, alerts: { quiet } }: TickInput): Digest | undefined {
  if (quiet === undefined || isQuiet(quiet, memory.now)) return undefined;
  const firing = going
    .filter(({ before, now }) => before?.hushed === true && !now.hushed && now.severity === 'warning')
    .filter(({ entries }) => !entries.some(({ kind }) => kind === 'silence-ended'))
    .map(({ now }) => now.id);
  const passed = [
    ...memory.passed,
    ...going.map(({ now }) => now).filter(({ state, hushed }) => state === 'resolved' && hushed),
  ]
    .filter(({ severity, firedAt }) => severity === 'warning' && isQuiet(quiet, firedAt))
    .map(({ id }) => id);
  if (firing.length + passed.length === 0) return undefined;
  const endedAt = endOfQuiet(quiet, memory.now);
  return endedAt && { endedAt, firing, passed };
}

/** Where an incident is or was open its thread or root says it, and another silence of the same goes on. */
const endsUntold = (drafts: readonly Draft[], { endedSilences, silences }: AlertMemory): readonly Silence[] =>
  endedSilences.filter(
    (ended) => !silences.some((one) => isFor(one, ended)) && !drafts.some(({ now }) => isFor(ended, now)),
  );

function samplesOf({ tick }: TickInput, stepped: readonly Stepped[]): ReadonlyMap<string, number> {
  const own = stepped.flatMap(({ measured: { fingerprint, sample } }) =>
    sample === undefined || !Number.isFinite(sample) ? [] : [[fingerprint, sample] as const],
  );
  return new Map<string, number>([...tick.series, ...own]);
}

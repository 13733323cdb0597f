import type { AlertRule, AlertsDescription } from '../core/alert-description.ts';
import type { IncidentFacts, Silence, ThreadEntry } from '../core/incident.ts';
import { judgeAcknowledgement } from './acknowledged.ts';
import { addFacts, change, type Draft } from './draft.ts';
import type { RuleState, Transition } from './episode.ts';
import { dueSteps } from './escalation.ts';
import { hasUnsaidFailures, saidFailures, tellFailures } from './failure-burst.ts';
import { flappingFrom, secondsOf, untold, untoldText } from './flapping.ts';
import { doingFacts, doingsTold } from './held-back.ts';
import { isFor, isHushed } from './hush.ts';
import type { FailureKind } from './measuring-ports.ts';
import { type PageResult, recordPage, wantsPage } from './pages.ts';
import type { Doing } from './ports.ts';
import { isAtLeastAsBad, keepWorst } from './worst.ts';

/** What a stage knows besides the incident itself. */
export interface StageContext {
  readonly now: Date;
  readonly alerts: Pick<AlertsDescription, 'quiet' | 'escalate' | 'holdAfterSeconds'>;
  readonly silences: readonly Silence[];
  readonly endedSilences: readonly Silence[];
  /** Undefined: of the watch over the watchers. */
  readonly rule: AlertRule | undefined;
  readonly state: RuleState;
  readonly transition: Transition | undefined;
  /** It was evaluated at this tick, and could be. */
  readonly isKnown: boolean;
  /** And is as its end asks for. */
  readonly isWell: boolean;
  /** It could not be evaluated so often in a row that it is told: what could not be read, and when it could for the last time. */
  readonly unread: { readonly why: string; readonly since: Date | undefined } | undefined;
  readonly value: number | undefined;
  readonly facts: IncidentFacts;
  readonly kinds: readonly FailureKind[] | undefined;
  readonly doing: Doing | undefined;
  /** Changes of this fingerprint in the last hour that incidents tell of. */
  readonly changes: number;
  readonly page: PageResult | undefined;
  /** Since when nobody evaluated until this tick: the bot was off, or its store away. Undefined: ticks came as they should. */
  readonly unwatchedSince: Date | undefined;
}

/** One thing that may become of an incident at a tick. Pure. */
export type Stage = (draft: Draft, context: StageContext) => Draft;

const entry = (kind: ThreadEntry['kind'], at: Date, facts: IncidentFacts): ThreadEntry => ({
  kind,
  at,
  facts,
});
const valueFact = (value: number | undefined): IncidentFacts => ({ value: value ?? null });
const secondsBetween = (from: Date, to: Date): number => Math.round((to.getTime() - from.getTime()) / 1_000);

/** The incident is said as a whole at this moment. */
const saidNow = ({ now: { facts } }: Draft, now: Date): IncidentFacts => ({
  ...{ saidAt: now.toISOString(), ...saidFailures(facts) },
});

/** What is measured now; where nothing could be read it stays as it was, and says so. */
export const refresh: Stage = (draft, { isKnown, unread, isWell, value, facts, rule, now }) => {
  if (!isKnown) return unread === undefined ? draft : addFacts(draft, unreadFacts(unread));
  const { worst, facts: before } = draft.now;
  const isWorse =
    value !== undefined &&
    (worst === undefined || (rule?.watch === 'workers' ? value < worst : value > worst));
  const isEqual = value !== undefined && value === worst;
  const isWorst = !isWell && (isWorse || (isEqual && isAtLeastAsBad(facts, before)));
  return addFacts(
    change(draft, { ...(value === undefined ? {} : { value }), ...(isWorse ? { worst: value } : {}) }),
    {
      ...facts,
      ...goneFacts(before, facts),
      ...(isWorst ? keepWorst(facts, before) : {}),
      ...wellFact(before, isWell, now),
    },
  );
};

const unreadFacts = ({ why, since }: NonNullable<StageContext['unread']>): IncidentFacts => ({
  ...{ why, unreadSince: since?.toISOString() ?? null },
});

/** What stood out then and does so no more. Its queue stays: that is where people go on looking. */
const passing = ['why', 'unreadSince', 'topClass', 'topException', 'topMessage', 'topCount'] as const;

const goneFacts = (before: IncidentFacts, now: IncidentFacts): IncidentFacts =>
  Object.fromEntries(
    passing.flatMap((name) =>
      (before[name] ?? null) !== null && now[name] === undefined ? [[name, null] as const] : [],
    ),
  );

const wellFact = (before: IncidentFacts, isWell: boolean, now: Date): IncidentFacts => {
  const since = before['wellSince'] ?? null;
  if (isWell) return { wellSince: since ?? now.toISOString() };
  return since === null ? {} : { wellSince: null };
};

/**
 * A rise is told once; from here on the climb counts as that of something critical. Also where a changed rule began anew and
 * found it worse than the incident is.
 */
export const rise: Stage = (draft, { now, state, facts }) => {
  if (state.phase !== 'firing' || state.severity !== 'critical' || draft.now.severity === 'critical')
    return draft;
  const climb = { roseAt: now.toISOString(), criticalSince: (state.criticalSince ?? now).toISOString() };
  const { value } = draft.now;
  const threshold = facts['threshold'];
  return addFacts(change(draft, { severity: 'critical' }), { ...climb, saidAt: now.toISOString() }, [
    entry('rose', now, { ...valueFact(value), ...(threshold === undefined ? {} : { threshold }) }),
  ]);
};

/** What happened while nobody looked is not known, and the thread says so before it goes on with what the first look found. */
export const nameGap: Stage = (draft, { unwatchedSince, isKnown, state, now }) => {
  const { before } = draft;
  if (unwatchedSince === undefined || before === undefined) return draft;
  // One that fired after that is of another tick, whose answer was lost.
  const from = new Date(Math.max(before.firedAt.getTime(), unwatchedSince.getTime()));
  const found = !isKnown ? 'unknown' : state.phase === 'ok' || state.recoveredTicks > 0 ? 'over' : 'firing';
  return change(draft, {}, [
    entry('unwatched', now, { from: from.toISOString(), until: now.toISOString(), found }),
  ]);
};

/** The root names what of ours explains it; the thread says so once for each. */
export const nameDoing: Stage = (draft, { doing, alerts, now }) => {
  const { facts } = draft.now;
  const before = facts['heldBackRequest'] ?? undefined;
  if (doing === undefined)
    return before === undefined ? draft : addFacts(draft, { heldBackBy: null, heldBackRequest: null });
  const { verb, requestNumber: request } = doing;
  if (before === request) return draft;
  const { holdAfterSeconds: seconds } = alerts;
  const told = doingsTold(facts);
  // What an earlier release said last is among the facts in another way.
  const isTold = told.includes(String(request));
  const named = doingFacts(doing, seconds, isTold ? told.filter((one) => one !== String(request)) : told);
  return addFacts(draft, named, isTold ? [] : [entry('held-back', now, { verb, request, seconds })]);
};

export const endSilences: Stage = (draft, { endedSilences, silences, state, now }) => {
  const ended = endedSilences.filter((silence) => isFor(silence, draft.now));
  if (ended.length === 0 || draft.before === undefined) return draft;
  // Another one goes on: nothing ends for its thread.
  if (silences.some((silence) => isFor(silence, draft.now))) return draft;
  const request = ended[0]?.request;
  return change(draft, {}, [
    entry('silence-ended', now, {
      ...{ firing: state.phase === 'firing', ...valueFact(draft.now.value) },
      ...(request === undefined ? {} : { request }),
    }),
  ]);
};

export const keepAcknowledgement: Stage = (draft, { now }) => {
  const { acknowledgement, severity, value } = draft.now;
  if (acknowledgement === undefined) return draft;
  const judged = judgeAcknowledgement(acknowledgement, { severity, value }, now);
  if (judged === 'holds') return draft;
  const by = acknowledgement.by.userId;
  const seconds = secondsBetween(acknowledgement.at, now);
  if (judged === 'reminder')
    return change(draft, { acknowledgement: { ...acknowledgement, remindedAt: now } }, [
      entry('ack-reminder', now, { by, seconds, ...valueFact(value) }),
    ]);
  return addFacts(change(draft, { state: 'open', acknowledgement: undefined }), saidNow(draft, now), [
    entry('ack-lapsed', now, {
      ...{ by, why: judged.lapsed, before: acknowledgement.value ?? null },
      ...valueFact(value),
    }),
  ]);
};

/** Quiet or silenced it is kept back; let out, it counts as told now. */
export const hush: Stage = (draft, { silences, alerts, now }) => {
  const hushed = isHushed(draft.now, silences, alerts.quiet, now);
  if (hushed === draft.now.hushed) return draft;
  const letOut = change(draft, { hushed });
  return hushed ? letOut : addFacts(letOut, saidNow(draft, now));
};

export const tellBursts: Stage = (draft, { kinds, rule, isKnown, now }) => {
  if (kinds === undefined || rule?.watch !== 'failed_jobs' || !isKnown) return draft;
  const { facts, entries } = tellFailures(
    kinds,
    draft.now.facts,
    draft.now.value,
    now,
    rule.tellEverySeconds,
  );
  return addFacts(draft, facts, draft.now.flapping || draft.now.hushed ? [] : entries);
};

/** Steps wait while it is kept back, and while what it is about has stopped for the moment. */
export const climb: Stage = (draft, { alerts, state, now }) => {
  const { now: incident } = draft;
  if (incident.hushed || incident.state === 'resolved' || state.phase !== 'firing') return draft;
  const due = dueSteps(
    alerts.escalate,
    {
      ...{ severity: incident.severity, queue: queueName(incident.queue) },
      firedAt: dateOf(incident.facts['roseAt']) ?? incident.firedAt,
      breachedAt: dateOf(incident.facts['criticalSince']) ?? incident.breachedAt,
      ...{ acknowledged: incident.acknowledgement !== undefined, taken: new Set(incident.steps) },
    },
    now,
  );
  if (due.length === 0) return draft;
  const steps = due.flatMap((index) => {
    const step = alerts.escalate[index];
    return step === undefined ? [] : [{ ...step, index }];
  });
  const entries = steps.map(({ mention, afterSeconds, index, page }) =>
    entry('escalated', now, { mention: mention ?? null, step: index + 1, seconds: afterSeconds, page }),
  );
  const climbed = change(draft, { steps: [...incident.steps, ...due] }, entries);
  return steps.some(({ page }) => page) ? addFacts(climbed, wantsPage) : climbed;
};

const repeatAfterSeconds = { warning: 4 * 3_600, critical: 30 * 60 } as const;

/** What nobody has acknowledged is said again; failures only when there are new ones. */
export const repeat: Stage = (draft, { rule, state, now }) => {
  const { now: incident } = draft;
  const { acknowledgement, hushed, flapping, severity, facts, firedAt, value } = incident;
  if (acknowledgement !== undefined || hushed || flapping || state.phase !== 'firing') return draft;
  // It is not so at this moment: either it is over soon, or it is said then.
  if (state.recoveredTicks > 0) return draft;
  const saidAt = dateOf(facts['saidAt']) ?? firedAt;
  if (secondsBetween(saidAt, now) < repeatAfterSeconds[severity]) return draft;
  if (rule?.watch === 'failed_jobs' && !hasUnsaidFailures(facts)) return draft;
  return addFacts(draft, saidNow(draft, now), [
    entry('repeated', now, { seconds: secondsBetween(firedAt, now), ...valueFact(value) }),
  ]);
};

/**
 * The end of an incident: its condition is over, and it was seen to be. What fires and ends again and again is left open
 * instead, until an hour passes with fewer changes: then only its root says how it stands.
 */
export const end: Stage = (draft, { isKnown, state, transition, changes, now }) => {
  const { now: incident, before } = draft;
  const isOver = isKnown && state.phase === 'ok';
  const earlier = untold(incident.facts, now);
  const hidden =
    before?.flapping === true && (transition === 'fired' || transition === 'resolved')
      ? [...earlier, secondsOf(now)]
      : earlier;
  // Opening it is a change that the store does not know yet, and so is an end that would be told.
  const all = changes + hidden.length + (before === undefined ? 1 : 0);
  if (before?.flapping === true) {
    if (all >= flappingFrom)
      return hidden.length === earlier.length ? draft : addFacts(draft, { untold: untoldText(hidden) });
    const calmed = addFacts(change(draft, { flapping: false }), { untold: '' });
    return isOver ? resolved(calmed, now) : change(calmed, {}, [entry('flapping', now, { over: true })]);
  }
  if (!isOver)
    return before === undefined && all >= flappingFrom
      ? change(draft, { flapping: true }, [entry('flapping', now, { changes: all })])
      : draft;
  if (all + 1 < flappingFrom) return resolved(draft, now);
  return addFacts(change(draft, { flapping: true }), { untold: untoldText([...hidden, secondsOf(now)]) }, [
    entry('flapping', now, { changes: all + 1 }),
  ]);
};

export const resolved = (draft: Draft, now: Date, facts: IncidentFacts = {}): Draft =>
  change(draft, { state: 'resolved', resolvedAt: now }, [
    entry('resolved', now, {
      ...{ seconds: secondsBetween(draft.now.firedAt, now), ...valueFact(draft.now.value) },
      ...facts,
    }),
  ]);

/** What came of the last page. */
export const notePage: Stage = (draft, { page, now }) => {
  if (page === undefined) return draft;
  const { facts, entries } = recordPage(draft.now, page, now);
  return addFacts(draft, facts, entries);
};

/** The queue of a step stands in the configuration by its name alone. */
const queueName = (label: string | undefined): string | undefined => label?.slice(label.indexOf(':') + 1);

const dateOf = (fact: IncidentFacts[string] | undefined): Date | undefined =>
  typeof fact === 'string' ? new Date(fact) : undefined;

import { queueLabel } from '../../core/app-description.ts';
import type { CardPicture } from '../../core/card-picture.ts';
import type { Incident, NumberedEntry } from '../../core/incident.ts';
import { topPrefix } from '../../core/incident-facts.ts';
import type { Button, Fact, Mood, Reply, ReplyPart } from '../../core/reply.ts';
import { joinRich, type Rich, rich } from '../../core/rich.ts';
import { capText } from '../../core/strip.ts';
import { time } from '../../text/format.ts';
import { incidentText } from '../../text/incidents.ts';
import { incidentButtons } from './incident-buttons.ts';
import { findQueueOf, type IncidentScene, rootFacts, runbookOf, watchOf } from './scene.ts';
import { findSilence } from './silence.ts';
import { thresholdWords, whatOf } from './what.ts';

export interface DrawnIncident {
  readonly incident: Incident;
  /** Its story so far: who silenced it, and what was done. */
  readonly entries: readonly NumberedEntry[];
  /** It was never told while it was open. */
  readonly wasMissed: boolean;
  /** Its value over time; left out: nobody has drawn it yet. */
  readonly picture?: CardPicture | undefined;
}

const mostDone = 12;
const mostGaps = 3;
/** Names from outside: a job class may have thousands of characters. */
const mostName = 160;
const mostColumns = 5;

/** The root of an incident, or its reply in a gathering's thread: the present truth by itself. Pure. */
export function drawIncident(drawn: DrawnIncident, scene: IncidentScene): Reply {
  const { incident } = drawn;
  return {
    heading: headline(drawn, scene),
    mood: moodOf(drawn),
    parts: incident.state === 'resolved' ? resolvedParts(drawn, scene) : openParts(drawn, scene),
    notes: notesOf(incident, scene),
  };
}

function headline({ incident, entries, wasMissed }: DrawnIncident, scene: IncidentScene): Rich {
  const t = incidentText[scene.locale];
  const what = whatOf(incident, scene);
  const { number, severity, resolvedAt } = incident;
  if (incident.state === 'resolved') {
    if (wasMissed) return t.missed(number, what);
    return t.resolved(number, what, secondsBetween(incident.firedAt, resolvedAt ?? incident.firedAt));
  }
  const state = incident.flapping
    ? 'flapping'
    : incident.acknowledgement !== undefined
      ? 'acknowledged'
      : findSilence(entries) === undefined
        ? 'open'
        : 'silenced';
  return t.heading(number, t.severity(severity), t.state(state), what);
}

function moodOf({ incident }: DrawnIncident): Mood {
  if (incident.state === 'resolved') return 'good';
  return incident.severity === 'critical' ? 'bad' : 'warning';
}

function openParts(
  { incident, entries, picture }: DrawnIncident,
  scene: IncidentScene,
): readonly ReplyPart[] {
  const t = incidentText[scene.locale];
  const facts = rootFacts(incident);
  const isBlind = watchOf(scene, incident) === 'blind';
  const { heldBackBy, heldBackRequest, heldBackSeconds, why, unreadSince } = facts;
  const zone = scene.world.app.description.timezone;
  const said: readonly Rich[] = [
    sentence(incident, scene),
    ...(isBlind && facts.wellSince === undefined ? [t.blindMeans] : []),
    ...(heldBackBy === undefined
      ? []
      : [t.heldBack(capText(heldBackBy, mostName), heldBackRequest, heldBackSeconds)]),
    ...(incident.flapping ? [t.flapping] : []),
    ...(!isBlind && why !== undefined
      ? [t.unread(unreadSince && time(new Date(unreadSince), zone), capText(why, mostName))]
      : []),
    ...(facts.wellSince === undefined ? [] : [t.well(time(new Date(facts.wellSince), zone))]),
    ...(isAcceptFitting(incident, entries) ? [t.accept(acceptWords(incident, scene))] : []),
  ];
  return [
    ...said.map((text) => ({ kind: 'text', text }) as const),
    ...picturePart(picture),
    ...factsPart([
      ...standsOut(incident, scene),
      ...runbook(incident, scene),
      ...whoCares(incident, entries, scene),
    ]),
    ...reasonPart(entries),
    { kind: 'buttons', buttons: buttonsOf(incident, scene) },
  ];
}

/** Proposed until somebody has it, has done it, or there is nothing left to accept; what failed since is not old. */
const isAcceptFitting = (incident: Incident, entries: readonly NumberedEntry[]): boolean =>
  rootFacts(incident).proposeAccept === true &&
  incident.acknowledgement === undefined &&
  incident.value !== 0 &&
  !entries.some(({ kind }) => newsOfFailures.has(kind));

const newsOfFailures: ReadonlySet<NumberedEntry['kind']> = new Set(['accepted', 'burst', 'new-fingerprint']);

function reasonPart(entries: readonly NumberedEntry[]): readonly ReplyPart[] {
  const reason = findSilence(entries)?.reason;
  return reason === undefined ? [] : [{ kind: 'quote', text: reason }];
}

/** A level's values stand in the heading, with their thresholds. */
function sentence(incident: Incident, scene: IncidentScene): Rich {
  const t = incidentText[scene.locale];
  const zone = scene.world.app.description.timezone;
  const since = t.since(time(incident.breachedAt, zone));
  const threshold = watchOf(scene, incident) === 'utilization' ? undefined : thresholdWords(incident, scene);
  return rich`${threshold ?? ''}${since}`;
}

function standsOut(incident: Incident, { locale, world }: IncidentScene): readonly Fact[] {
  const t = incidentText[locale];
  const facts = rootFacts(incident);
  const { topClass, topException, topQueue, topCount, alive, expected, due, perMinute } = facts;
  const zone = world.app.description.timezone;
  const fact = (label: string, value: Rich | undefined): readonly Fact[] =>
    value === undefined ? [] : [{ label, value }];
  const cut = (text: string | undefined): string | undefined => text && capText(text, mostName);
  const top = cut(topClass);
  const of = <T>(value: T | undefined, say: (value: T) => Rich): Rich | undefined =>
    value === undefined ? undefined : say(value);
  return [
    ...fact(
      t.labels.top,
      of(top, (name) => t.top(name, cut(topException), incident.queue ?? cut(topQueue), topCount)),
    ),
    ...fact(
      t.labels.newest,
      of(facts.newestFailedAt, (at) => [time(new Date(at), zone)]),
    ),
    ...fact(
      t.labels.workers,
      of(alive, (count) => t.alive(count, expected, facts.restarting ?? 0)),
    ),
    ...fact(t.labels.waiting, of(due, t.waiting)),
    ...fact(
      t.labels.change,
      of(perMinute, (change) => t.change(change, change < 0 ? facts.emptyInSeconds : undefined)),
    ),
    ...fact(t.labels.oldest, of(facts.oldestSeconds, t.age)),
    ...fact(
      t.labels.timeouts,
      of(facts.timeouts || undefined, () =>
        t.timeouts(facts.timeoutsByClass ?? 0, facts.timeoutsByText ?? 0),
      ),
    ),
    ...fact(t.labels.usual, of(facts.usual, t.usual)),
    ...fact(
      t.labels.traffic,
      of(facts.all, (all) => t.traffic(all, facts.usualAll, facts.share)),
    ),
    ...topColumns(incident),
  ];
}

/** What a surge's rows have in common. */
const topColumns = ({ facts }: Incident): readonly Fact[] =>
  Object.entries(facts)
    .filter(([name, value]) => name.startsWith(topPrefix) && typeof value === 'string')
    .slice(0, mostColumns)
    .map(([name, value]) => ({
      label: capText(name.slice(topPrefix.length), 60),
      value: [{ code: capText(String(value), mostName) }],
    }));

function whoCares(
  { acknowledgement }: Incident,
  entries: readonly NumberedEntry[],
  { world, locale }: IncidentScene,
): readonly Fact[] {
  const t = incidentText[locale];
  const zone = world.app.description.timezone;
  const silence = findSilence(entries);
  return [
    ...(acknowledgement === undefined
      ? []
      : [
          {
            label: t.labels.acknowledged,
            value: t.by(acknowledgement.by.userId, time(acknowledgement.at, zone)),
          },
        ]),
    ...(silence === undefined
      ? []
      : [{ label: t.labels.silenced, value: t.until(silence.by, time(silence.until, zone)) }]),
  ];
}

function runbook(incident: Incident, scene: IncidentScene): readonly Fact[] {
  const { title, link } = runbookOf(scene, incident);
  const { runbook: label } = incidentText[scene.locale].labels;
  if (link !== undefined) return [{ label, value: [{ link, label: title ?? link }] }];
  return title === undefined ? [] : [{ label, value: title }];
}

function acceptWords(incident: Incident, scene: IncidentScene): string {
  const queue = incident.queue === undefined ? '' : ` queue=${incident.queue}`;
  return `/queue accept${queue} ${incidentText[scene.locale].reason}`;
}

const buttonsOf = (incident: Incident, scene: IncidentScene): readonly Button[] => {
  const queue = findQueueOf(scene, incident);
  return incidentButtons(incident, scene, queue && { ...queue, label: queueLabel(queue) });
};

function resolvedParts(
  { incident, entries, picture }: DrawnIncident,
  scene: IncidentScene,
): readonly ReplyPart[] {
  const t = incidentText[scene.locale];
  const zone = scene.world.app.description.timezone;
  const { firedAt, resolvedAt } = incident;
  const lasted = t.lasted(time(firedAt, zone), time(resolvedAt ?? firedAt, zone));
  const done = entries.flatMap((entry) => (isEndedLater(entry, entries) ? [] : deed(entry, scene)));
  const gaps = entries.flatMap((entry) => gapOf(entry, scene));
  return [
    { kind: 'text', text: lasted },
    ...gaps.slice(-mostGaps).map((text) => ({ kind: 'text', text }) as const),
    {
      kind: 'text',
      text:
        done.length === 0
          ? t.nobody
          : joinRich(
              [
                [{ bold: t.done }],
                ...done.slice(0, mostDone),
                ...(done.length > mostDone ? [t.more(done.length - mostDone)] : []),
              ],
              '\n',
            ),
    },
    ...picturePart(picture),
  ];
}

/** A stretch in which nobody watched it: what is said of its value and its end is not the whole truth. */
function gapOf({ kind, facts }: NumberedEntry, { world, locale }: IncidentScene): readonly Rich[] {
  const [from, until] = [new Date(String(facts['from'])), new Date(String(facts['until']))];
  if (kind !== 'unwatched' || Number.isNaN(from.getTime()) || Number.isNaN(until.getTime())) return [];
  const zone = world.app.description.timezone;
  return [incidentText[locale].unwatched(time(from, zone), time(until, zone))];
}

/** What is told by its end. An end waits for a measurement after it, so what resolved an incident may have only begun by then. */
const isEndedLater = ({ kind, facts }: NumberedEntry, entries: readonly NumberedEntry[]): boolean =>
  kind === 'operation' &&
  facts['phase'] === 'began' &&
  entries.some((one) => one.facts['phase'] === 'ended' && one.facts['request'] === facts['request']);

/** What a person did; what Queuekeeper did by itself has no account. */
function deed({ kind, at, facts }: NumberedEntry, { world, locale }: IncidentScene): readonly Rich[] {
  const t = incidentText[locale];
  const when = time(at, world.app.description.timezone);
  const { by, verb, request, outcome, phase } = facts;
  if (typeof by !== 'string' || by === '') return [];
  if (kind === 'acknowledged') return [t.didAck(by, when)];
  if (kind === 'accepted') return [t.didAccept(by, when)];
  if (kind === 'silenced') return [t.didSilence(by, when)];
  if (kind !== 'operation' || (phase !== 'ended' && phase !== 'began') || typeof verb !== 'string') return [];
  return [
    t.didOperation(
      by,
      when,
      capText(verb, mostName),
      typeof request === 'number' ? request : undefined,
      typeof outcome === 'string' ? capText(outcome, mostName) : undefined,
    ),
  ];
}

function notesOf({ app, number, rule }: Incident, { world, locale }: IncidentScene): readonly Rich[] {
  const t = incidentText[locale];
  return [t.environment(app, world.app.description.environment, rule), t.everything(number)];
}

const picturePart = (picture: CardPicture | undefined): readonly ReplyPart[] =>
  picture === undefined ? [] : [{ kind: 'picture', picture }];

const factsPart = (facts: readonly Fact[]): readonly ReplyPart[] =>
  facts.length === 0 ? [] : [{ kind: 'facts', facts }];

const secondsBetween = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / 1_000;

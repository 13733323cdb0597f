import { blindRule } from '../alerts/blind.ts';
import { blindAfterMisses } from '../alerts/episode.ts';
import type { StoredState } from '../alerts/ports.ts';
import type { AlertRule } from '../core/alert-description.ts';
import { queueLabel } from '../core/app-description.ts';
import type { Accepted, Incident, Silence } from '../core/incident.ts';
import { type ReadContext, sealRead } from '../core/operation.ts';
import type { Locale } from '../core/people.ts';
import { accept, type Judged, refuse } from '../core/refusal.ts';
import type { Button, Item, Mood, Reply, ReplyPart } from '../core/reply.ts';
import { rich } from '../core/rich.ts';
import { capText } from '../core/strip.ts';
import { acceptedText } from '../text/accepted.ts';
import { alertsListText, alertThreshold, alertValue, between, type Standing } from '../text/alerts-list.ts';
import { time } from '../text/format.ts';
import { atMost } from './arguments.ts';
import { askStore } from './ask-store.ts';
import { concernedQueue, isByQueue } from './incident-words.ts';
import type { World } from './world.ts';

const declared = { verb: 'alerts', usage: '' } as const;
const mostIncidents = 100;
const mostShown = 10;
const mostWhy = 160;
/** Evaluation has stopped when nothing was evaluated for so long: its clock and ours may differ by seconds. */
const staleMs = 300_000;

interface Known {
  readonly states: readonly StoredState[];
  readonly open: readonly Incident[];
  readonly silences: readonly Silence[];
  readonly accepted: readonly Accepted[];
}

interface Line {
  readonly rule: AlertRule;
  readonly queue: string;
  readonly standing: Standing;
  readonly state: StoredState | undefined;
}

/** The rules and how they stand, what is open, and what is kept still by whom and until when. */
export const alerts = sealRead<null, World>({
  ...declared,
  typed: ['alerts'],
  who: 'everybody',
  filters: [],
  effect: 'read',
  parse(words) {
    const fits = atMost(words, 0, declared);
    return fits.ok ? accept(null) : fits;
  },
  target: () => 'alerts',
  answer: async (_, context) => {
    const [known, ageless] = await Promise.all([look(context.world), findAgeless(context)]);
    return known.ok ? accept(draw(known.value, ageless, context)) : known;
  },
});

/** Queues whose `max_oldest` can't be judged, since what waits there says nothing of its age. */
async function findAgeless({ world, signal }: ReadContext<World>): Promise<readonly string[]> {
  const { queues } = world.app.description;
  const asked = queues.filter(({ slo }) => slo?.maxOldestSeconds !== undefined).map(queueLabel);
  if (asked.length === 0 || !world.alertRules.some(({ watch }) => watch === 'utilization')) return [];
  const { value } = await world.app.queues.sizes(signal);
  return value
    .filter((one) => one.oldestUnknown === 'no-timestamp' && asked.includes(queueLabel(one)))
    .map(queueLabel);
}

async function look({ alerts: desk, app }: World): Promise<Judged<Known>> {
  const { name } = app.description;
  const read = await askStore(
    Promise.all([
      desk.states(name),
      desk.incidents(name, mostIncidents),
      desk.silences(name),
      desk.accepted(name),
    ]),
  );
  if (!read.ok) return refuse({ code: 'part-missing', missing: [read.missing] });
  const [states, incidents, silences, accepted] = read.value;
  const open = incidents.filter(({ state }) => state !== 'resolved');
  return accept({ states, open, silences, accepted });
}

function draw(known: Known, ageless: readonly string[], { world, locale }: ReadContext<World>): Reply {
  const t = alertsListText[locale];
  const { name, environment, timezone } = world.app.description;
  const lines = linesOf(world.alertRules, known.states, t.queues);
  const lastMs = Math.max(...known.states.map(({ state }) => state.knownAt?.getTime() ?? 0), 0);
  const isStale = lines.length > 0 && world.clock.now().getTime() - lastMs > staleMs;
  const blind = rulesThatStand(lines, 'unreadable');
  const held = rulesThatStand(lines, 'held-back');
  return {
    heading:
      lines.length === 0 && known.open.length === 0
        ? t.noRules(name)
        : isStale
          ? t.stale(name)
          : t.heading(name, known.open.length, blind.size, held.size),
    mood: isStale ? 'warning' : moodOf(known.open, blind.size + held.size),
    parts: [
      ...(lines.length === 0 ? [{ kind: 'text', text: t.noRulesAdvice } as const] : [table(lines, locale)]),
      ...incidentParts(known, world, locale),
      ...list(
        t.silences,
        known.silences.map((silence) => ({ text: t.silence(silence, time(silence.until, timezone)) })),
      ),
      ...acceptedParts(known.accepted, world, locale),
    ],
    notes: [
      t.environment(name, environment),
      ...(lastMs === 0 ? [] : [t.evaluated(time(new Date(lastMs), timezone))]),
      ...(blind.size === 0 ? [] : [t.unreadable]),
      ...(held.size === 0 ? [] : [t.held(world.holdAfterSeconds)]),
      ...(ageless.length === 0 ? [] : [t.ageless(ageless)]),
    ],
  };
}

const rulesThatStand = (lines: readonly Line[], of: Standing): ReadonlySet<string> =>
  new Set(lines.filter(({ standing }) => standing === of).map(({ rule }) => rule.name));

function moodOf(open: readonly Incident[], unsure: number): Mood {
  if (open.some(({ severity }) => severity === 'critical')) return 'bad';
  return open.length > 0 || unsure > 0 ? 'warning' : 'good';
}

const order: readonly Standing[] = [
  ...(['critical', 'warning', 'unreadable', 'held-back', 'pending', 'unseen', 'ok'] as const),
];

/** A line for each queue that is not well, one for all that are, and one for those of which nobody knows. */
function linesOf(
  rules: readonly AlertRule[],
  states: readonly StoredState[],
  countWords: (queues: number) => string,
): readonly Line[] {
  return rules
    .flatMap((rule): readonly Line[] => {
      const own = states.filter((one) => one.rule === rule.name);
      const lines = own.map((state) => ({
        ...{ rule, queue: state.queue ?? '', standing: standingOf(state), state },
      }));
      const blind = lines.filter(({ standing }) => standing === 'unreadable');
      const [dark] = blind;
      const gathered =
        dark === undefined || blind.length === 1
          ? blind
          : [{ ...dark, queue: countWords(blind.length), state: undefined }];
      const odd = [
        ...lines.filter(({ standing }) => standing !== 'ok' && standing !== 'unreadable'),
        ...gathered,
      ];
      const [first] = lines;
      if (first === undefined)
        return [{ rule, queue: rule.queue ?? '', standing: 'unseen', state: undefined }];
      if (odd.length > 0) return odd;
      return [isByQueue(rule) && lines.length > 1 ? { ...first, queue: '', state: undefined } : first];
    })
    .sort((a, b) => order.indexOf(a.standing) - order.indexOf(b.standing));
}

function standingOf({ state }: StoredState): Standing {
  if (state.missesSince >= blindAfterMisses) return 'unreadable';
  if (state.knownAt === undefined) return 'unseen';
  if (state.phase === 'firing') return state.severity ?? 'warning';
  if (state.heldBackBy !== undefined) return 'held-back';
  return state.phase === 'pending' ? 'pending' : 'ok';
}

function table(lines: readonly Line[], locale: Locale): ReplyPart {
  const t = alertsListText[locale];
  return {
    kind: 'table',
    columns: t.columns.map((label) => ({ label })),
    rows: lines.map(({ rule, queue, standing, state }) => {
      const { holdsSince, knownAt, value } = state?.state ?? {};
      return [
        ...[
          rule.name,
          queue,
          standing === 'held-back' ? t.heldBack(state?.state.heldBackBy ?? '') : t.states[standing],
          alertValue(rule.watch, value, locale),
          alertThreshold(rule, locale),
        ],
        // Both by the store's clock.
        holdsSince === undefined || knownAt === undefined ? '' : between(holdsSince, knownAt, locale),
      ];
    }),
  };
}

function incidentParts({ open, silences }: Known, world: World, locale: Locale): readonly ReplyPart[] {
  const t = alertsListText[locale];
  const items = open.slice(0, mostShown).map((incident): Item => {
    const { acknowledgement: ack, flapping, breachedAt } = incident;
    const { timezone } = world.app.description;
    const { value: raw, rule, facts } = incident;
    const value =
      rule === blindRule && raw !== undefined
        ? t.blind(raw, typeof facts['why'] === 'string' ? capText(facts['why'], mostWhy) : undefined)
        : alertValue(ruleOf(incident, world)?.watch, raw, locale);
    const isSilenced = silences.some(
      ({ rule, queue, critical }) =>
        rule === incident.rule &&
        (queue === undefined || queue === incident.queue) &&
        (critical || incident.severity !== 'critical'),
    );
    return {
      text: rich`${t.incident(incident, value, time(breachedAt, timezone))}${ack === undefined ? t.nobody : t.by(ack.by.userId, time(ack.at, timezone), ack.request)}${flapping ? t.flapping : ''}${isSilenced ? t.silenced : ''}`,
      buttons: incidentButtons(incident, locale),
    };
  });
  const rest = open.length - items.length;
  return [...list(t.open, items), ...(rest > 0 ? [{ kind: 'text', text: t.more(rest) } as const] : [])];
}

/** A button is words: pressing it walks the same way as typing them. */
export function incidentButtons(incident: Incident, locale: Locale): readonly Button[] {
  const { number, rule, queue, state, app } = incident;
  const { buttons } = alertsListText[locale];
  const concerned = concernedQueue(incident);
  const press = (verb: string, words: string): Button['press'] => ({
    ...{ kind: 'words', verb, words: `${words} app=${app}` },
  });
  return [
    ...(state === 'open' ? [{ label: buttons.ack, press: press('ack', `ack #${number}`) }] : []),
    {
      label: buttons.silence,
      press: press('silence', `silence ${rule}${queue === undefined ? '' : ` queue=${queue}`}`),
    },
    ...(concerned === undefined
      ? []
      : [{ label: buttons.diagnose, press: press('diagnose', `diagnose ${concerned}`) }]),
  ];
}

const ruleOf = ({ rule }: Incident, { alertRules }: World): AlertRule | undefined =>
  alertRules.find(({ name }) => name === rule);

/** For `status`, too. */
export function acceptedParts(
  accepted: readonly Accepted[],
  world: World,
  locale: Locale,
): readonly ReplyPart[] {
  const t = acceptedText[locale];
  return list(
    t.title,
    accepted.map((one) => ({ text: t.line(one, world.app.description.timezone) })),
  );
}

function list(title: (typeof acceptedText)['en']['title'], items: readonly Item[]): readonly ReplyPart[] {
  return items.length === 0
    ? []
    : [
        { kind: 'text', text: [title] },
        { kind: 'items', items },
      ];
}

import type { EntryNotice } from '../../core/approval-ports.ts';
import type { Incident, IncidentFacts, NumberedEntry } from '../../core/incident.ts';
import type { Mood, Reply } from '../../core/reply.ts';
import { person, type Rich, type Span } from '../../core/rich.ts';
import { capText } from '../../core/strip.ts';
import { time } from '../../text/format.ts';
import { entryText } from '../../text/incident-entries.ts';
import { incidentText } from '../../text/incidents.ts';
import type { IncidentScene } from './scene.ts';
import { valueWords, whatOf } from './what.ts';

const mostName = 160;
const mostReason = 500;

/**
 * One reply in an incident's thread. Undefined: there is nothing to say, since the root told it when it was first posted.
 * Whom an escalation calls is called all the same while the incident is open: nobody is called by what a root lists.
 */
export function sayEntry(
  { entry, toldByRoot }: Pick<EntryNotice, 'entry' | 'toldByRoot'>,
  incident: Incident,
  scene: IncidentScene,
): Reply | undefined {
  // A gathering's root has called whom the first step calls, once for all that are in it.
  const isCalled = incident.gatheredIn !== undefined && entry.facts['seconds'] === 0;
  const isCall = entry.kind === 'escalated' && typeof entry.facts['mention'] === 'string';
  const calls = isCall && incident.state !== 'resolved' && !isCalled;
  if (toldByRoot && !calls) return undefined;
  const { reason, ...said } = drawEntry(entry, incident, scene);
  return { ...said, parts: reason === undefined ? [] : [{ kind: 'quote', text: reason }] };
}

type Drawn = Pick<Reply, 'heading' | 'notification'> & {
  readonly mood: Mood;
  /** As the person wrote it. */
  readonly reason?: string | undefined;
};

function drawEntry({ kind, at, facts }: NumberedEntry, incident: Incident, scene: IncidentScene): Drawn {
  const t = entryText[scene.locale];
  const zone = scene.world.app.description.timezone;
  const what = whatOf(incident, scene);
  const say = reading(facts, incident, scene);
  const severe: Mood = incident.severity === 'critical' ? 'bad' : 'warning';
  const neutral = (heading: Rich): Drawn => ({ heading, mood: 'neutral' });
  const by = say.who();
  switch (kind) {
    case 'rose':
      return { heading: t.rose(what), mood: 'bad' };
    case 'resolved': {
      const seconds =
        say.number('seconds') ?? ((incident.resolvedAt ?? at).getTime() - incident.firedAt.getTime()) / 1_000;
      return { heading: t.resolved(seconds, what), mood: 'good' };
    }
    case 'acknowledged':
      return neutral(t.acknowledged(by, say.number('request')));
    case 'ack-lapsed':
      return {
        heading: t.lapsed[facts['why'] === 'doubled' ? 'doubled' : 'rose'](
          say.number('before') === undefined ? '' : t.beforeAfter(say.value('before'), say.value('value')),
        ),
        mood: severe,
      };
    case 'ack-reminder':
      return neutral(t.reminder(say.number('seconds'), say.value('value')));
    case 'repeated':
      return { heading: t.repeated(what), mood: severe };
    case 'escalated':
      return { ...drawCall(say, facts['page'] === true, incident, scene), mood: severe };
    case 'paged': {
      const event = facts['event'];
      const told = event === 'acknowledge' || event === 'resolve' ? event : undefined;
      return neutral(told === undefined ? t.paged(say.text('target')) : t.pageTold(say.text('target'), told));
    }
    case 'page-failed':
      return { heading: t.pageFailed(say.text('target'), say.text('why')), mood: 'warning' };
    case 'silenced': {
      const until = say.date('until');
      const heading = t.silenced(by, until && time(until, zone), say.number('request'));
      return { ...neutral(heading), reason: say.reason() };
    }
    case 'accepted':
      return {
        ...neutral(t.accepted(by, say.number('upTo'), say.number('request'))),
        reason: say.reason(),
      };
    case 'silence-ended': {
      const isFiring = facts['firing'] === true;
      return {
        heading: t.silenceEnded(isFiring ? what : undefined, say.number('request')),
        mood: isFiring ? severe : 'neutral',
      };
    }
    case 'burst':
      return { heading: t.burst(say.number('new') ?? say.number('count'), say.kind()), mood: severe };
    case 'new-fingerprint':
      return { heading: t.fresh(say.kind() ?? t.unnamed, say.number('count')), mood: severe };
    case 'operation':
      return drawOperation(say, incident, scene);
    case 'held-back':
      return neutral(t.heldBack(say.text('verb'), say.number('request'), say.number('seconds')));
    case 'unwatched': {
      const found = say.text('found');
      const seen = found === 'over' || found === 'firing' ? found : 'unknown';
      const [from, until] = [say.date('from'), say.date('until')];
      const stretch = from && until && { from: time(from, zone), until: time(until, zone) };
      return neutral(t.unwatched(stretch, seen, what));
    }
    case 'flapping':
      return neutral(facts['over'] === true ? t.steady : t.flapping(say.number('changes')));
  }
}

/**
 * Whom a step calls. The first one stands right below the root, in the channel as well, so what is wrong is said there once;
 * on a phone's lock screen the call is all there is.
 */
function drawCall(
  say: Reading,
  pages: boolean,
  incident: Incident,
  scene: IncidentScene,
): Pick<Drawn, 'heading' | 'notification'> {
  const t = entryText[scene.locale];
  const what = whatOf(incident, scene);
  const [mention, seconds = 0] = [say.text('mention'), say.number('seconds')];
  if (mention === undefined)
    return { heading: !pages ? t.escalatedToNobody : seconds === 0 ? t.pages : t.pagesAfter(seconds, what) };
  if (seconds > 0) return { heading: t.escalated(mention, seconds, what) };
  const severity = incidentText[scene.locale].severity(incident.severity);
  return {
    heading: t.called(mention, incident.number, severity.toLowerCase()),
    notification: t.escalated(mention, 0, what),
  };
}

/** The incident's own value before and after: "failed 42 → 3". */
function drawOperation(say: Reading, { state }: Incident, { locale }: IncidentScene): Drawn {
  const t = entryText[locale];
  const verb = say.text('verb') ?? '?';
  const value = say.value('value');
  const request = say.number('request');
  if (say.text('phase') !== 'ended')
    return { heading: t.began(say.who(), verb, request, value), mood: 'working' };
  const outcome = say.text('outcome');
  const before = say.value('before');
  // What was resolved first was measured for the last time before the operation was through.
  const values = state === 'resolved' && before === value ? '' : t.beforeAfter(before, value);
  const mood = outcome === 'succeeded' ? 'good' : outcome === 'failed' ? 'warning' : 'neutral';
  return { heading: t.ended(verb, request, outcome, values), mood };
}

type Reading = ReturnType<typeof reading>;

/** Facts as the store has them, with the types that they should have; texts cut to a name's length. */
function reading(facts: IncidentFacts, incident: Incident, scene: IncidentScene) {
  const number = (name: string): number | undefined => {
    const value = facts[name];
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  };
  const text = (name: string): string | undefined => {
    const value = facts[name];
    return typeof value === 'string' && value !== '' ? capText(value, mostName) : undefined;
  };
  return {
    ...{ number, text },
    /** By name, which calls nobody; an earlier release kept the account alone. */
    who: (): Span => text('name') ?? person(text('by') ?? '?'),
    value(name: string): string | undefined {
      const value = number(name);
      return value === undefined ? undefined : valueWords(value, incident, scene);
    },
    date(name: string): Date | undefined {
      const at = new Date(text(name) ?? '');
      return Number.isNaN(at.getTime()) ? undefined : at;
    },
    reason(): string | undefined {
      const reason = facts['reason'];
      return typeof reason === 'string' && reason !== '' ? capText(reason, mostReason) : undefined;
    },
    kind(): Rich | undefined {
      const jobClass = text('topClass');
      if (jobClass === undefined) return undefined;
      const exception = [text('topException'), text('topMessage')].filter((one) => one !== undefined);
      const named = exception.length === 0 ? undefined : exception.join(': ');
      return entryText[scene.locale].kind(jobClass, named, text('topQueue'));
    },
  };
}

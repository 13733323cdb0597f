import type { Digest, Incident } from '../../core/incident.ts';
import type { Item, Reply, ReplyPart } from '../../core/reply.ts';
import { type Rich, rich } from '../../core/rich.ts';
import { time } from '../../text/format.ts';
import { entryText } from '../../text/incident-entries.ts';
import { incidentText } from '../../text/incidents.ts';
import type { IncidentScene } from './scene.ts';
import { valueWords, whatOf } from './what.ts';

const mostListed = 30;

interface Told {
  readonly incident: Incident;
  readonly scene: IncidentScene;
}

/** What a quiet window held back: still firing, and what came and went. Undefined: there is nothing to say. */
export function sayDigest(
  { endedAt, firing, passed }: Digest,
  found: ReadonlyMap<string, Told>,
  { locale, zone }: { readonly locale: IncidentScene['locale']; readonly zone: string },
): Reply | undefined {
  const t = entryText[locale];
  if (firing.length + passed.length === 0) return undefined;
  return {
    heading: t.digest(time(endedAt, zone)),
    mood: firing.length === 0 ? 'neutral' : 'warning',
    parts: [
      ...list(t.digestFiring, firing, ({ incident, scene }) =>
        incidentText[locale].gatheredItem(incident.number, whatOf(incident, scene)),
      ),
      ...list(t.digestPassed, passed, (told) => passedWords(told, zone)),
    ],
  };

  function list(label: string, ids: readonly string[], say: (told: Told) => Rich): readonly ReplyPart[] {
    if (ids.length === 0) return [];
    const known = ids.flatMap((id) => found.get(id) ?? []);
    const items: readonly Item[] = known.slice(0, mostListed).map((told) => ({ text: say(told) }));
    const left = ids.length - items.length;
    return [
      { kind: 'text', text: rich`${{ bold: label }}` },
      { kind: 'items', items: left > 0 ? [...items, { text: incidentText[locale].more(left) }] : items },
    ];
  }
}

/** Of what is over its last value says nothing: how bad it was, when, and how long. */
function passedWords({ incident, scene }: Told, zone: string): Rich {
  const { number, rule, queue, worst, firedAt, resolvedAt } = incident;
  const seconds = ((resolvedAt ?? firedAt).getTime() - firedAt.getTime()) / 1_000;
  const atWorst = worst === undefined ? undefined : valueWords(worst, incident, scene);
  return entryText[scene.locale].passed(number, rule, queue, atWorst, time(firedAt, zone), seconds);
}

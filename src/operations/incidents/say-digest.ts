import type { Digest, Incident } from '../../core/incident.ts';
import type { Item, Reply, ReplyPart } from '../../core/reply.ts';
import { rich } from '../../core/rich.ts';
import { time } from '../../text/format.ts';
import { entryText } from '../../text/incident-entries.ts';
import { incidentText } from '../../text/incidents.ts';
import type { IncidentScene } from './scene.ts';
import { whatOf } from './what.ts';

const mostListed = 30;

/** What a quiet window held back: still firing, and what came and went. Undefined: there is nothing to say. */
export function sayDigest(
  { endedAt, firing, passed }: Digest,
  found: ReadonlyMap<string, { readonly incident: Incident; readonly scene: IncidentScene }>,
  { locale, zone }: { readonly locale: IncidentScene['locale']; readonly zone: string },
): Reply | undefined {
  const t = entryText[locale];
  if (firing.length + passed.length === 0) return undefined;
  return {
    heading: t.digest(time(endedAt, zone)),
    mood: firing.length === 0 ? 'neutral' : 'warning',
    parts: [...list(t.digestFiring, firing), ...list(t.digestPassed, passed)],
  };

  function list(label: string, ids: readonly string[]): readonly ReplyPart[] {
    if (ids.length === 0) return [];
    const known = ids.flatMap((id) => found.get(id) ?? []);
    const items: readonly Item[] = known.slice(0, mostListed).map(({ incident, scene }) => ({
      text: incidentText[locale].gatheredItem(incident.number, whatOf(incident, scene)),
    }));
    const left = ids.length - items.length;
    return [
      { kind: 'text', text: rich`${{ bold: label }}` },
      { kind: 'items', items: left > 0 ? [...items, { text: incidentText[locale].more(left) }] : items },
    ];
  }
}

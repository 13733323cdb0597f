import type { Gathering, Incident } from '../../core/incident.ts';
import type { Reply } from '../../core/reply.ts';
import { code, type Rich, rich } from '../../core/rich.ts';
import { incidentText } from '../../text/incidents.ts';
import type { IncidentScene } from './scene.ts';
import { whatOf } from './what.ts';

/** What the worst are listed before. Beyond these the thread has them all. */
const mostListed = 60;

export interface GatheringScene {
  readonly sceneOf: (incident: Incident) => IncidentScene | undefined;
  /** Whom the escalation's first step calls (users, groups): once for all of them. */
  readonly calls: readonly string[];
  readonly locale: IncidentScene['locale'];
}

/** The root of many incidents at once: a line for each, those that are critical and open first. Pure. */
export function drawGathering({ incidents }: Gathering, { sceneOf, calls, locale }: GatheringScene): Reply {
  const t = incidentText[locale];
  const open = incidents.filter(isOpen);
  const critical = open.filter(({ severity }) => severity === 'critical').length;
  const listed = [...incidents].sort((a, b) => rank(a) - rank(b)).slice(0, mostListed);
  return {
    heading: t.gathered(open.length, incidents.length, critical),
    mood: open.length === 0 ? 'good' : critical > 0 ? 'bad' : 'warning',
    parts: [
      { kind: 'text', text: t.gatheredMeans },
      ...(calls.length === 0 || open.length === 0 ? [] : [{ kind: 'text', text: t.calls(calls) } as const]),
      {
        kind: 'items',
        items: listed.map((incident) => ({ text: line(incident, sceneOf(incident), locale) })),
      },
    ],
    notes: incidents.length > mostListed ? [t.more(incidents.length - mostListed)] : [],
  };
}

function line(incident: Incident, scene: IncidentScene | undefined, locale: IncidentScene['locale']): Rich {
  const t = incidentText[locale];
  const what = scene === undefined ? rich`${code(incident.rule)}` : whatOf(incident, scene);
  if (!isOpen(incident)) return t.resolvedItem(incident.number, what);
  const state = t.state(incident.acknowledgement === undefined ? 'open' : 'acknowledged');
  return t.heading(incident.number, t.severity(incident.severity), state, what);
}

const isOpen = ({ state }: Incident): boolean => state !== 'resolved';

const rank = (incident: Incident): number =>
  isOpen(incident) ? (incident.severity === 'critical' ? 0 : 1) : 2;

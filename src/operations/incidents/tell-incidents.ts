import type { AlertDesk } from '../../alerts/ports.ts';
import type { AlertRule, EscalationStep } from '../../core/alert-description.ts';
import type { DigestNotice, EntryNotice, SilenceEndNotice } from '../../core/approval-ports.ts';
import type { CardPlace } from '../../core/card-store.ts';
import type { DescribedChart } from '../../core/chart.ts';
import type { Incident, IncidentId } from '../../core/incident.ts';
import type { Locale } from '../../core/people.ts';
import type { Reply } from '../../core/reply.ts';
import { entryText } from '../../text/incident-entries.ts';
import type { World } from '../world.ts';
import { drawGathering } from './gathering-card.ts';
import { drawIncident } from './incident-card.ts';
import { chartFrom, drawIncidentChart } from './incident-chart.ts';
import { sayDigest } from './say-digest.ts';
import { sayEntry } from './say-entry.ts';
import type { IncidentScene } from './scene.ts';

export interface TellingParts {
  readonly desk: Pick<AlertDesk, 'find' | 'findGathering' | 'entries' | 'samples'>;
  readonly worlds: ReadonlyMap<string, World>;
  readonly rules: readonly AlertRule[];
  readonly escalate: readonly EscalationStep[];
  /** IANA name: a quiet window is told by its own clock. Left out: by the first application's. */
  readonly quietZone?: string;
  /** Of the channels. */
  readonly locale: Locale;
}

export interface IncidentTeller {
  /** The card at this place as the store has it now; undefined: there is no such incident, or no such app any more. */
  draw(
    card: Pick<CardPlace, 'subject' | 'messageTs' | 'attempted' | 'picture'>,
  ): Promise<{ readonly reply: Reply; readonly version: number } | undefined>;
  /** Undefined: there is nothing to say any more. */
  say(notice: EntryNotice | DigestNotice | SilenceEndNotice): Promise<Reply | undefined>;
  /** Its value up to now (the store's clock); undefined: there is nothing to draw. */
  chart(incident: Incident, now: Date): Promise<DescribedChart | undefined>;
}

function saySilenceEnd({ silence }: SilenceEndNotice, locale: Locale): Reply {
  const { rule, queue, request, app } = silence;
  return {
    heading: entryText[locale].silenceOver(rule, queue, request),
    mood: 'neutral',
    parts: [],
    notes: [app],
  };
}

/** Incidents in words, from the store as it is when they are said. Rejects with `StoreUnavailable` when it is away. */
export function createIncidentTeller(parts: TellingParts): IncidentTeller {
  const { desk, worlds, rules, locale } = parts;
  const sceneOf = ({ app }: Incident): IncidentScene | undefined => {
    const world = worlds.get(app);
    return world && { rules, world, locale };
  };
  const calls = parts.escalate.flatMap(({ afterSeconds, queue, mention }) =>
    afterSeconds === 0 && queue === undefined && mention !== undefined ? [mention] : [],
  );

  const drawOne = async (
    id: IncidentId,
    { messageTs, attempted, picture }: Pick<CardPlace, 'messageTs' | 'attempted' | 'picture'>,
  ): ReturnType<IncidentTeller['draw']> => {
    const incident = await desk.find({ id });
    const scene = incident && sceneOf(incident);
    if (incident === undefined || scene === undefined) return undefined;
    // What came after this version is drawn with the next one.
    const entries = (await desk.entries(id)).filter(({ version }) => version <= incident.version);
    const wasMissed =
      incident.state === 'resolved' &&
      messageTs === undefined &&
      !attempted &&
      incident.gatheredIn === undefined;
    const reply = drawIncident({ incident, entries, wasMissed, picture }, scene);
    return { reply, version: incident.version };
  };

  const digestScene = async (notice: DigestNotice): Promise<Reply | undefined> => {
    const { digest } = notice;
    const ids = [...digest.firing, ...digest.passed];
    const incidents = await Promise.all(ids.map((id) => desk.find({ id })));
    const found = new Map(
      incidents.flatMap((incident) => {
        const scene = incident && sceneOf(incident);
        return incident === undefined || scene === undefined
          ? []
          : [[incident.id, { incident, scene }] as const];
      }),
    );
    const zone = parts.quietZone ?? [...worlds.values()][0]?.app.description.timezone ?? 'UTC';
    return sayDigest(digest, found, { locale, zone });
  };

  return {
    async draw(card) {
      const { subject } = card;
      if (subject.about === 'incident') return drawOne(subject.id, card);
      if (subject.about !== 'gathering') return undefined;
      const gathering = await desk.findGathering(subject.id);
      if (gathering === undefined) return undefined;
      return { reply: drawGathering(gathering, { sceneOf, calls, locale }), version: gathering.version };
    },

    async say(notice) {
      if (notice.kind === 'digest') return digestScene(notice);
      if (notice.kind === 'silence-end') return saySilenceEnd(notice, locale);
      const incident = await desk.find({ id: notice.incidentId });
      const scene = incident && sceneOf(incident);
      return incident === undefined || scene === undefined ? undefined : sayEntry(notice, incident, scene);
    },

    async chart(incident, now) {
      const scene = sceneOf(incident);
      if (scene === undefined) return undefined;
      const [samples, entries] = await Promise.all([
        desk.samples(incident.fingerprint, chartFrom(incident, now), now),
        desk.entries(incident.id),
      ]);
      return drawIncidentChart({ incident, entries, samples, now }, scene);
    },
  };
}

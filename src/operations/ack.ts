import type { Incident } from '../core/incident.ts';
import { type Recorded, sealRecord } from '../core/operation.ts';
import { accept, type Judged, refuse } from '../core/refusal.ts';
import { person } from '../core/rich.ts';
import { alertVerbsText } from '../text/alerts-verbs.ts';
import { time } from '../text/format.ts';
import { atMost } from './arguments.ts';
import { parseIncidentNumber } from './incident-words.ts';
import type { World } from './world.ts';

const declared = { verb: 'ack', usage: '#N' } as const;

interface Input {
  readonly number: number;
}

/** Somebody takes an incident: it climbs no further. Whoever comes second is told who had it. */
export const ack = sealRecord<Input, World>({
  ...declared,
  typed: ['ack'],
  who: 'operator',
  filters: [],
  effect: 'record',

  parse(words) {
    const [typed] = words.plain;
    if (typed === undefined) return refuse({ code: 'missing-argument', ...declared });
    const fits = atMost(words, 1, declared);
    if (!fits.ok) return fits;
    const number = parseIncidentNumber(typed);
    return number === undefined ? refuse({ code: 'unknown-incident', typed }) : accept({ number });
  },

  target: ({ number }) => `incident=#${number}`,

  inThread: ({ plain }, { number }) => (plain.length === 0 ? [`#${number}`] : []),

  async record({ number }, { world, actor }) {
    const found = await world.alerts.find({ number });
    if (found === undefined) return refuseNumber(number, world);
    const changed = await world.alerts.acknowledge(found.id, actor);
    const { incident = found } = changed;
    if (changed.ok) return accept(drawn(incident, world, 'acknowledged'));
    if (changed.why === 'already') return accept(drawn(incident, world, 'already'));
    return refuse({
      code: 'incident-resolved',
      incident: number,
      at: incident.resolvedAt ?? incident.firedAt,
    });
  },
});

async function refuseNumber(number: number, { requests, alerts }: World): Promise<Judged<never>> {
  const [view, act] = await Promise.all([requests.find({ number }), alerts.findAct(number)]);
  return view === undefined && act === undefined
    ? refuse({ code: 'unknown-incident', typed: `#${number}` })
    : refuse({ code: 'other-kind', number, is: 'request', verb: declared.verb });
}

/** The incident's thread tells the others. */
function drawn(incident: Incident, world: World, what: 'acknowledged' | 'already'): Recorded {
  const { number, rule, queue, acknowledgement } = incident;
  return {
    forAll: false,
    picture: (locale) => {
      const t = alertVerbsText[locale];
      const facts =
        acknowledgement === undefined
          ? []
          : [
              { label: t.by, value: [person(acknowledgement.by.userId)] },
              { label: t.since, value: [time(acknowledgement.at, world.app.description.timezone)] },
            ];
      return {
        heading: t[what](number, rule, queue),
        mood: what === 'acknowledged' ? 'good' : 'neutral',
        parts: [
          ...(facts.length === 0 ? [] : [{ kind: 'facts', facts } as const]),
          ...(what === 'acknowledged' ? [{ kind: 'text', text: t.lapses } as const] : []),
        ],
        notes: [
          ...(acknowledgement?.request === undefined ? [] : [t.request(acknowledgement.request)]),
          t.everything(number),
        ],
      };
    },
  };
}

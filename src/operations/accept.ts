import { queueLabel } from '../core/app-description.ts';
import type { Accepted, Incident } from '../core/incident.ts';
import { sealRecord } from '../core/operation.ts';
import { accept as accepted, type Judged, refuse } from '../core/refusal.ts';
import type { Words } from '../core/words.ts';
import { acceptedText } from '../text/accepted.ts';
import { alertVerbsText } from '../text/alerts-verbs.ts';
import { parseQueue } from './arguments.ts';
import type { QueueName } from './ports.ts';
import { parseReason } from './reason.ts';
import type { World } from './world.ts';

const declared = { verb: 'accept', usage: '[queue=] [class=] REASON' } as const;
const longestClass = 200;

interface Input {
  readonly queue: QueueName | undefined;
  readonly jobClass: string | undefined;
  readonly reason: string;
}

/** The failures that there are now are known: they no longer alarm. What fails later does. */
export const accept = sealRecord<Input, World>({
  ...declared,
  typed: ['accept'],
  who: 'operator',
  filters: ['queue', 'class'],
  effect: 'record',

  parse,

  target: ({ queue, jobClass }) =>
    [
      ...(queue === undefined ? [] : [`queue=${queueLabel(queue)}`]),
      ...(jobClass === undefined ? [] : [`class=${jobClass}`]),
    ].join(' ') || 'failed_jobs',

  async record({ queue, jobClass, reason }, { world, signal, actor, incident }) {
    const { failures, description } = world.app;
    const filter = {
      ...(queue === undefined ? {} : { queue }),
      ...(jobClass === undefined ? {} : { jobClass }),
    };
    const [highest, some] = await Promise.all([
      failures.highest(signal),
      failures.page({ ...filter, limit: 1 }, signal),
    ]);
    if (!highest.ok) return refuse({ code: 'part-missing', missing: [highest.missing] });
    if (!some.ok) return refuse({ code: 'part-missing', missing: [some.missing] });
    // A mistyped class would be accepted for nothing; a search that was cut short proves nothing.
    if (some.value.complete && some.value.rows.length === 0)
      return refuse({ code: 'nothing-to-do', verb: declared.verb, leftOut: 0 });
    const kept = await world.alerts.accept({
      ...{ app: description.name, jobClass, reason, by: actor, upTo: highest.value },
      queue: queue === undefined ? undefined : queueLabel(queue),
    });
    return accepted({
      // Its thread tells it.
      forAll: !(incident !== undefined && isCountedBy(incident, kept)),
      picture: (locale) => {
        const t = acceptedText[locale];
        return {
          heading: t.heading(kept),
          mood: 'neutral',
          parts: [
            { kind: 'quote', text: kept.reason },
            { kind: 'text', text: t.by(kept, world.app.description.timezone) },
            { kind: 'text', text: t.consequence },
          ],
          notes: [
            t.environment(description.name, description.environment),
            ...(kept.request === undefined ? [] : [alertVerbsText[locale].request(kept.request)]),
          ],
        };
      },
    });
  },
});

/** An open incident that counted these failures is told of it in its thread. */
const isCountedBy = ({ state, queue, facts: { watch, failed } }: Incident, kept: Accepted): boolean =>
  state !== 'resolved' &&
  (watch === 'failed_jobs' || (watch === 'utilization' && Number(failed ?? 0) > 0)) &&
  (kept.queue === undefined || queue === undefined || queue === kept.queue);

function parse(words: Words, world: World): Judged<Input> {
  const [typed, jobClass] = [words.filters.get('queue'), words.filters.get('class')];
  const queue = typed === undefined ? accepted(undefined) : parseQueue(typed, world);
  if (!queue.ok) return queue;
  if ([...(jobClass ?? '')].length > longestClass)
    return refuse({ code: 'too-long', what: 'class=', limit: longestClass });
  const reason = parseReason(words.plain, declared.verb);
  if (!reason.ok) return reason;
  const ofClass = jobClass === undefined || jobClass === '' ? undefined : jobClass;
  return accepted({ queue: queue.value, jobClass: ofClass, reason: reason.value });
}

/** Those that concern a queue: its own, and those of all queues. */
export const acceptedOf = (all: readonly Accepted[], queue: QueueName): readonly Accepted[] =>
  all.filter((one) => one.queue === undefined || one.queue === queueLabel(queue));

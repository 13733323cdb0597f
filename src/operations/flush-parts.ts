import type { Locale } from '../core/people.ts';
import type { Fact, ReplyPart } from '../core/reply.ts';
import { flushText } from '../text/flush.ts';
import { number, timeSpan } from '../text/format.ts';
import { type FlushPlan, secondsFor } from './flush-plan.ts';
import type { World } from './world.ts';

type Plain = Readonly<Record<string, unknown>>;

/** How many go which way, how long it takes, and what stays. */
export function planLines(plan: FlushPlan, count: number, locale: Locale): readonly ReplyPart[] {
  const t = flushText[locale];
  const { inStatement, oneByOne, hours, staying, stayingIds, noStatement, oddIds = [] } = plan;
  const texts = [
    ...(inStatement > 0 && hours !== undefined ? [t.inStatement(inStatement, hours)] : []),
    ...(oneByOne > 0 ? [t.oneByOne(oneByOne)] : []),
    ...(noStatement === undefined ? [] : [t.noStatement[noStatement](plan.laravel, oddIds)]),
    ...(staying > 0 ? [t.staying(staying, stayingIds)] : []),
    t.takes(secondsFor(count, oneByOne)),
  ];
  return texts.map((text) => ({ kind: 'text', text }));
}

/** Queues, classes, exceptions, oldest and newest, of a survey or of a request's facts. */
export function flushSetFacts(plain: Plain, world: World, locale: Locale): readonly Fact[] {
  const t = flushText[locale];
  const zone = world.app.description.timezone;
  const { oldest, newest } = plain;
  return [
    ...fact(t.queues, lines(plain['queues'], 'queue')),
    ...fact(t.classes, lines(plain['classes'], 'name')),
    ...fact(t.exceptions, lines(plain['exceptions'], 'name')),
    ...(typeof oldest === 'string' && typeof newest === 'string'
      ? [
          {
            label: t.failed,
            value: timeSpan(new Date(oldest), new Date(newest), t.until, zone),
          },
        ]
      : []),
  ];
}

const fact = (label: string, value: string): readonly Fact[] => (value === '' ? [] : [{ label, value }]);

/** `1,204 × GenerateReportSnapshotJob`, one a line. */
const lines = (list: unknown, key: 'queue' | 'name'): string =>
  (Array.isArray(list) ? list : [])
    .flatMap((one: unknown) => {
      const { [key]: name, count } = (typeof one === 'object' && one !== null ? one : {}) as Plain; // checked next
      return typeof name === 'string' && typeof count === 'number' ? [`${number(count)} × ${name}`] : [];
    })
    .join('\n');

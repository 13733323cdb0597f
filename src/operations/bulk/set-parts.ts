import type { Locale } from '../../core/people.ts';
import type { Fact, ReplyPart } from '../../core/reply.ts';
import { timeSpan } from '../../text/format.ts';
import { punctuation } from '../../text/punctuation.ts';
import { retryAllText } from '../../text/retry-all.ts';
import type { World } from '../world.ts';
import type { Counted, QueueFacts } from './set-tally.ts';

/** What a set looks like, read back from plain data: of a survey, or of a request's facts in the store. */
export interface ShownSet {
  readonly queues: readonly QueueFacts[];
  readonly classes: readonly Counted[];
  readonly exceptions: readonly Counted[];
  readonly oldest: string | undefined;
  readonly newest: string | undefined;
  readonly leftOut: Readonly<Record<string, number>>;
  readonly encrypted: number;
}

type Plain = Readonly<Record<string, unknown>>;

export function findSetFacts(plain: Plain): ShownSet {
  return {
    queues: recordsIn(plain['queues']).flatMap(findQueueFacts),
    ...{ classes: countedIn(plain['classes']), exceptions: countedIn(plain['exceptions']) },
    ...{ oldest: textIn(plain['oldest']), newest: textIn(plain['newest']) },
    leftOut: numbersIn(plain['leftOut']),
    encrypted: typeof plain['encrypted'] === 'number' ? plain['encrypted'] : 0,
  };
}

function findQueueFacts(plain: Plain): readonly QueueFacts[] {
  const { queue, count, retryAfterSeconds, timeoutSeconds, costly } = plain;
  if (typeof queue !== 'string' || typeof count !== 'number' || typeof retryAfterSeconds !== 'number')
    return [];
  return [
    {
      ...{ queue, count, retryAfterSeconds, costly: costly === true },
      ...(typeof timeoutSeconds === 'number' ? { timeoutSeconds } : {}),
    },
  ];
}

const isRecord = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const recordsIn = (value: unknown): readonly Plain[] => (Array.isArray(value) ? value.filter(isRecord) : []);
const textIn = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const numbersIn = (value: unknown): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(isRecord(value) ? value : {}).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number',
    ),
  );
export const countedIn = (value: unknown): readonly Counted[] =>
  recordsIn(value).flatMap(({ name, count }) =>
    typeof name === 'string' && typeof count === 'number' ? [{ name, count }] : [],
  );

/** Queues with their limits and warnings, classes, exceptions, oldest and newest, what is left out and why. */
export function setParts(set: ShownSet, world: World, locale: Locale): readonly ReplyPart[] {
  const t = retryAllText[locale];
  return [
    { kind: 'facts', facts: setFacts(set, world, locale) },
    ...(set.encrypted > 0 ? [{ kind: 'text', text: t.encrypted(set.encrypted) } as const] : []),
  ];
}

export function setFacts(set: ShownSet, world: World, locale: Locale): readonly Fact[] {
  const t = retryAllText[locale];
  const zone = world.app.description.timezone;
  const leftOut = leftOutLines(set, locale);
  const { oldest, newest } = set;
  const lines = (counted: readonly Counted[]): string =>
    counted.map(({ name, count }) => t.countLine(name, count)).join('\n');
  return [
    ...fact(t.queues, set.queues.map((queue) => queueLine(queue, locale)).join('\n')),
    ...fact(t.classes, lines(set.classes)),
    ...fact(t.exceptions, lines(set.exceptions)),
    ...(oldest === undefined || newest === undefined
      ? []
      : [
          {
            label: t.failed,
            value: timeSpan(new Date(oldest), new Date(newest), t.between, zone),
          },
        ]),
    ...fact(t.leftOut, leftOut.join('\n')),
  ];
}

const fact = (label: string, value: string): readonly Fact[] => (value === '' ? [] : [{ label, value }]);

function queueLine(queue: QueueFacts, locale: Locale): string {
  const t = retryAllText[locale];
  const { retryAfterSeconds, timeoutSeconds, costly } = queue;
  const trap = timeoutSeconds !== undefined && timeoutSeconds > retryAfterSeconds;
  const warnings = [...(trap ? [t.trap] : []), ...(costly ? [t.costly] : [])];
  const line = t.queueLine(queue.queue, queue.count, retryAfterSeconds, timeoutSeconds);
  const { aside, semicolon } = punctuation[locale];
  return line + aside(warnings.join(semicolon));
}

function leftOutLines(set: ShownSet, locale: Locale): readonly string[] {
  const lines = retryAllText[locale].leftOutLine;
  return Object.entries(set.leftOut).flatMap(([why, n]) =>
    n > 0 && isWhy(why, lines) ? [lines[why](n)] : [],
  );
}

const isWhy = <Lines extends object>(why: string, lines: Lines): why is keyof Lines & string => why in lines;

import type { Locale } from '../core/people.ts';
import type { Button, Fact, Mood, Reply, ReplyPart } from '../core/reply.ts';
import type { RequestView } from '../core/request.ts';
import { person, type Rich, type Span } from '../core/rich.ts';
import { time } from '../text/format.ts';
import { pauseText } from '../text/pause.ts';
import { statusText } from '../text/status.ts';
import { appWords } from './job-buttons.ts';
import { queueFact } from './queue-in-facts.ts';
import type { World } from './world.ts';

/** `queue`: `connection:queue`. */
export const pauseButton = (queue: string, world: World, locale: Locale): Button => ({
  label: pauseText[locale].pauseButton,
  press: { kind: 'words', verb: 'pause', words: `pause ${queue}${appWords(world)}` },
});

export const resumeWords = (queue: string, world: World): string => `resume ${queue}${appWords(world)}`;

export const resumeButton = (queue: string, world: World, locale: Locale): Button => ({
  label: pauseText[locale].resumeButton,
  press: { kind: 'words', verb: 'resume', words: resumeWords(queue, world) },
});

/** How far the queue is paused, who ended it, and the button that does. Pure. */
export function drawPause(view: RequestView, world: World, locale: Locale): Reply {
  const t = pauseText[locale];
  const isLive = view.execution?.state === 'succeeded' && !hasEnded(view);
  const seconds = view.facts['seconds'];
  const lasts = typeof seconds === 'number' ? t.forSeconds(seconds) : t.forever;
  return {
    heading: pauseHeading(view, world, locale),
    mood: pauseMood(view),
    parts: [
      ...(view.reason === null ? [] : [{ kind: 'quote', text: view.reason } as const]),
      ...(isLive ? [{ kind: 'text', text: t.effect } as const] : []),
      ...trouble(view, locale),
      facts([
        { label: t.by, value: [person(view.requester.userId)] },
        { label: t.lasts, value: lasts },
      ]),
      ...(isLive ? [buttons(resumeButton(queueFact(view), world, locale))] : []),
    ],
    notes: [...(isLive ? [t.cacheClear] : []), ...notes(view, world, locale)],
  };
}

function pauseHeading(view: RequestView, world: World, locale: Locale): Rich {
  const t = pauseText[locale];
  const { number, execution, pause } = view;
  const queue = queueFact(view);
  const by = pause?.endedNumber ?? 0;
  switch (execution?.state) {
    case 'succeeded':
      switch (pause?.ended) {
        case 'resumed':
          return t.wasResumed(number, queue, pause.endedBy?.userId, by);
        case 'due':
          return t.wasDue(number, queue, by);
        case 'replaced':
          return t.wasReplaced(number, queue, by);
        case 'lapsed':
          return t.lapsed(number, queue);
        default:
          return t.paused(number, queue, untilOf(pause?.until, world));
      }
    case 'unknown':
      return t.unknown(number, queue);
    case 'executing':
    case undefined:
      return t.pausing(number, queue);
    default:
      return t.notPaused(number, queue);
  }
}

export const untilOf = (until: Date | null | undefined, world: World): Span | undefined =>
  until instanceof Date ? time(until, world.app.description.timezone) : undefined;

const hasEnded = ({ pause }: RequestView): boolean => typeof pause?.ended === 'string';

function pauseMood(view: RequestView): Mood {
  if (view.execution?.state === 'succeeded') return hasEnded(view) ? 'neutral' : 'warning';
  return moodOfState(view.execution?.state);
}

/** Workers are back, or come back as soon as a run lets them; or why they don't. Pure. */
export function drawResume(view: RequestView, world: World, locale: Locale): Reply {
  const t = pauseText[locale];
  const { execution } = view;
  const isBack = execution?.state === 'succeeded' && handedTo(view) === undefined;
  const isStill = execution?.state === 'failed' || execution?.state === 'not_started';
  const pausedBy = view.facts['pausedBy'];
  const isDue = view.facts['due'] === true;
  const resumedBy: Rich = isDue ? t.itself : [person(view.requester.userId)];
  return {
    heading: resumeHeading(view, locale),
    mood: isBack ? 'good' : moodOfState(execution?.state),
    parts: [
      ...(isBack ? [{ kind: 'text', text: t.back } as const] : []),
      ...handedHelp(view, locale),
      ...(isStill && isDue ? [{ kind: 'text', text: t.notResumedDue } as const] : []),
      ...trouble(view, locale),
      facts([
        { label: isBack ? t.resumedBy : t.askedBy, value: resumedBy },
        { label: t.wasPausedBy, value: typeof pausedBy === 'string' ? [person(pausedBy)] : t.notByUs },
      ]),
      ...(isStill ? [buttons(resumeButton(queueFact(view), world, locale))] : []),
    ],
    notes: notes(view, world, locale),
  };
}

function resumeHeading(view: RequestView, locale: Locale): Rich {
  const t = pauseText[locale];
  const { number, execution } = view;
  const queue = queueFact(view);
  const run = handedTo(view);
  const pause = view.facts['pause'];
  switch (execution?.state) {
    case 'succeeded':
      if (run !== undefined) return t.handed(number, queue, run);
      return view.facts['due'] === true && typeof pause === 'number'
        ? t.resumedDue(number, queue, pause)
        : t.resumed(number, queue);
    case 'unknown':
      return t.unknown(number, queue);
    case 'executing':
    case undefined:
      return t.resuming(number, queue);
    default:
      return t.notResumed(number, queue);
  }
}

function handedTo({ execution }: RequestView): number | undefined {
  const run = execution?.detail['handedTo'];
  return typeof run === 'number' ? run : undefined;
}

function handedHelp(view: RequestView, locale: Locale): readonly ReplyPart[] {
  const run = handedTo(view);
  return run === undefined ? [] : [{ kind: 'text', text: pauseText[locale].handedHelp(run) }];
}

function moodOfState(state: NonNullable<RequestView['execution']>['state'] | undefined): Mood {
  if (state === 'executing' || state === undefined) return 'working';
  return state === 'succeeded' ? 'neutral' : 'bad';
}

function trouble({ execution }: RequestView, locale: Locale): readonly ReplyPart[] {
  const t = pauseText[locale];
  const { why, takenBack } = execution?.detail ?? {};
  if (execution?.state === 'unknown') return [{ kind: 'text', text: t.unknownHelp }];
  if (takenBack === true) return [{ kind: 'text', text: t.takenBack }];
  return typeof why === 'string' && why !== '' ? [{ kind: 'text', text: t.why(why) }] : [];
}

const facts = (said: readonly Fact[]): ReplyPart => ({ kind: 'facts', facts: said });
const buttons = (button: Button): ReplyPart => ({ kind: 'buttons', buttons: [button] });
const notes = ({ number }: RequestView, world: World, locale: Locale): readonly Rich[] => [
  statusText[locale].environment(world.app.description.name, world.app.description.environment),
  pauseText[locale].everything(number),
];

import type { Locale } from '../core/people.ts';
import type { Fact, Mood, Reply, ReplyPart } from '../core/reply.ts';
import type { RequestView } from '../core/request.ts';
import { person, type Rich } from '../core/rich.ts';
import { onceText } from '../text/once.ts';
import { statusText } from '../text/status.ts';
import { showButton } from './job-buttons.ts';
import { onceButtons } from './once-button.ts';
import { isOnceEnd, type OnceEnd } from './once-settle.ts';
import { configuredQueue, queueFact } from './queue-in-facts.ts';
import type { World } from './world.ts';

/** Which job ran, how it ended and how long it took; with what limits. Pure. */
export function drawOnce(view: RequestView, world: World, locale: Locale): Reply {
  const t = onceText[locale];
  const { number, execution } = view;
  const isOver = execution !== null && execution.state !== 'executing' && execution.state !== 'unknown';
  return {
    heading: heading(view, locale),
    mood: moodOf(view),
    parts: [
      ...help(view, locale),
      { kind: 'facts', facts: facts(view, locale) },
      ...(view.facts['assumed'] === true ? [{ kind: 'text', text: t.assumed } as const] : []),
      ...(isOver ? buttons(view, world, locale) : []),
    ],
    notes: [
      ...(view.facts['costly'] === true ? [t.costly] : []),
      statusText[locale].environment(world.app.description.name, world.app.description.environment),
      t.everything(number),
    ],
  };
}

const endOf = ({ execution }: RequestView): OnceEnd | undefined => {
  const end = execution?.detail['end'];
  return isOnceEnd(end) ? end : undefined;
};

function heading(view: RequestView, locale: Locale): Rich {
  const t = onceText[locale];
  const detail = view.execution?.detail ?? {};
  const { jobClass, failedAs, jobs } = detail;
  const about = {
    ...{ number: view.number, queue: queueFact(view) },
    job: typeof jobClass === 'string' ? jobClass : '',
    failedAs: typeof failedAs === 'number' ? failedAs : undefined,
    moved: typeof jobs === 'number' ? jobs : 0,
  };
  const end = endOf(view);
  if (view.execution?.state === 'unknown') return t.unknown(about);
  return end === undefined ? t.running(about) : t.headings[end](about);
}

const moods: Readonly<Record<OnceEnd, Mood>> = {
  ...{ done: 'good', left: 'good', 'said-done': 'good' },
  ...{ 'ended-quietly': 'warning', released: 'warning', held: 'warning', unclear: 'warning' },
  ...{ 'said-began': 'warning', failed: 'bad', 'said-failed': 'bad' },
  ...{ nothing: 'neutral', 'not-started': 'bad' },
};

function moodOf(view: RequestView): Mood {
  const end = endOf(view);
  if (view.execution?.state === 'unknown') return 'bad';
  return end === undefined ? 'working' : moods[end];
}

function help(view: RequestView, locale: Locale): readonly ReplyPart[] {
  const t = onceText[locale];
  const end = endOf(view);
  const { why, unseen, sure } = view.execution?.detail ?? {};
  const texts: readonly (Rich | undefined)[] = [
    view.execution?.state === 'unknown' ? t.unknownHelp : undefined,
    end !== undefined && end in t.help ? t.help[end as keyof typeof t.help] : undefined,
    end?.startsWith('said-') === true ? t.help.said : undefined,
    unseen === true && sure === false ? t.help.unsure : undefined,
    typeof why === 'string' && why !== '' ? t.why(why) : undefined,
  ];
  return texts.flatMap((text) => (text === undefined ? [] : [{ kind: 'text', text } as const]));
}

function facts(view: RequestView, locale: Locale): readonly Fact[] {
  const t = onceText[locale];
  const { tries, timeoutSeconds, limitSeconds, user } = view.facts;
  const took = view.execution?.detail['milliseconds'];
  const said = [tries, timeoutSeconds, limitSeconds].filter((one) => typeof one === 'number');
  const [most, timeout, limit] = said;
  return [
    { label: t.by, value: [person(view.requester.userId)] },
    ...(typeof took === 'number' ? [{ label: t.took, value: t.milliseconds(took) }] : []),
    ...(most === undefined || timeout === undefined || limit === undefined
      ? []
      : [
          {
            label: t.limits,
            value: t.limitsOf(most, timeout, limit, typeof user === 'string' ? user : undefined),
          },
        ]),
  ];
}

function buttons(view: RequestView, world: World, locale: Locale): readonly ReplyPart[] {
  const label = queueFact(view);
  const queue = configuredQueue(label, world);
  const failedAs = view.execution?.detail['failedAs'];
  const shown = [
    ...(typeof failedAs === 'number' && queue !== undefined
      ? [showButton({ connection: queue.connection, name: queue.name, id: failedAs }, world, locale)]
      : []),
    ...onceButtons(label, world, locale),
  ];
  return shown.length === 0 ? [] : [{ kind: 'buttons', buttons: shown }];
}

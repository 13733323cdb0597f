import { queueLabel } from '../core/app-description.ts';
import type { Picture } from '../core/operation.ts';
import type { Locale } from '../core/people.ts';
import type { Button, Item, Reply, ReplyPart } from '../core/reply.ts';
import { bold, type Rich, rich } from '../core/rich.ts';
import type { RunbookDescription, StepDescription } from '../core/runbook-description.ts';
import type { StepResult } from '../runbook/step-result.ts';
import type { Said, Verdict } from '../runbook/verdict.ts';
import type { Advice } from '../runbook/verdict-rules.ts';
import { diagnoseText, foundLine, markSigns, missingLine, stepTitle } from '../text/diagnose.ts';
import { time } from '../text/format.ts';
import { statusText } from '../text/status.ts';
import { type VerdictText, verdictText } from '../text/verdicts.ts';
import { stepDetails } from './diagnosis-details.ts';
import { appWords } from './job-buttons.ts';
import { type PausesKnown, pauseParts } from './paused-queues.ts';
import type { QueueName } from './ports.ts';
import type { World } from './world.ts';

/** What is diagnosed, and since when. */
export interface Diagnosis {
  readonly world: World;
  readonly queue: QueueName;
  readonly steps: readonly StepDescription[];
  readonly runbook: RunbookDescription | undefined;
  readonly startedAt: Date;
}

/** While it looks: what is there, what is still awaited, and from when on nothing more will come. */
export const drawLooking =
  (about: Diagnosis, asked: number, results: readonly StepResult[]): Picture =>
  (locale) => {
    const t = diagnoseText[locale];
    const isAll = asked === about.steps.length;
    const seen = results.filter(({ number }) => number > 0).length;
    return {
      heading: t.looking(about.queue.name, seen, asked),
      mood: 'working',
      parts: [
        ...titlePart(about, locale),
        ...(isAll ? [{ kind: 'items', items: stepItems(about, results, locale) } as const] : []),
      ],
      notes: [t.started([timeOf(about.startedAt, about)])],
    };
  };

/** The verdict on top, then every step with its mark. */
export const drawEnd =
  (
    about: Diagnosis,
    results: readonly StepResult[],
    verdict: Verdict,
    pauses: PausesKnown | undefined,
    endedAt: Date,
  ): Picture =>
  (locale) => {
    const t = diagnoseText[locale];
    const main = mainText(verdict, locale);
    const { besides, asides } = verdict;
    const sentences: readonly string[] = [
      main.next,
      ...(besides === undefined ? [] : [besidesText(besides, locale)]),
      ...(verdict.unseen.length === 0 ? [] : [unseenText(about, verdict.unseen, locale)]),
    ].filter((one) => one !== '');
    return {
      heading: `${about.queue.name}${t.colon}${main.cause}`,
      mood: moodOf(verdict),
      parts: [
        { kind: 'text', text: sentences.join('\n') },
        ...whoPaused(about, results, pauses, locale),
        { kind: 'buttons', buttons: buttonsOf(about, verdict, locale) },
        ...titlePart(about, locale),
        { kind: 'items', items: stepItems(about, results, locale) },
      ],
      notes: [
        ...asides.map((said) => asideText(said, locale)),
        ...(verdict.main.by === 'runbook' ? [t.byRunbook] : []),
        ...(about.runbook === undefined ? [t.noRunbook(about.queue.name)] : []),
        endNote(about, endedAt, locale),
      ],
    };
  };

/** One step with more of what it found, and no verdict: one look tells none. */
export const drawAlone =
  (about: Diagnosis, result: StepResult, endedAt: Date): Picture =>
  (locale): Reply => {
    const t = diagnoseText[locale];
    const step = about.steps[result.number - 1];
    const mood = { fine: 'good', suspicious: 'warning', broken: 'bad', unseen: 'warning' } as const;
    return {
      heading: [about.queue.name, stepTitle(step, locale), t.marks[result.mark]].join(t.colon),
      mood: mood[result.mark],
      parts: [
        { kind: 'text', text: foundLine(result, locale) },
        ...stepDetails(result, about.world.clock.now(), locale),
        {
          kind: 'buttons',
          buttons: [
            { label: t.again, press: wordsOf('diagnose', `${named(about)} step=${result.number}`, about) },
            { label: t.buttons.diagnose, press: wordsOf('diagnose', named(about), about) },
          ],
        },
      ],
      notes: [t.alone(result.number, about.steps.length), endNote(about, endedAt, locale)],
    };
  };

const timeOf = (at: Date, { world }: Diagnosis): ReturnType<typeof time> =>
  time(at, world.app.description.timezone);

function endNote(about: Diagnosis, endedAt: Date, locale: Locale): Rich {
  const { name, environment } = about.world.app.description;
  const seconds = (endedAt.getTime() - about.startedAt.getTime()) / 1000;
  const where = statusText[locale].environment(name, environment);
  return diagnoseText[locale].ended([timeOf(endedAt, about)], seconds, where);
}

/** Who is to be asked before it is resumed, and until when it lasts. */
function whoPaused(
  { queue, world }: Diagnosis,
  results: readonly StepResult[],
  pauses: PausesKnown | undefined,
  locale: Locale,
): readonly ReplyPart[] {
  const isPaused = results.some((one) => one.kind === 'condition' && one.facts?.paused === true);
  return isPaused ? pauseParts([queue], pauses, world, locale, queueLabel(queue)) : [];
}

function titlePart({ runbook }: Diagnosis, locale: Locale): readonly ReplyPart[] {
  const title = runbook?.title?.[locale] ?? runbook?.title?.en;
  return title === undefined ? [] : [{ kind: 'text', text: [bold(diagnoseText[locale].runbook(title))] }];
}

/** Every step keeps its place from the first picture to the last. */
function stepItems(about: Diagnosis, results: readonly StepResult[], locale: Locale): readonly Item[] {
  const { colon } = diagnoseText[locale];
  const line = (number: number, step: StepDescription | undefined): Item => {
    const result = results.find((one) => one.number === number);
    const title = `${number === 0 ? '' : `${number}. `}${stepTitle(step, locale)}`;
    return {
      text:
        result === undefined
          ? rich`${markSigns.looking} ${title}${colon}${diagnoseText[locale].stillLooking}`
          : rich`${markSigns[result.mark]} ${bold(title)}${colon}${foundLine(result, locale)}`,
    };
  };
  return [line(0, undefined), ...about.steps.map((step, index) => line(index + 1, step))];
}

const textOf = ({ rule, bound }: Said, locale: Locale): VerdictText => verdictText[locale][rule.key](bound);

function mainText({ main }: Verdict, locale: Locale): VerdictText {
  if (main.by === 'built-in') return textOf(main, locale);
  const said = main.rule.say[locale] ?? main.rule.say.en;
  return { cause: said.replaceAll('{count}', String(main.count)), next: '' };
}

function besidesText(said: Said, locale: Locale): string {
  const { cause, next } = textOf(said, locale);
  return diagnoseText[locale].besides(cause, next);
}

function asideText(said: Said, locale: Locale): string {
  const { cause, next } = textOf(said, locale);
  return diagnoseText[locale].aside(cause, next);
}

/** Of one part that is away several steps may be unseen. */
function unseenText(about: Diagnosis, unseen: readonly StepResult[], locale: Locale): string {
  const reasons = [...new Set(unseen.map((result) => missingLine(result, locale, true)))];
  return diagnoseText[locale].unseen(
    reasons.map((missing) => {
      const steps = unseen
        .filter((result) => missingLine(result, locale, true) === missing)
        .map(({ number }) => ({ number, title: stepTitle(about.steps[number - 1], locale) }));
      return { steps, missing };
    }),
  );
}

const moodOf = ({ main }: Verdict): Reply['mood'] => (main.by === 'runbook' ? 'bad' : main.rule.mood);

/** As people type it, where that is enough. */
function named({ queue, world }: Diagnosis): string {
  const alike = world.app.description.queues.filter(({ name }) => name === queue.name);
  return alike.length === 1 && alike[0]?.connection === queue.connection ? queue.name : queueLabel(queue);
}

const wordsOf = (verb: string, rest: string, { world }: Diagnosis, typed = verb): Button['press'] => ({
  ...{ kind: 'words', verb },
  words: `${typed} ${rest}`.trim() + appWords(world),
});

function buttonsOf(about: Diagnosis, verdict: Verdict, locale: Locale): readonly Button[] {
  const { again } = diagnoseText[locale];
  const { main } = verdict;
  const advised = main.by === 'runbook' ? ownButton(main.rule.do, about) : adviceButtons(main, about, locale);
  const hasAgain = main.by === 'built-in' && main.rule.advice.includes('diagnose');
  return [
    ...advised.map((button, index) => (index === 0 ? { ...button, style: 'primary' as const } : button)),
    ...(hasAgain ? [] : [{ label: again, press: wordsOf('diagnose', named(about), about) }]),
  ];
}

/** The operator's own words: what the button says is what it does. */
function ownButton(words: string | undefined, about: Diagnosis): readonly Button[] {
  const verb = words?.trim().split(/\s+/)[0]?.toLowerCase();
  if (words === undefined || verb === undefined || verb === '') return [];
  const rest = words.trim().slice(verb.length);
  return [{ label: words.trim(), press: wordsOf(verb, rest.trim(), about) }];
}

function adviceButtons({ rule, bound }: Said, about: Diagnosis, locale: Locale): readonly Button[] {
  return rule.advice.flatMap((advice): readonly Button[] => {
    const press = pressOf(advice, bound, about);
    const label = advice === 'diagnose' ? diagnoseText[locale].again : diagnoseText[locale].buttons[advice];
    return press === undefined ? [] : [{ label, press }];
  });
}

function pressOf(
  advice: Advice,
  { failures, rows }: Said['bound'],
  about: Diagnosis,
): Button['press'] | undefined {
  const queue = named(about);
  switch (advice) {
    case 'show':
      return failures?.topNewestId === undefined
        ? undefined
        : wordsOf('show', String(failures.topNewestId), about);
    case 'step':
      return rows === undefined ? undefined : wordsOf('diagnose', `${queue} step=${rows.step}`, about);
    case 'retry-all': {
      const ofClass = failures === undefined || failures.topClass === '' ? '' : ` class=${failures.topClass}`;
      return wordsOf('retry-all', `queue=${queue}${ofClass}`, about, 'retry all');
    }
    default:
      return wordsOf(advice, queue, about);
  }
}

import { queueLabel } from '../../core/app-description.ts';
import { type DrillStep, type DrillStepName, drillSteps } from '../../core/drill.ts';
import type { Locale } from '../../core/people.ts';
import type { Button, Fact, Mood, Reply, ReplyPart } from '../../core/reply.ts';
import type { RequestView } from '../../core/request.ts';
import { joinRich, person, type Rich, rich } from '../../core/rich.ts';
import { drillText, saySeen } from '../../text/drill.ts';
import { time } from '../../text/format.ts';
import { queueOf } from '../failed-jobs-request.ts';
import { forgetButton, retryButton, showButton } from '../job-buttons.ts';
import type { World } from '../world.ts';
import { type DrillFacts, drillFactsOf } from './drill-facts.ts';
import { closeSteps, conclude, stepsIn } from './drill-state.ts';

interface Drawn {
  readonly view: RequestView;
  readonly facts: DrillFacts;
  readonly steps: readonly DrillStep[];
  /** Undefined: it is under way. */
  readonly ended: string | undefined;
  readonly world: World;
  readonly locale: Locale;
}

/** The card of a drill: each step with its start, how long it took, its mark and its proof. Pure. */
export function drawDrillCard(view: RequestView, world: World, locale: Locale): Reply {
  const drawn = read(view, world, locale);
  const t = drillText[locale];
  const { name, environment } = world.app.description;
  return {
    heading: headline(drawn),
    mood: moodOf(drawn),
    parts: [
      ...story(drawn),
      // Of one that never began there is nothing to tell.
      ...(drawn.ended === 'not-begun' ? [] : drillSteps).map(
        (step) => ({ kind: 'text', text: stepText(step, drawn) }) as const,
      ),
      { kind: 'facts', facts: factsOf(drawn) },
      ...leftParts(drawn),
      ...stopParts(drawn),
    ],
    notes: [t.environment(name, environment, drawn.facts.appEnv), t.everything(view.number)],
  };
}

function read(view: RequestView, world: World, locale: Locale): Drawn {
  const { detail = {}, progress = {} } = view.execution ?? {};
  const ended = typeof detail['conclusion'] === 'string' ? detail['conclusion'] : undefined;
  const begun = stepsIn(progress);
  const steps =
    ended === undefined ? begun : closeSteps(begun, conclude(begun, ended === 'cut-short', undefined));
  return { ...{ view, world, locale, steps, ended }, facts: drillFactsOf(view.facts) };
}

function headline({ view, facts, steps, ended, locale }: Drawn): Rich {
  const t = drillText[locale];
  const { number, execution } = view;
  const queue = queueLabel(facts.queue);
  const { step, other } = execution?.detail ?? {};
  const place = typeof step === 'number' ? step : Math.max(1, steps.length);
  const name = t.steps[drillSteps[place - 1] ?? 'make'];
  switch (ended) {
    case 'passed':
      return t.passed(number, queue, totalSeconds(steps));
    case 'failed':
      return t.failed(number, queue, place, name);
    case 'stopped':
      return t.stopped(number, queue, place, name);
    case 'cut-short':
      return t.cutShort(number, queue, place, name);
    case 'not-begun':
      return t.notBegun(number, queue, typeof other === 'number' ? other : 0);
    default:
      if (execution?.state === 'unknown') return t.unknown(number, queue);
      if (steps.at(-1)?.mark === 'waiting') return t.waiting(number, queue);
      return t.running(number, queue, place, drillSteps.length);
  }
}

const totalSeconds = (steps: readonly DrillStep[]): number =>
  steps.reduce((sum, { tookMs = 0 }) => sum + tookMs, 0) / 1_000;

function moodOf({ view, steps, ended }: Drawn): Mood {
  if (ended === 'passed') return steps.some(({ mark }) => mark === 'partly') ? 'warning' : 'good';
  if (ended === 'stopped' || ended === 'not-begun') return 'neutral';
  if (ended === undefined && view.execution?.state !== 'unknown') return 'working';
  return 'bad';
}

function story({ view, steps, ended, locale }: Drawn): readonly ReplyPart[] {
  const t = drillText[locale];
  const partly = steps.flatMap(({ mark, name }) => (mark === 'partly' ? [placeOf(name)] : []));
  const told: Rich | undefined =
    ended === 'cut-short'
      ? t.cutShortHelp
      : ended === 'not-begun'
        ? t.notBegunHelp
        : ended === 'passed' && partly.length > 0
          ? t.reservations(partly)
          : ended === undefined && view.execution?.state === 'unknown'
            ? t.unknownHelp
            : undefined;
  return told === undefined ? [] : [{ kind: 'text', text: told }];
}

const placeOf = (name: DrillStepName): number => drillSteps.indexOf(name) + 1;

function stepText(name: DrillStepName, { steps, world, locale }: Drawn): Rich {
  const t = drillText[locale];
  const step = steps.find((one) => one.name === name);
  const title = t.step(step?.mark ?? 'todo', placeOf(name), t.steps[name]);
  if (step === undefined) return title;
  const began = t.began(time(new Date(step.beganMs), world.app.description.timezone), step.tookMs);
  const saw = step.saw.flatMap((seen): readonly Rich[] => {
    const said = saySeen(seen, locale);
    return said === undefined ? [] : [said];
  });
  return joinRich([rich`${title}${began}`, ...saw], '\n');
}

function factsOf({ view, locale }: Drawn): readonly Fact[] {
  const t = drillText[locale];
  const [target] = view.targets;
  const stoppedBy = view.execution?.stoppedBy ?? null;
  return [
    { label: t.facts.by, value: t.by(view.requester.userId) },
    ...(target === undefined
      ? []
      : [{ label: t.facts.failure, value: t.failure(target.failedId, target.jobClass, target.state) }]),
    ...(stoppedBy === null ? [] : [{ label: t.facts.stoppedBy, value: [person(stoppedBy.userId)] }]),
  ];
}

/** A list of a few rows; what is beyond them is found with `failed`. */
const leftShown = 5;

/** Nothing is left behind unnamed: each failure with what can be done about it. */
function leftParts({ view, facts, world, locale }: Drawn): readonly ReplyPart[] {
  const t = drillText[locale];
  const { left } = view.execution?.detail ?? {};
  const ids = Array.isArray(left) ? left.filter((id): id is number => typeof id === 'number') : [];
  if (ids.length === 0) return [];
  const [target] = view.targets;
  const queue = target === undefined ? facts.queue : queueOf(target, world);
  const risky = target?.state === 'double_risk' || target?.state === 'stuck';
  return [
    { kind: 'text', text: target === undefined ? t.leftLike : t.left },
    {
      kind: 'items',
      items: ids.slice(0, leftShown).map((id) => {
        const job = { ...queue, id };
        const retry = risky ? [] : [retryButton(job, world, locale)];
        const buttons = [showButton(job, world, locale), ...retry, forgetButton(job, world, locale)];
        return { text: t.leftLine(id), buttons };
      }),
    },
  ];
}

function stopParts({ view, ended, locale }: Drawn): readonly ReplyPart[] {
  if (ended !== undefined || view.execution?.state !== 'executing' || view.execution.stoppedBy !== null)
    return [];
  const stop: Button = {
    label: drillText[locale].stop,
    press: { kind: 'request', verb: 'stop', requestId: view.id },
    style: 'danger',
  };
  return [{ kind: 'buttons', buttons: [stop] }];
}

import { queueLabel } from '../core/app-description.ts';
import type { Locale } from '../core/people.ts';
import type { Button, Fact, Item, Mood, Reply, ReplyPart } from '../core/reply.ts';
import type { RequestView, TargetRecord, TargetState } from '../core/request.ts';
import type { Rich } from '../core/rich.ts';
import { approvalText } from '../text/approval.ts';
import { punctuation } from '../text/punctuation.ts';
import { retryText } from '../text/retry.ts';
import { queueOf } from './failed-jobs-request.ts';
import { showButton } from './job-buttons.ts';
import { isAllBack, isRestorable } from './restorable.ts';
import { restoreButton } from './restore-button.ts';
import type { World } from './world.ts';

/** More lines than this hide what matters; counts say the rest. */
const linesShown = 12;

/** The card of a request over failed jobs: asked by whom, how it stands, and what became of each job. Pure. */
export function drawJobsCard(
  verb: 'retry' | 'forget',
  view: RequestView,
  world: World,
  locale: Locale,
): Reply {
  const t = retryText[locale];
  return {
    heading: headline(verb, view, locale),
    mood: moodOf(view),
    parts: [
      ...remark(view, locale),
      {
        kind: 'items',
        items: view.targets.slice(0, linesShown).map((target) => line(target, world, locale)),
      },
      ...(view.count > linesShown ? [{ kind: 'text', text: t.more(view.count - linesShown) } as const] : []),
      ...(isAllBack(view)
        ? [{ kind: 'text', text: approvalText[locale].allBack(view.restored) } as const]
        : []),
      { kind: 'facts', facts: facts(view, locale) },
      ...(isRestorable(view)
        ? [{ kind: 'buttons', buttons: [restoreButton(view, world, locale)] } as const]
        : []),
    ],
    notes: [
      ...(isFollowing(verb, view) ? [t.following] : []),
      t.environment(world.app.description.name, world.app.description.environment),
      t.archived(view.number),
    ],
  };
}

function headline(verb: 'retry' | 'forget', view: RequestView, locale: Locale): Rich {
  const t = retryText[locale];
  const only = view.count === 1 ? view.targets[0] : undefined;
  const what = t.what(view.count, only && { id: only.failedId, jobClass: only.jobClass });
  switch (view.execution?.state) {
    case 'unknown':
      return t.unknown(view.number, verb, what);
    case 'succeeded':
    case 'partial':
      return t.ended(view.number, verb, what, summary(view, locale));
    case 'failed':
    case 'not_started':
      return t.nothing(view.number, verb, what);
    default:
      return t.executing(view.number, verb, what);
  }
}

/** "2 done, 1 failed again", worst last, so that the eye ends where it must look. */
function summary(view: RequestView, locale: Locale): string {
  const { counts } = retryText[locale];
  const said = order.flatMap((state) => {
    const count = view.countsByState[state] ?? 0;
    return count === 0 ? [] : [counts[state](count)];
  });
  return said.join(locale === 'en' ? ', ' : '，');
}

const order: readonly TargetState[] = [
  ...(['done', 'forgotten', 'left', 'pushed', 'waiting', 'frozen', 'gone_before', 'present'] as const),
  ...(['failed_again', 'ended_quietly', 'vanished', 'stuck', 'unconfirmed', 'double_risk'] as const),
];
const bad: ReadonlySet<TargetState> = new Set(order.slice(order.indexOf('failed_again')));
const underWay: ReadonlySet<TargetState> = new Set(['pushed']);

function moodOf(view: RequestView): Mood {
  const states = Object.keys(view.countsByState) as TargetState[]; // keys of this record are target states
  const state = view.execution?.state;
  if (state === 'executing' || state === undefined) return 'working';
  if (state === 'unknown' || state === 'failed' || state === 'not_started') return 'bad';
  if (states.some((one) => bad.has(one)) || state === 'partial') return 'warning';
  if (states.some((one) => underWay.has(one))) return 'working';
  return states.includes('waiting') ? 'neutral' : 'good';
}

function isFollowing(verb: 'retry' | 'forget', view: RequestView): boolean {
  const ended = view.execution?.state === 'succeeded' || view.execution?.state === 'partial';
  return verb === 'retry' && ended && (view.countsByState.pushed ?? 0) > 0;
}

function remark(view: RequestView, locale: Locale): readonly ReplyPart[] {
  const t = retryText[locale];
  const { execution } = view;
  const why = execution?.detail['why'];
  const sentence: Rich | undefined =
    execution?.state === 'unknown'
      ? t.unknownHelp
      : execution?.state === 'partial'
        ? t.partial
        : execution?.state === 'failed'
          ? t.failed
          : execution?.state === 'not_started'
            ? t.notStarted
            : undefined;
  return [
    ...(sentence === undefined ? [] : [{ kind: 'text', text: sentence } as const]),
    ...(typeof why === 'string' && why !== '' ? [{ kind: 'text', text: t.why(why) } as const] : []),
  ];
}

function line(target: TargetRecord, world: World, locale: Locale): Item {
  const t = retryText[locale];
  const queue = queueOf(target, world);
  const again = target.state === 'failed_again' ? target.failedAgainAs : null;
  const state = again === null ? t.states[target.state] : t.failedAgain(again);
  const show: readonly Button[] = again === null ? [] : [showButton({ ...queue, id: again }, world, locale)];
  return {
    text: t.line(target.failedId, target.jobClass, queueLabel(queue), state),
    ...(show.length === 0 ? {} : { buttons: show }),
  };
}

/** From the request's own facts, which are plain data that came back from the store. */
function facts(view: RequestView, locale: Locale): readonly Fact[] {
  const t = retryText[locale];
  const { limits, costly, batchCancelled } = view.facts;
  const warnings = [
    ...(Array.isArray(limits) ? limits.flatMap((limit) => limitText(limit, locale)) : []),
    ...(costly === true ? [t.costly] : []),
    ...(Array.isArray(batchCancelled) ? [t.batchCancelled(batchCancelled.map(Number))] : []),
  ];
  return [
    { label: t.requester, value: t.by(view.requester.userId) },
    ...(warnings.length === 0 ? [] : [{ label: t.limits, value: warnings.join('\n') }]),
  ];
}

function limitText(limit: unknown, locale: Locale): readonly string[] {
  const t = retryText[locale];
  if (typeof limit !== 'object' || limit === null) return [];
  const { queue, retryAfterSeconds, timeoutSeconds } = limit as Readonly<Record<string, unknown>>; // checked below
  if (typeof queue !== 'string' || typeof retryAfterSeconds !== 'number') return [];
  const timeout = typeof timeoutSeconds === 'number' ? timeoutSeconds : undefined;
  const trap = timeout !== undefined && timeout > retryAfterSeconds;
  return [`${t.limitsOf(queue, retryAfterSeconds, timeout)}${trap ? punctuation[locale].aside(t.trap) : ''}`];
}

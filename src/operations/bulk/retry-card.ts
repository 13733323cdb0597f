import type { Locale } from '../../core/people.ts';
import type { Fact, Mood, Reply, ReplyPart } from '../../core/reply.ts';
import type { RequestView, TargetState } from '../../core/request.ts';
import type { Rich } from '../../core/rich.ts';
import { isRunEnd, type Phase, retryAllText } from '../../text/retry-all.ts';
import { drawApprovalCard } from '../approval-card.ts';
import { countIn, pushed } from '../jobs-outcome.ts';
import type { World } from '../world.ts';
import { whereOf } from './retry-form.ts';
import { textsIn } from './run-state.ts';
import { countedIn, findSetFacts, setParts } from './set-parts.ts';

type Counts = RequestView['countsByState'];
type Plain = Readonly<Record<string, unknown>>;

/** The card of a retry of a whole set, in every state. Pure. */
export function drawRetryCard(view: RequestView, world: World, locale: Locale): Reply {
  const t = retryAllText[locale];
  const set = findSetFacts(view.facts);
  return drawApprovalCard(view, world, locale, {
    what: t.what(
      view.count,
      whereOf(
        set.queues.map(({ queue }) => queue),
        locale,
      ),
    ),
    about: setParts(set, world, locale),
    facts: planFacts(view, locale),
    running: runningOf(view, locale),
    result: resultOf(view, locale),
    undo: isRestorable(view.countsByState),
  });
}

function planFacts({ facts }: RequestView, locale: Locale): readonly Fact[] {
  const t = retryAllText[locale];
  const { first, pace } = facts;
  return [
    ...(typeof first === 'number' ? [{ label: t.canary, value: t.canaryOf(first) }] : []),
    ...(typeof pace === 'number' ? [{ label: t.paceLabel, value: t.paceOf(pace) }] : []),
  ];
}

function runningOf(
  view: RequestView,
  locale: Locale,
): { readonly summary: Rich; readonly parts: readonly ReplyPart[]; readonly waits: boolean } {
  const t = retryAllText[locale];
  const progress: Plain = view.execution?.progress ?? {};
  const phase = phaseOf(progress);
  const { perSecond, leftSeconds } = progress;
  const paused = textsIn(progress['paused']);
  const unserved = textsIn(progress['unserved']);
  const left = typeof leftSeconds === 'number' ? leftSeconds : undefined;
  const said = t.phases[phase];
  return {
    summary: t.progress(view.count - (view.countsByState.frozen ?? 0), view.count),
    waits: phase === 'asking',
    parts: [
      ...(said === undefined ? [] : [{ kind: 'text', text: said } as const]),
      ...(unserved.length === 0 || !waiting.has(phase)
        ? []
        : [{ kind: 'text', text: t.unserved(unserved) } as const]),
      ...(paused.length === 0 ? [] : [{ kind: 'text', text: t.pausedNow(paused) } as const]),
      {
        kind: 'facts',
        facts: [
          ...(typeof perSecond === 'number' && perSecond > 0 && phase === 'pushing'
            ? [{ label: t.rateLabel, value: t.rate(perSecond, left) }]
            : []),
          ...canaryFact(view, locale),
          ...effectFacts(view, locale),
          ...becameFacts(view, locale),
          ...againFact(progress, locale),
        ],
      },
    ],
  };
}

/** In which workers have to do something before it goes on. */
const waiting: ReadonlySet<Phase> = new Set(['canary', 'pacing']);
const phases: ReadonlySet<string> = new Set<Phase>([
  ...(['pushing', 'canary', 'asking', 'pacing', 'slot', 'uncertain'] as const),
]);
const isPhase = (value: unknown): value is Phase => typeof value === 'string' && phases.has(value);
const phaseOf = ({ phase }: Plain): Phase => (isPhase(phase) ? phase : 'pushing');

function canaryFact(view: RequestView, locale: Locale): readonly Fact[] {
  const t = retryAllText[locale];
  const phase = phaseOf(view.execution?.progress ?? {});
  if (phase !== 'canary' && phase !== 'asking') return [];
  const counts = view.countsByState;
  const well = (counts.done ?? 0) + (counts.left ?? 0);
  const bad = countIn(counts, notWell);
  const of = well + bad + (counts.pushed ?? 0) + (counts.waiting ?? 0);
  return [{ label: t.canary, value: t.canaryResult(well, of, bad) }];
}

const notWell: ReadonlySet<TargetState> = new Set(['failed_again', 'ended_quietly', 'vanished']);

function resultOf(
  view: RequestView,
  locale: Locale,
): { readonly summary: Rich; readonly parts: readonly ReplyPart[]; readonly mood?: Mood } {
  const t = retryAllText[locale];
  const counts = view.countsByState;
  const detail: Plain = view.execution?.detail ?? {};
  const progress: Plain = view.execution?.progress ?? {};
  const { ended, why } = detail;
  const leftPaused = textsIn(detail['leftPaused']);
  const isPartial = view.execution?.state === 'partial';
  const said: readonly Rich[] = [
    ...(isRunEnd(ended) ? [t.ends[ended]] : []),
    ...(typeof why === 'string' && why !== '' ? [t.why(why)] : []),
    ...(leftPaused.length === 0 ? [] : [t.leftPaused(leftPaused)]),
    ...(isPartial && (counts.present ?? 0) + (counts.stuck ?? 0) > 0 ? [t.next.askAgain] : []),
    ...(isPartial && isRestorable(counts) ? [t.next.restore] : []),
    ...((counts.vanished ?? 0) > 0 && progress['unpaused'] === true ? [t.noPause] : []),
    ...((counts.failed_again ?? 0) > 0 ? [t.next.failedAgain] : []),
    ...(view.execution?.followed === true ? [t.following] : []),
  ];
  const mood = moodOf(view);
  return {
    summary: outcomeLines(counts, locale).join(locale === 'en' ? ', ' : '，'),
    parts: [
      ...said.map((text) => ({ kind: 'text', text }) as const),
      {
        kind: 'facts',
        facts: [...effectFacts(view, locale), ...becameFacts(view, locale), ...againFact(progress, locale)],
      },
    ],
    ...(mood === undefined ? {} : { mood }),
  };
}

/** What was asked for and what was done to `failed_jobs`. */
function effectFacts(view: RequestView, locale: Locale): readonly Fact[] {
  const t = retryAllText[locale];
  const counts = view.countsByState;
  const { newSince, newSinceCapped } = view.execution?.detail ?? {};
  const acted = countIn(counts, pushed);
  const skipped = (counts.stuck ?? 0) + (counts.present ?? 0) + (counts.gone_before ?? 0);
  const lines: readonly (readonly [number | undefined, (n: number) => string])[] = [
    [counts.gone_before, t.effect.removed],
    [counts.unconfirmed, t.effect.unconfirmed],
    [counts.double_risk, t.effect.double_risk],
    [counts.stuck, t.effect.stuck],
    [counts.present, t.effect.present],
    [typeof newSince === 'number' ? newSince : 0, (n) => t.effect.newSince(n, newSinceCapped === true)],
  ];
  const rest = linesOf(lines);
  return [
    { label: t.counts, value: t.countsLine(view.count, acted, skipped) },
    ...(rest.length === 0 ? [] : [{ label: t.rest, value: rest.join('\n') }]),
  ];
}

const linesOf = (
  lines: readonly (readonly [number | undefined, (n: number) => string])[],
): readonly string[] => lines.flatMap(([n = 0, text]) => (n > 0 ? [text(n)] : []));

function outcomeLines(counts: Counts, locale: Locale): readonly string[] {
  const { outcome } = retryAllText[locale];
  return linesOf([
    ...([
      [counts.done, outcome.done],
      [counts.left, outcome.left],
      [counts.pushed, outcome.pushed],
      [counts.waiting, outcome.waiting],
      [counts.failed_again, outcome.failed_again],
      [counts.ended_quietly, outcome.ended_quietly],
      [counts.vanished, outcome.vanished],
    ] as const),
  ]);
}

function becameFacts(view: RequestView, locale: Locale): readonly Fact[] {
  const t = retryAllText[locale];
  const lines = outcomeLines(view.countsByState, locale);
  return lines.length === 0 ? [] : [{ label: t.became, value: lines.join('\n') }];
}

const exceptionsShown = 5;

function againFact(progress: Plain, locale: Locale): readonly Fact[] {
  const t = retryAllText[locale];
  const again = countedIn(progress['again']).slice(0, exceptionsShown);
  if (again.length === 0) return [];
  return [{ label: t.again, value: again.map(({ name, count }) => t.countLine(name, count)).join('\n') }];
}

/** A run that did all of it is still no success while its jobs fail again or are on their way. */
function moodOf({ execution, countsByState: counts }: RequestView): Mood | undefined {
  if (execution?.state !== 'succeeded') return undefined;
  if (countIn(counts, notWell) > 0) return 'warning';
  if ((counts.pushed ?? 0) > 0 && execution.followed) return 'working';
  return (counts.waiting ?? 0) + (counts.pushed ?? 0) > 0 ? 'neutral' : 'good';
}

/** A confirmed push is never brought back: that job has run or will, and its row would run it twice. */
const isRestorable = (counts: Counts): boolean => (counts.unconfirmed ?? 0) + (counts.vanished ?? 0) > 0;

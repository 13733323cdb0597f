import type { Locale } from '../core/people.ts';
import type { Fact, Reply, ReplyPart } from '../core/reply.ts';
import type { RequestView } from '../core/request.ts';
import type { Rich } from '../core/rich.ts';
import { capText } from '../core/strip.ts';
import { approvalText } from '../text/approval.ts';
import { flushText } from '../text/flush.ts';
import { drawApprovalCard, type OwnCard } from './approval-card.ts';
import { flushSetFacts, planLines } from './flush-parts.ts';
import { type FlushProgress, findPlan, findProgress } from './flush-plan.ts';
import { isAllBack, isRestorable } from './restorable.ts';
import type { World } from './world.ts';

/** A list of ids can be longer than a heading. */
const longestWords = 80;

/** The card of a flush, from the question to what stayed. Pure. */
export const drawFlushCard = (view: RequestView, world: World, locale: Locale): Reply =>
  drawApprovalCard(view, world, locale, ownCard(view, world, locale));

function ownCard(view: RequestView, world: World, locale: Locale): OwnCard {
  const t = flushText[locale];
  const plan = findPlan(view.facts);
  const review = view.facts['review'];
  const progress = findProgress(view.execution?.progress ?? {});
  const reviewFact: readonly Fact[] =
    typeof review === 'string' && review !== ''
      ? [{ label: t.review, value: [{ link: review, label: review }] }]
      : [];
  return {
    what: t.what(view.count, capText(view.words, longestWords)),
    about: [
      ...(plan === undefined ? [] : planLines(plan, view.count, locale)),
      { kind: 'facts', facts: flushSetFacts(view.facts, world, locale) },
    ],
    facts: reviewFact,
    running: runningPart(progress, locale),
    result: { summary: summary(view, locale), parts: resultParts(view, progress, locale) },
    undo: isRestorable(view),
  };
}

function runningPart(progress: FlushProgress, locale: Locale): NonNullable<OwnCard['running']> {
  const t = flushText[locale];
  const { phase, done, of, perSecond, secondsLeft, statement } = progress;
  const lines: readonly Rich[] = [
    ...(statement === undefined ? [] : [t.statementTook(statement.took, statement.hours)]),
    ...(perSecond === undefined ? [] : [t.rate(perSecond, secondsLeft)]),
  ];
  return {
    summary: t.phases[phase](done, of),
    parts: lines.map((text) => ({ kind: 'text', text })),
  };
}

function summary({ countsByState }: RequestView, locale: Locale): Rich {
  const { counts } = flushText[locale];
  const order = ['forgotten', 'gone_before', 'unconfirmed', 'present'] as const;
  const said = order.flatMap((state) => {
    const count = countsByState[state] ?? 0;
    return count === 0 ? [] : [counts[state](count)];
  });
  return said.join(locale === 'en' ? ', ' : '，');
}

function resultParts(
  view: RequestView,
  { ended, statement }: FlushProgress,
  locale: Locale,
): readonly ReplyPart[] {
  const t = flushText[locale];
  const { countsByState, execution, facts } = view;
  const newSince = execution?.detail['newSince'];
  const plan = findPlan(facts);
  const present = countsByState.present ?? 0;
  const nameless = plan !== undefined && present > 0 && plan.staying > 0;
  const texts: readonly Rich[] = [
    ...(ended === undefined ? [] : [t.ends[ended.why](ended.text ?? '', ended.ids ?? [])]),
    ...(statement === undefined ? [] : [t.statementTook(statement.took, statement.hours)]),
    ...(nameless ? [t.stayed(plan.staying, plan.stayingIds)] : []),
    ...(typeof newSince === 'number' ? [t.newSince(newSince)] : []),
    ...(isAllBack(view) ? [approvalText[locale].allBack(view.restored)] : []),
  ];
  return texts.map((text) => ({ kind: 'text', text }));
}

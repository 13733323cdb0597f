import type { Locale } from '../core/people.ts';
import type { RequestView, TargetState } from '../core/request.ts';
import { type Rich, rich } from '../core/rich.ts';
import { approvalsText } from '../text/approvals.ts';
import { punctuation } from '../text/punctuation.ts';
import { retryText } from '../text/retry.ts';
import { decidedBy } from './approval-facts.ts';

/** How a request stands or ended, in a few words: "done: 380 done, 20 failed again", "rejected by @Bo". */
export function outcomeOf(view: RequestView, locale: Locale): Rich {
  const { states, ends, sent, ended } = approvalsText[locale];
  if (view.state !== 'consumed' || view.execution === null) {
    return states[view.state](decidedBy(view.decision));
  }
  const counts = countsText(view, locale);
  // A job that was pushed may fail again in a minute; nobody calls that done.
  const succeeded = view.execution.followed ? sent : noneDidWell(view) ? ended : ends.succeeded;
  const end = view.execution.state === 'succeeded' ? succeeded : ends[view.execution.state];
  return rich`${end}${counts === '' ? '' : punctuation[locale].colon}${counts}`;
}

/** Some of its jobs did badly and none did well: all of it was done, and yet nobody calls that done. */
export function noneDidWell({ countsByState: counts }: RequestView): boolean {
  const badly = (counts.failed_again ?? 0) + (counts.ended_quietly ?? 0) + (counts.vanished ?? 0);
  return badly > 0 && (counts.done ?? 0) + (counts.left ?? 0) === 0;
}

/** "2 done, 1 failed again", worst last, so that the eye ends where it must look. */
export function countsText({ verb, countsByState }: RequestView, locale: Locale): string {
  const { counts } = retryText[locale];
  const { deleted } = approvalsText[locale];
  const said = order.flatMap((state) => {
    const count = countsByState[state] ?? 0;
    if (count === 0) return [];
    return [verb === 'flush' && state === 'forgotten' ? deleted(count) : counts[state](count)];
  });
  return said.join(punctuation[locale].comma);
}

const order: readonly TargetState[] = [
  ...([
    'done',
    'forgotten',
    'restored',
    'left',
    'pushed',
    'waiting',
    'frozen',
    'gone_before',
    'present',
  ] as const),
  ...(['not_restored', 'failed_again', 'ended_quietly', 'vanished', 'stuck', 'unconfirmed'] as const),
  'double_risk',
];

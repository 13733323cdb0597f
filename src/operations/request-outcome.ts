import type { Locale } from '../core/people.ts';
import type { RequestView, TargetState } from '../core/request.ts';
import { type Rich, rich } from '../core/rich.ts';
import { approvalsText } from '../text/approvals.ts';
import { retryText } from '../text/retry.ts';
import { decidedBy } from './approval-facts.ts';

/** How a request stands or ended, in a few words: "done: 380 done, 20 failed again", "rejected by @Bo". */
export function outcomeOf(view: RequestView, locale: Locale): Rich {
  const { states, ends, sent, colon } = approvalsText[locale];
  if (view.state !== 'consumed' || view.execution === null) {
    return states[view.state](decidedBy(view.decision));
  }
  const counts = countsText(view, locale);
  // A job that was pushed may fail again in a minute; nobody calls that done.
  const end =
    view.execution.state === 'succeeded' && view.execution.followed ? sent : ends[view.execution.state];
  return rich`${end}${counts === '' ? '' : colon}${counts}`;
}

/** "2 done, 1 failed again", worst last, so that the eye ends where it must look. */
export function countsText({ countsByState }: RequestView, locale: Locale): string {
  const { counts } = retryText[locale];
  const said = order.flatMap((state) => {
    const count = countsByState[state] ?? 0;
    return count === 0 ? [] : [counts[state](count)];
  });
  return said.join(approvalsText[locale].comma);
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

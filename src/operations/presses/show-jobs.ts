import { queueLabel } from '../../core/app-description.ts';
import { failedJobId } from '../../core/ids.ts';
import type { PressOperation } from '../../core/operation.ts';
import type { Locale } from '../../core/people.ts';
import { accept } from '../../core/refusal.ts';
import type { Button } from '../../core/reply.ts';
import type { RequestView, TargetState } from '../../core/request.ts';
import { approvalText } from '../../text/approval.ts';
import { retryText } from '../../text/retry.ts';
import { queueOf } from '../failed-jobs-request.ts';
import type { World } from '../world.ts';

const pageSize = 25;

/** The frozen jobs of a request, a page at a time, to the person alone. */
export const showJobs: PressOperation<World> = {
  ...{ effect: 'press', verb: 'show-jobs', who: 'everybody', changes: false },
  async press(view, { control, argument, world, locale }) {
    const t = approvalText[locale];
    const { after, before } = positionOf(argument);
    // One more than is shown tells whether there is a next page.
    const found = await control.targetPage(view.id, { after: failedJobId(after), limit: pageSize + 1 });
    const page = found.slice(0, pageSize);
    const last = page.at(-1);
    const more: readonly Button[] =
      last === undefined || found.length <= pageSize
        ? []
        : [nextButton(t.jobs.next, view.id, last.failedId, before + page.length)];
    const { failedAgain } = retryText[locale];
    return accept({
      heading: t.jobs.heading(view.number, view.count),
      mood: 'neutral',
      parts: [
        {
          kind: 'items',
          items: page.map((target) => ({
            text: retryText[locale].line(
              target.failedId,
              target.jobClass,
              queueLabel(queueOf(target, world)),
              target.failedAgainAs === null
                ? stateOf(view, target.state, locale)
                : failedAgain(target.failedAgainAs),
            ),
          })),
        },
        ...(more.length === 0 ? [] : [{ kind: 'buttons', buttons: more } as const]),
      ],
      notes: [page.length === 0 ? t.jobs.none : t.jobs.range(before + 1, before + page.length, view.count)],
    });
  },
};

/** Before it runs, and where it never ran, a frozen job is not "about to be sent". */
function stateOf({ state, execution }: RequestView, target: TargetState, locale: Locale): string {
  const { jobs } = approvalText[locale];
  if (target !== 'frozen' || execution?.state === 'executing') return retryText[locale].states[target];
  return state === 'pending' || state === 'approved' ? jobs.undecided : jobs.untouched;
}

const nextButton = (label: string, requestId: string, after: number, before: number): Button => ({
  label,
  press: { kind: 'request', verb: 'show-jobs', requestId, argument: `${after}.${before}` },
});

/** `512.25`: after row 512, of which 25 were shown before. Whatever else comes begins at the beginning. */
function positionOf(argument: string): { readonly after: number; readonly before: number } {
  const match = /^(\d{1,15})\.(\d{1,9})$/.exec(argument);
  return { after: Number(match?.[1] ?? 0), before: Number(match?.[2] ?? 0) };
}

import { queueLabel } from '../core/app-description.ts';
import type { PreapprovalFilter } from '../core/approval-ports.ts';
import type { Locale } from '../core/people.ts';
import type { Button, Fact, Mood, Reply } from '../core/reply.ts';
import type { PreapprovedView, RequestView } from '../core/request.ts';
import { code, joinRich, person, type Rich, rich } from '../core/rich.ts';
import { time } from '../text/format.ts';
import { preapproveText } from '../text/preapprove.ts';
import type { World } from './world.ts';

/** The card of a preapproval: what it covers, until when, and how much of it is used. Pure. */
export function drawPreapproval(view: RequestView, world: World, locale: Locale): Reply {
  const t = preapproveText[locale];
  const { name, environment } = world.app.description;
  const signed = view.preapproved;
  return {
    heading: headline(view, locale),
    mood: moodOf(view),
    parts: [
      ...(view.reason === null ? [] : [{ kind: 'quote', text: view.reason } as const]),
      { kind: 'facts', facts: facts(view, world, locale) },
      ...(signed !== undefined && isLive(signed)
        ? [
            { kind: 'text', text: t.rule } as const,
            { kind: 'buttons', buttons: [withdrawButton(view.id, locale)] } as const,
          ]
        : []),
    ],
    notes: [t.environment(name, environment), t.everything(view.number)],
  };
}

export const withdrawButton = (requestId: string, locale: Locale): Button => ({
  label: preapproveText[locale].withdraw,
  press: { kind: 'request', verb: 'withdraw-preapproval', requestId },
});

export const isLive = ({ over, withdrawnBy, used, most }: PreapprovedView): boolean =>
  !over && withdrawnBy === null && used < most;

function headline(view: RequestView, locale: Locale): Rich {
  const t = preapproveText[locale];
  const { number, preapproved: signed } = view;
  const what = filterText(filterOf(view.facts), locale);
  if (signed === undefined) {
    return view.execution?.state === 'not_started' ? t.notSigned(number, what) : t.signing(number, what);
  }
  if (signed.withdrawnBy !== null) return t.withdrawn(number, what);
  if (signed.over) return t.ended(number, what);
  return signed.used >= signed.most ? t.usedUp(number, what) : t.signed(number, what);
}

function moodOf({ preapproved: signed, execution }: RequestView): Mood {
  if (signed === undefined) return execution?.state === 'not_started' ? 'bad' : 'working';
  return isLive(signed) ? 'good' : 'neutral';
}

function facts(view: RequestView, world: World, locale: Locale): readonly Fact[] {
  const t = preapproveText[locale];
  const { preapproved: signed, requester } = view;
  const { leftOut } = view.facts;
  const left = Array.isArray(leftOut) ? leftOut.map(String) : [];
  return [
    { label: t.signer, value: [person(requester.userId)] },
    ...(signed === undefined
      ? []
      : [
          { label: t.until, value: [time(signed.endsAt, world.app.description.timezone)] },
          { label: t.used, value: t.usedOf(signed.used, signed.most) },
        ]),
    ...(signed === undefined || signed.withdrawnBy === null
      ? []
      : [{ label: t.withdrawnBy, value: [person(signed.withdrawnBy.userId)] }]),
    ...(left.length === 0 ? [] : [{ label: t.leftOut, value: t.costly(left) }]),
  ];
}

/** "on database:reports, class GenerateReportJob, error contains “unreadable”"; or that there is no limit. */
export function filterText({ queue, jobClass, error }: PreapprovalFilter, locale: Locale): Rich {
  const t = preapproveText[locale];
  const parts: readonly Rich[] = [
    ...(queue === undefined ? [] : [t.onQueue(queueLabel(queue))]),
    ...(jobClass === undefined ? [] : [rich`${t.ofClass} ${code(jobClass)}`]),
    ...(error === undefined ? [] : [t.withError(error)]),
  ];
  return parts.length === 0 ? t.anyJob : joinRich(parts, t.comma);
}

/** From the request's own facts, which are plain data that came back from the store. */
function filterOf({ filter }: RequestView['facts']): PreapprovalFilter {
  if (typeof filter !== 'object' || filter === null) return {};
  const { queue, jobClass, error } = filter as PreapprovalFilter; // this room wrote it, as `preapprove` has it
  return {
    ...(queue === undefined ? {} : { queue }),
    ...(jobClass === undefined ? {} : { jobClass }),
    ...(error === undefined ? {} : { error }),
  };
}

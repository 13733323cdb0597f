import type { Notice, RequestNotice } from '../core/approval-ports.ts';
import type { RequestId } from '../core/ids.ts';
import type { Locale } from '../core/people.ts';
import type { MissingReason } from '../core/reading.ts';
import type { Mood, Reply } from '../core/reply.ts';
import type { RequestView } from '../core/request.ts';
import type { Requests } from '../core/store-ports.ts';
import { time } from '../text/format.ts';
import { noticeText } from '../text/notices.ts';
import { partsText } from '../text/parts.ts';
import { mayApprove, whyNotRun } from './approval-card.ts';
import type { IncidentTeller } from './incidents/tell-incidents.ts';
import { countsText, outcomeOf } from './request-outcome.ts';
import type { World } from './world.ts';

export interface SayParts {
  readonly requests: Pick<Requests, 'find'>;
  readonly worlds: ReadonlyMap<string, World>;
  readonly incidents: Pick<IncidentTeller, 'say'>;
  /** Of the channels. */
  readonly locale: Locale;
}

/**
 * What a notice says, from the store as it is when it is said; what one person is told alone, in their own language.
 * Undefined: there is nothing to say any more, as of the
 * reminder of a request that was decided meanwhile.
 */
export function createSay({
  requests,
  worlds,
  incidents,
  locale,
}: SayParts): (notice: Notice, own?: Locale) => Promise<Reply | undefined> {
  return async (notice, own = locale) => {
    if (notice.kind === 'entry' || notice.kind === 'digest' || notice.kind === 'silence-end')
      return incidents.say(notice);
    if (notice.kind === 'roster') return sayRoster(notice.detail, worlds, locale);
    const view = await requests.find({ id: notice.requestId });
    const world = view && worlds.get(view.app);
    if (view === undefined || world === undefined) return undefined;
    switch (notice.kind) {
      case 'reminder':
        return sayReminder(view, world, locale);
      case 'asking':
        return sayAsking(view, locale);
      case 'outcome':
        return sayOutcome(view, locale);
      case 'became':
        return sayBecame(view, own);
      case 'page-failed':
        return sayPageFailed(view, notice.detail, locale);
      case 'used':
        return sayUsed(view, notice.detail, world, locale);
    }
  };
}

function sayReminder(view: RequestView, world: World, locale: Locale): Reply | undefined {
  if (view.state !== 'pending' || view.expiresAt === null) return undefined;
  const t = noticeText[locale];
  const until = time(view.expiresAt, world.app.description.timezone);
  return {
    heading: t.expires(view.number, until),
    mood: 'warning',
    parts: [{ kind: 'text', text: mayApprove(view, world, locale) }],
  };
}

/** Said while somebody can still be called in another way. */
function sayPageFailed(
  view: RequestView,
  { target, why }: RequestNotice['detail'],
  locale: Locale,
): Reply | undefined {
  if (view.state !== 'pending') return undefined;
  const t = partsText[locale];
  const missing = { part: 'pager', name: String(target), why: why as MissingReason } as const; // the store wrote it
  return {
    heading: noticeText[locale].pageFailed(view.number, t.part(missing), t.why(missing.why)),
    mood: 'warning',
    parts: [{ kind: 'text', text: noticeText[locale].pageFailedAdvice }],
  };
}

/** A card that is edited calls nobody, and this one waits for half an hour at most. */
function sayAsking(view: RequestView, locale: Locale): Reply | undefined {
  const { execution, requester, number, words } = view;
  if (execution?.state !== 'executing' || execution.progress['phase'] !== 'asking') return undefined;
  const t = noticeText[locale];
  return {
    heading: t.asking(requester.userId, number, words, countsText(view, locale)),
    mood: 'warning',
    parts: [{ kind: 'text', text: t.askingAdvice }],
  };
}

/** The requester is told whatever came of it, once it has come. */
function sayOutcome(view: RequestView, locale: Locale): Reply | undefined {
  const runs = view.execution?.state === 'executing' || view.execution?.state === 'unknown';
  if (view.state === 'pending' || view.state === 'approved' || runs) return undefined;
  const t = noticeText[locale];
  return {
    heading: t.outcome(view.requester.userId, view.number, view.words, outcomeOf(view, locale)),
    mood: outcomeMood(view),
    parts: [
      ...whyNotRun(view, locale),
      ...(view.execution?.followed === true ? [{ kind: 'text', text: t.watched } as const] : []),
    ],
  };
}

/** After an outcome that could only say that the jobs were sent. */
function sayBecame(view: RequestView, locale: Locale): Reply | undefined {
  if (view.execution === null || view.execution.followed) return undefined;
  const t = noticeText[locale];
  const counts = view.countsByState;
  const advice = [
    ...((counts.failed_again ?? 0) > 0 ? [t.failedAgain] : []),
    ...((counts.vanished ?? 0) > 0 ? [t.vanished(view.number)] : []),
    ...((counts.waiting ?? 0) + (counts.pushed ?? 0) > 0 ? [t.stillWaiting] : []),
  ];
  return {
    heading: t.became(view.requester.userId, view.number, view.words, countsText(view, locale)),
    mood: outcomeMood(view),
    parts: advice.map((text) => ({ kind: 'text', text })),
  };
}

/** Nothing is good news while jobs are on their way, or when some did badly. */
function outcomeMood({ state, execution, countsByState: counts }: RequestView): Mood {
  // Who asked has taken it back.
  if (state === 'cancelled') return 'neutral';
  if (execution?.state !== 'succeeded') return 'warning';
  if ((counts.failed_again ?? 0) + (counts.ended_quietly ?? 0) + (counts.vanished ?? 0) > 0) return 'warning';
  return execution.followed || (counts.waiting ?? 0) + (counts.pushed ?? 0) > 0 ? 'neutral' : 'good';
}

async function sayUsed(
  view: RequestView,
  detail: RequestNotice['detail'],
  world: World,
  locale: Locale,
): Promise<Reply | undefined> {
  const id = detail['preapprovalId'];
  const preapproval = typeof id === 'string' ? await world.preapprovals.find(id as RequestId) : undefined; // the store wrote it
  if (preapproval === undefined) return undefined;
  const { signer, number, used, most } = preapproval;
  const use = { number: view.number, by: view.requester.userId, count: view.count };
  return {
    heading: noticeText[locale].used(signer.userId, number, use),
    mood: 'neutral',
    parts: [{ kind: 'text', text: noticeText[locale].usedOf(used, most) }],
  };
}

const mostNamed = 20;

function sayRoster(
  { group, joined, left }: RequestNotice['detail'],
  worlds: SayParts['worlds'],
  locale: Locale,
): Reply | undefined {
  const t = noticeText[locale];
  const votes = [...worlds.values()].some(({ roster }) => roster.approvers.some((entry) => entry === group));
  const came = names(joined);
  const went = names(left);
  if (typeof group !== 'string' || came.length + went.length === 0) return undefined;
  return {
    heading: t.roster(group),
    mood: 'neutral',
    parts: [
      ...(came.length === 0
        ? []
        : [{ kind: 'text', text: t.joined(came.slice(0, mostNamed), came.length, votes) } as const]),
      ...(went.length === 0
        ? []
        : [{ kind: 'text', text: t.left(went.slice(0, mostNamed), went.length) } as const]),
    ],
  };
}

const names = (list: unknown): readonly string[] => (Array.isArray(list) ? list.map(String) : []);

import type { Locale } from '../core/people.ts';
import type { Button, Fact, Mood, Reply, ReplyPart } from '../core/reply.ts';
import type { RequestView } from '../core/request.ts';
import type { Rich } from '../core/rich.ts';
import { approvalText } from '../text/approval.ts';
import { voterFacts } from './approval-facts.ts';
import { noneDidWell } from './request-outcome.ts';
import { restoreButton } from './restore-button.ts';
import type { World } from './world.ts';

/** What an operation puts into the frame that all requests for approval share. */
export interface OwnCard {
  /** What it does, as it reads after a colon: "retry 3,400 failed jobs on reports". */
  readonly what: Rich;
  /** What it touches and leaves out, warnings, canary and pace: shown until it runs, or to the end where there is no `result`. */
  readonly about: readonly ReplyPart[];
  /** After the frame's own: who, how many, until when. */
  readonly facts?: readonly Fact[];
  /** While it runs: "3,400 of 10,000" for the heading, and what stands below it. `waits`: for somebody's Continue. */
  readonly running?: {
    readonly summary: Rich;
    readonly parts: readonly ReplyPart[];
    readonly waits?: boolean;
  };
  /** After it: "380 done, 20 failed again" for the heading. `mood` where the execution's own state says too little. */
  readonly result?: {
    readonly summary: Rich;
    readonly parts: readonly ReplyPart[];
    readonly mood?: Mood;
  };
  /** What it removed can be brought back by `restore #N`. */
  readonly undo?: boolean;
}

/** The card of a request that other persons decide, in every state from `pending` to the end. Pure. */
export function drawApprovalCard(view: RequestView, world: World, locale: Locale, own: OwnCard): Reply {
  const t = approvalText[locale];
  const { name, environment } = world.app.description;
  return {
    heading: headline(view, locale, own),
    mood: moodOf(view, own),
    parts: [
      ...story(view, locale),
      ...ownParts(view, own),
      ...(view.reason === null ? [] : [{ kind: 'quote', text: view.reason } as const]),
      { kind: 'facts', facts: [...voterFacts(view, world, locale), ...(own.facts ?? [])] },
      ...call(view, world, locale),
      ...buttonsPart(buttonsOf(view, world, locale, own)),
    ],
    notes: [t.environment(name, environment), t.everything(view.number)],
  };
}

function headline(view: RequestView, locale: Locale, own: OwnCard): Rich {
  const t = approvalText[locale];
  const { number, execution } = view;
  if (view.state !== 'consumed' || execution === null) return t.headings[view.state](number, own.what);
  const summary = hasEnded(view) ? own.result?.summary : own.running?.summary;
  // "Done" is for jobs that are done, and these are only sent.
  if (execution.state === 'succeeded' && execution.followed) return t.followed(number, own.what, summary);
  if (execution.state === 'succeeded' && noneDidWell(view)) return t.ended(number, own.what, summary);
  return t.running[execution.state](number, own.what, summary);
}

/** Why it ended before it ran, or what is known of a run that did not go well. */
function story(view: RequestView, locale: Locale): readonly ReplyPart[] {
  const { execution } = view;
  const t = approvalText[locale];
  const waits = view.state === 'approved' ? t.startsWhen : undefined;
  const told = execution === null ? waits : t.states[execution.state];
  return [...whyNotRun(view, locale), ...(told === undefined ? [] : [{ kind: 'text', text: told } as const])];
}

/** Of a request that ended although nobody ended it. Its requester reads it without the card, too. */
export function whyNotRun({ state, decision, runBy }: RequestView, locale: Locale): readonly ReplyPart[] {
  const t = approvalText[locale];
  if (state === 'invalidated') return [{ kind: 'text', text: t.invalidated(decision) }];
  if (state !== 'expired') return [];
  return [{ kind: 'text', text: runBy === null ? t.expiredVotes : t.expiredStart }];
}

function ownParts(view: RequestView, own: OwnCard): readonly ReplyPart[] {
  if (view.state !== 'consumed') return own.about;
  if (hasEnded(view)) return own.result?.parts ?? own.about;
  return own.running?.parts ?? own.about;
}

/** Whom it waits for; said where it is posted first, which calls them once, since an edit calls nobody. */
function call(view: RequestView, world: World, locale: Locale): readonly ReplyPart[] {
  if (view.state !== 'pending') return [];
  return [{ kind: 'text', text: mayApprove(view, world, locale), once: true }];
}

/** Calls who may approve it, but none of the requester's own accounts. */
export function mayApprove(view: RequestView, world: World, locale: Locale): Rich {
  const { approvers, samePerson } = world.roster;
  const own = samePerson.find((accounts) => accounts.includes(view.requester.userId)) ?? [];
  const asked = approvers.filter((id) => id !== view.requester.userId && !own.includes(id));
  return approvalText[locale].mayApprove(asked);
}

/** Only what can still be done: no button outlives what it decides. */
function buttonsOf(view: RequestView, world: World, locale: Locale, own: OwnCard): readonly Button[] {
  const { labels, confirm } = approvalText[locale];
  const press = (verb: keyof typeof labels & string): Pick<Button, 'label' | 'press'> => ({
    label: labels[verb],
    press: { kind: 'request', verb, requestId: view.id },
  });
  const show = press('show-jobs');
  switch (view.state) {
    case 'pending':
      return [
        { ...press('approve'), style: 'primary', confirm: confirm.approve(view.count) },
        { ...press('reject'), style: 'danger' },
        ...(view.votes.length === 0 ? [] : [press('withdraw')]),
        ...[press('cancel'), show],
      ];
    case 'approved':
      return [press('cancel'), show];
    case 'consumed':
      if (!hasEnded(view)) {
        const goesOn: readonly Button[] =
          own.running?.waits === true ? [{ ...press('continue'), style: 'primary' }] : [];
        const stop: readonly Button[] =
          view.execution?.stoppedBy === null ? [{ ...press('stop'), style: 'danger' }] : [];
        return [...goesOn, ...stop, show];
      }
      return [...(own.undo === true ? [restoreButton(view, world, locale)] : []), show];
    default:
      return [];
  }
}

const buttonsPart = (buttons: readonly Button[]): readonly ReplyPart[] =>
  buttons.length === 0 ? [] : [{ kind: 'buttons', buttons }];

/** Also true while its jobs are still watched. */
export function hasEnded({ execution }: RequestView): boolean {
  return execution !== null && execution.state !== 'executing' && execution.state !== 'unknown';
}

function moodOf(view: RequestView, own: OwnCard): Mood {
  switch (view.state) {
    case 'pending':
      return 'neutral';
    case 'approved':
      return 'working';
    case 'consumed':
      return (hasEnded(view) ? own.result?.mood : undefined) ?? runMood(view.execution?.state);
    case 'invalidated':
    case 'expired':
      return 'warning';
    default:
      return 'neutral';
  }
}

function runMood(state: NonNullable<RequestView['execution']>['state'] | undefined): Mood {
  switch (state) {
    case 'succeeded':
      return 'good';
    case 'partial':
      return 'warning';
    case 'failed':
    case 'not_started':
    case 'unknown':
      return 'bad';
    default:
      return 'working';
  }
}

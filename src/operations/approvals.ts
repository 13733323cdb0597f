import type { Preapproval } from '../core/approval-ports.ts';
import { type ReadContext, sealRead } from '../core/operation.ts';
import { accept, refuse } from '../core/refusal.ts';
import type { Item, ReplyPart } from '../core/reply.ts';
import type { RequestView } from '../core/request.ts';
import { person, type Rich } from '../core/rich.ts';
import { approvalText } from '../text/approval.ts';
import { approvalsText } from '../text/approvals.ts';
import { time } from '../text/format.ts';
import { freezeText } from '../text/freeze.ts';
import { approvalsOf } from './approval-facts.ts';
import { atMost } from './arguments.ts';
import { askStore } from './ask-store.ts';
import { filterText, withdrawButton } from './preapproval-card.ts';
import { outcomeOf } from './request-outcome.ts';
import type { World } from './world.ts';

const declared = { verb: 'approvals', usage: '' } as const;
const mostRequests = 20;
const recentShown = 8;
const mostPreapprovals = 20;

/** What waits for somebody's word, what was decided lately, and what was approved in advance. */
export const approvals = sealRead<null, World>({
  ...declared,
  typed: ['approvals'],
  who: 'everybody',
  filters: [],
  effect: 'read',
  parse: (words) => atMost(words, 0, declared),
  target: () => 'requests',

  async answer(_, context) {
    const { world, locale } = context;
    const t = approvalsText[locale];
    const app = world.app.description;
    const [listed, signed, freeze] = await Promise.all([
      askStore(world.approvals.list(app.name, mostRequests)),
      askStore(world.preapprovals.list(app.name, mostPreapprovals)),
      askStore(world.switches.find(app.name)),
    ]);
    if (!listed.ok) return refuse({ code: 'part-missing', missing: [listed.missing] });
    if (!signed.ok) return refuse({ code: 'part-missing', missing: [signed.missing] });
    const open = listed.value.filter(isOpen);
    const recent = listed.value.filter((view) => !isOpen(view)).slice(0, recentShown);
    const live = signed.value.filter(isLive);
    const frozen = freeze.ok ? freeze.value : undefined;
    return accept({
      heading: t.heading(open.length, live.length),
      mood: frozen === undefined ? 'neutral' : 'warning',
      parts: [
        ...(frozen === undefined
          ? []
          : [{ kind: 'text', text: frozenText(frozen, app.timezone, locale) } as const]),
        ...section(
          t.open,
          open.map((view) => openItem(view, context)),
        ),
        ...section(
          t.preapproved,
          live.map((one) => preapprovalItem(one, context)),
        ),
        ...section(
          t.recent,
          recent.map((view) => ({ text: recentText(view, context) })),
        ),
      ],
      notes: [t.environment(app.name, app.environment), t.votes],
    });
  },
});

type Context = Pick<ReadContext<World>, 'world' | 'locale'>;

/** Its card still has something to press. */
function isOpen({ state, execution }: RequestView): boolean {
  if (state === 'pending' || state === 'approved') return true;
  return state === 'consumed' && (execution?.state === 'executing' || execution?.state === 'unknown');
}

const isLive = ({ over, withdrawnAt, used, most }: Preapproval): boolean =>
  !over && withdrawnAt === null && used < most;

const frozenText = (
  {
    at,
    by,
    reason,
  }: { readonly at: Date; readonly by: { readonly userId: string }; readonly reason: string },
  timezone: string,
  locale: ReadContext<World>['locale'],
): Rich => freezeText[locale].state(time(at, timezone), by.userId, reason);

function openItem(view: RequestView, { world, locale }: Context): Item {
  const t = approvalsText[locale];
  const zone = world.app.description.timezone;
  const until = view.state === 'pending' ? view.expiresAt : view.state === 'approved' ? view.runBy : null;
  const card = world.approvalsChannel ?? view.place.channel;
  return {
    text: t.openLine({
      ...{ number: view.number, words: view.words, by: view.requester.userId, count: view.count },
      state: outcomeOf(view, locale),
      until: until === null ? undefined : time(until, zone),
      votes: view.state === 'pending' ? { have: approvalsOf(view), need: view.quorum } : undefined,
      ...{ reason: view.reason, card },
    }),
    buttons: [
      {
        label: approvalText[locale].labels['show-jobs'],
        press: { kind: 'request', verb: 'show-jobs', requestId: view.id },
      },
    ],
  };
}

function recentText(view: RequestView, { world, locale }: Context): Rich {
  const at = time(view.execution?.finishedAt ?? view.requestedAt, world.app.description.timezone);
  const { number, words, requester } = view;
  return approvalsText[locale].recentLine(number, words, requester.userId, at, outcomeOf(view, locale));
}

function preapprovalItem(one: Preapproval, { world, locale }: Context): Item {
  const until = time(one.endsAt, world.app.description.timezone);
  const what = filterText(one.filter, locale);
  const { number, signer, used, most, reason } = one;
  return {
    text: approvalsText[locale].preapprovalLine({
      ...{ number, what, by: [person(signer.userId)], until, used, most, reason },
    }),
    buttons: [withdrawButton(one.id, locale)],
  };
}

const section = (title: string, items: readonly Item[]): readonly ReplyPart[] =>
  items.length === 0
    ? []
    : [
        { kind: 'text', text: [{ bold: title }] },
        { kind: 'items', items },
      ];

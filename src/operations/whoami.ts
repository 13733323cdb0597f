import { sealRead } from '../core/operation.ts';
import type { Locale } from '../core/people.ts';
import { accept } from '../core/refusal.ts';
import { joinRich, person, type Rich } from '../core/rich.ts';
import { time } from '../text/format.ts';
import { punctuation } from '../text/punctuation.ts';
import { whoamiText } from '../text/whoami.ts';
import { atMost } from './arguments.ts';
import { askStore } from './ask-store.ts';
import type { World } from './world.ts';

const declared = { verb: 'whoami', usage: '' } as const;

/** Who somebody is to Queuekeeper, and what this account may do. */
export const whoami = sealRead<null, World>({
  ...declared,
  typed: ['whoami'],
  who: 'everybody',
  filters: [],
  effect: 'read',
  parse: (words) => atMost(words, 0, declared),
  target: () => 'whoami',
  async answer(_, { asker, locale, world }) {
    const t = whoamiText[locale];
    const accounts = world.roster.samePerson.find((ids) => ids.includes(asker.userId)) ?? [];
    const others = accounts.filter((id) => id !== asker.userId).map((id) => [person(id)]);
    const approve = asker.approver ? await approving(asker.userId, world) : undefined;
    const may = [
      ...[t.read, ...(asker.operator ? [t.operate] : [])],
      ...(approve?.kind === 'yes' ? [t.approve] : []),
    ];
    return accept({
      heading: t.heading(asker.name),
      mood: 'neutral',
      parts: [
        {
          kind: 'facts',
          facts: [
            { label: t.labels.account, value: t.account(asker.teamId, asker.userId) },
            { label: t.labels.may, value: may.join(punctuation[locale].semicolon) },
            ...(approve === undefined || approve.kind === 'yes'
              ? []
              : [{ label: t.labels.approve, value: notYet(approve, world, locale) }]),
            {
              label: t.labels.person,
              value: others.length === 0 ? t.alone : joinRich(others, punctuation[locale].and),
            },
            { label: t.labels.language, value: t.language },
          ],
        },
      ],
      notes: [t.accounts],
    });
  },
});

type Approving =
  | { readonly kind: 'yes' }
  /** Through groups alone, and not for long enough. */
  | { readonly kind: 'not-yet'; readonly group: string; readonly from: Date | undefined }
  | { readonly kind: 'unknown' };

/** Whether the votes of this account count already; who is named in the configuration needs no group. */
async function approving(userId: string, world: World): Promise<Approving> {
  const { approvers } = world.roster;
  if (approvers.includes(userId)) return { kind: 'yes' };
  const groups = approvers.filter((entry) => entry.startsWith('S'));
  const read = await askStore(
    Promise.all(groups.map(async (group) => ({ group, ...(await world.keeper.membership(group, userId)) }))),
  );
  if (!read.ok) return { kind: 'unknown' };
  if (read.value.some(({ settled }) => settled === true)) return { kind: 'yes' };
  const [soonest] = read.value
    .flatMap(({ group, settledAt }) => (settledAt == null ? [] : [{ group, from: settledAt }]))
    .sort((a, b) => a.from.getTime() - b.from.getTime());
  return { kind: 'not-yet', group: soonest?.group ?? groups[0] ?? '', from: soonest?.from };
}

function notYet(approve: Exclude<Approving, { readonly kind: 'yes' }>, world: World, locale: Locale): Rich {
  const t = whoamiText[locale];
  if (approve.kind === 'unknown') return t.approveUnknown;
  const { group, from } = approve;
  return from === undefined
    ? t.approveUnseen(group)
    : t.approveFrom(group, time(from, world.app.description.timezone));
}

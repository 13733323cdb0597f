import { sealRead } from '../core/operation.ts';
import { accept } from '../core/refusal.ts';
import { joinRich, person } from '../core/rich.ts';
import { whoamiText } from '../text/whoami.ts';
import { atMost } from './arguments.ts';
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
    const may = [t.read, ...(asker.operator ? [t.operate] : []), ...(asker.approver ? [t.approve] : [])];
    return accept({
      heading: t.heading(asker.name),
      mood: 'neutral',
      parts: [
        {
          kind: 'facts',
          facts: [
            { label: t.labels.account, value: t.account(asker.teamId, asker.userId) },
            { label: t.labels.may, value: may.join('; ') },
            { label: t.labels.person, value: others.length === 0 ? t.alone : joinRich(others, ', ') },
            { label: t.labels.language, value: t.language },
          ],
        },
      ],
      notes: [t.accounts],
    });
  },
});

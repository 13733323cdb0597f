import { type SealedOperation, sealRead } from '../core/operation.ts';
import type { Locale, Role } from '../core/people.ts';
import { accept } from '../core/refusal.ts';
import type { ReplyPart } from '../core/reply.ts';
import { code, rich } from '../core/rich.ts';
import { helpText } from '../text/help.ts';
import type { World } from './world.ts';

/** Lists the operations that there are, from their declarations. */
export function createHelp(others: readonly SealedOperation<World>[]): SealedOperation<World> {
  return sealRead<null, World>({
    verb: 'help',
    typed: ['help'],
    usage: '',
    who: 'everybody',
    filters: [],
    effect: 'read',
    // Whoever asks for help gets it, whatever else was typed.
    parse: () => accept(null),
    target: () => 'help',
    async answer(_, { locale, world }) {
      const t = helpText[locale];
      const several = world.appNames.length > 1;
      return accept({
        heading: t.heading,
        mood: 'neutral',
        parts: [
          { kind: 'text', text: t.intro },
          ...group(others, 'everybody', t.everybody, locale),
          ...group(others, 'operator', t.operators, locale),
          ...group(others, 'approver', t.approvers, locale),
        ],
        notes: several ? [t.more(world.appNames[0] ?? '')] : [],
      });
    },
  });
}

function group(
  operations: readonly SealedOperation<World>[],
  who: Role,
  title: string,
  locale: Locale,
): readonly ReplyPart[] {
  const { verbs } = helpText[locale];
  const items = operations
    .filter((operation) => operation.who === who && operation.typed.length > 0)
    .map((operation) => ({
      text: rich`${code(`${operation.typed.join(' ')} ${operation.usage}`.trim())}  ${verbs[operation.verb] ?? ''}`,
    }));
  return items.length === 0
    ? []
    : [
        { kind: 'text', text: [{ bold: title }] },
        { kind: 'items', items },
      ];
}

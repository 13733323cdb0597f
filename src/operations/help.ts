import { findOperation } from '../core/find-operation.ts';
import { narrow } from '../core/narrow.ts';
import { nearest } from '../core/nearest.ts';
import { type SealedOperation, sealRead } from '../core/operation.ts';
import type { Locale, Role } from '../core/people.ts';
import { accept } from '../core/refusal.ts';
import type { Reply, ReplyPart } from '../core/reply.ts';
import { code, rich } from '../core/rich.ts';
import type { Words } from '../core/words.ts';
import { helpText } from '../text/help.ts';
import { drawVerb } from './help-verb.ts';
import type { World } from './world.ts';

type Sealed = SealedOperation<World>;

interface Input {
  /** What help is wanted about, as typed; empty: about everything. */
  readonly about: string;
}

/** Lists the operations that there are, from their declarations, or tells everything about one of them. */
export function createHelp(others: readonly Sealed[]): Sealed {
  const help: Sealed = sealRead<Input, World>({
    verb: 'help',
    typed: ['help'],
    usage: '[VERB]',
    who: 'everybody',
    filters: [],
    effect: 'read',
    // Whoever asks for help gets it, whatever else was typed.
    parse: ({ plain }) => accept({ about: plain.join(' ') }),
    target: ({ about }) => (about === '' ? 'help' : `help=${about}`),
    async answer({ about }, { locale, world }) {
      if (about === '') return accept(drawAll(others, world, locale));
      const all = [...others, help];
      const found = findVerb(all, about);
      if (found !== undefined) return accept(drawVerb(found, all, world, locale));
      const t = helpText[locale];
      const meant = findVerb(all, nearest(about, all.map(typedOf)) ?? '');
      return accept(
        meant === undefined
          ? drawAll(others, world, locale, t.unknownAll(about))
          : drawVerb(meant, all, world, locale, t.unknown(about, typedOf(meant))),
      );
    },
  });
  return help;
}

const typedOf = ({ typed }: Sealed): string => typed.join(' ');

/** As typed, as the audit log writes it, or by its first word alone: `preapprove`. */
function findVerb(all: readonly Sealed[], about: string): Sealed | undefined {
  const plain = about.split(' ').filter((word) => word !== '' && word !== '/queue');
  const words: Words = { plain, filters: new Map(), text: about };
  const found = findOperation(all, words, '');
  if (found.ok) return found.value.operation;
  const first = narrow(plain[0] ?? '').toLowerCase();
  return all.find(({ typed }) => typed[0] === first);
}

function drawAll(others: readonly Sealed[], world: World, locale: Locale, unknown?: string): Reply {
  const t = helpText[locale];
  const several = world.appNames.length > 1;
  return {
    heading: t.heading,
    mood: 'neutral',
    parts: [
      ...(unknown === undefined ? [] : [{ kind: 'text', text: unknown } as const]),
      { kind: 'text', text: t.intro },
      ...group(others, 'everybody', t.everybody, locale),
      ...group(others, 'operator', t.operators, locale),
      ...group(others, 'approver', t.approvers, locale),
    ],
    notes: [t.one, ...(several ? [t.more(world.appNames[0] ?? '')] : [])],
  };
}

function group(
  operations: readonly Sealed[],
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

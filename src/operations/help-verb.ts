import { shortClass } from '../core/app-description.ts';
import type { SealedOperation } from '../core/operation.ts';
import type { Locale } from '../core/people.ts';
import type { Fact, Reply, ReplyPart } from '../core/reply.ts';
import { code, type Rich, rich } from '../core/rich.ts';
import { helpText } from '../text/help.ts';
import { type ExampleNames, examplesOf, helpVerbText } from '../text/help-verb.ts';
import type { World } from './world.ts';

type Sealed = SealedOperation<World>;

/** Everything that there is to know of one verb, in names of this application. `unknown`: what else was typed. */
export function drawVerb(
  operation: Sealed,
  all: readonly Sealed[],
  world: World,
  locale: Locale,
  unknown?: string,
): Reply {
  const t = helpVerbText[locale];
  const { verb, usage } = operation;
  const examples = examplesOf(verb, namesIn(world), locale);
  return {
    heading: rich`${code(`/queue ${typedOf(operation)} ${usage}`.trim())}`,
    mood: 'neutral',
    parts: [
      ...(unknown === undefined ? [] : [{ kind: 'text', text: unknown } as const]),
      { kind: 'text', text: helpText[locale].verbs[verb] ?? '' },
      { kind: 'facts', facts: factsOf(operation, all, world, locale) },
      ...argumentParts(operation, locale),
      ...listed(
        t.examples,
        examples.map((words) => rich`${code(`/queue ${words}`)}`),
      ),
      {
        kind: 'buttons',
        buttons: [{ label: t.all, press: { kind: 'words', verb: 'help', words: 'help' } }],
      },
    ],
  };
}

const typedOf = ({ typed }: Sealed): string => typed.join(' ');

/** The words of a usage, each without its brackets. */
export const usageWords = (usage: string): readonly string[] =>
  usage
    .split(' ')
    .map((word) => word.replace(/^\[(.*)\]$/, '$1'))
    .filter((word) => word !== '');

function factsOf(operation: Sealed, all: readonly Sealed[], world: World, locale: Locale): readonly Fact[] {
  const t = helpVerbText[locale];
  const also = operation.effect === 'record' && operation.orApprover ? t.orApprover : '';
  const related = all.filter((one) => one !== operation && one.typed[0] === operation.typed[0]).map(typedOf);
  return [
    { label: t.who, value: t.roles[operation.who] + also },
    { label: t.effect, value: effectOf(operation, world, locale) },
    ...(related.length === 0
      ? []
      : [{ label: t.related, value: rich`${code(`/queue help ${related.join(' ')}`)}` }]),
  ];
}

function effectOf(operation: Sealed, world: World, locale: Locale): string {
  const { effects } = helpVerbText[locale];
  return operation.effect === 'guarded'
    ? effects.guarded(world.policy.quorum[operation.quorum])
    : effects[operation.effect];
}

function argumentParts({ verb, usage }: Sealed, locale: Locale): readonly ReplyPart[] {
  const t = helpVerbText[locale];
  const words = usageWords(usage);
  if (words.length === 0) return [{ kind: 'text', text: t.noArguments }];
  return listed(
    t.arguments,
    words.map((word) => rich`${code(word)}  ${t.words[`${verb} ${word}`] ?? t.words[word] ?? ''}`),
  );
}

const listed = (title: string, lines: readonly Rich[]): readonly ReplyPart[] =>
  lines.length === 0
    ? []
    : [
        { kind: 'text', text: title },
        { kind: 'items', items: lines.map((text) => ({ text })) },
      ];

function namesIn({ app: { description }, alertRules }: World): ExampleNames {
  const jobClass = description.queues.flatMap(({ jobs }) => jobs)[0];
  return {
    queue: description.queues[0]?.name ?? 'default',
    jobClass: jobClass === undefined ? 'SendInvoice' : shortClass(jobClass),
    rule: alertRules[0]?.name ?? 'failed-jobs',
  };
}

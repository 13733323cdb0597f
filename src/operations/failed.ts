import { queueLabel, shortClass } from '../core/app-description.ts';
import { failedJobId } from '../core/ids.ts';
import { type ReadContext, sealRead } from '../core/operation.ts';
import { accept, type Judged, refuse } from '../core/refusal.ts';
import type { Button, Item, Reply, ReplyPart } from '../core/reply.ts';
import { rich } from '../core/rich.ts';
import type { Words } from '../core/words.ts';
import { failedText } from '../text/failed.ts';
import { count, duration, number } from '../text/format.ts';
import { missingNotes } from '../text/parts.ts';
import { atMost, optionalDuration, optionalQueue } from './arguments.ts';
import { appWords, forgetButton, retryButton, showButton } from './job-buttons.ts';
import { createMissing } from './look.ts';
import type { FailureFilter, FailureGroups, FailurePage, FailureSummary } from './ports.ts';
import { groupLine } from './status.ts';
import type { World } from './world.ts';

const declared = { verb: 'failed', usage: '[QUEUE] [class=] [since=] [error=]' } as const;
/** So many rows with three buttons each stay below what one Slack message may weigh. */
const pageSize = 8;
const groupsShown = 5;

interface Input {
  readonly filter: FailureFilter;
  /** The words without `before=`, for the next page's button. */
  readonly words: string;
}

/** Failed jobs, newest first, grouped above the list. */
export const failed = sealRead<Input, World>({
  ...declared,
  typed: ['failed'],
  who: 'everybody',
  filters: ['class', 'since', 'error', 'before'],
  effect: 'read',
  parse(words, world) {
    const filter = parseFilter(words, world);
    return filter.ok ? accept({ filter: filter.value, words: wordsOf(words) }) : filter;
  },
  target: ({ filter }) =>
    [
      filter.queue === undefined ? 'all queues' : `queue=${queueLabel(filter.queue)}`,
      ...(filter.jobClass === undefined ? [] : [`class=${filter.jobClass}`]),
      ...(filter.error === undefined ? [] : [`error=${filter.error}`]),
      ...(filter.sinceSeconds === undefined ? [] : [`since=${filter.sinceSeconds}s`]),
    ].join(' '),
  answer,
});

function parseFilter(words: Words, world: World): Judged<FailureFilter> {
  const fits = atMost(words, 1, declared);
  if (!fits.ok) return fits;
  const queue = optionalQueue(words, world);
  if (!queue.ok) return queue;
  const since = optionalDuration(words, 'since');
  if (!since.ok) return since;
  const [jobClass, error, before] = ['class', 'error', 'before'].map((key) => words.filters.get(key));
  if (before !== undefined && !/^[1-9]\d{0,15}$/.test(before))
    return refuse({ code: 'not-a-job-id', typed: before });
  if ((error?.length ?? 0) > 200) return refuse({ code: 'too-long', what: 'error=', limit: 200 });
  return accept({
    limit: pageSize,
    ...(queue.value === undefined ? {} : { queue: queue.value }),
    ...(jobClass === undefined || jobClass === '' ? {} : { jobClass }),
    ...(error === undefined || error === '' ? {} : { error }),
    ...(since.value === undefined ? {} : { sinceSeconds: since.value }),
    ...(before === undefined ? {} : { before: failedJobId(Number(before)) }),
  });
}

/** The same words again, with filters quoted so that they survive being parsed once more. */
function wordsOf(words: Words): string {
  const filters = [...words.filters].filter(([key]) => key !== 'before' && key !== 'app');
  return [
    'failed',
    ...words.plain,
    ...filters.map(([key, value]) => `${key}="${value.replaceAll('"', "'")}"`),
  ].join(' ');
}

async function answer({ filter, words }: Input, context: ReadContext<World>): Promise<Judged<Reply>> {
  const { world, locale, signal } = context;
  const { before: _, ...everything } = filter;
  const missing = createMissing();
  const [page, groups] = await Promise.all([
    world.app.failures.page(filter, signal),
    filter.before === undefined
      ? world.app.failures.groups({ ...everything, limit: groupsShown }, signal)
      : undefined,
  ]);
  const rows = missing.of(page);
  if (rows === undefined) return refuse({ code: 'part-missing', missing: missing.all });
  return accept({
    heading: headline(filter, rows, groups === undefined || !groups.ok ? undefined : groups.value, context),
    mood: rows.rows.length === 0 && rows.complete ? 'good' : 'neutral',
    parts: [
      ...(groups === undefined ? [] : groupParts(missing.of(groups), context)),
      { kind: 'items', items: rows.rows.map((row) => item(row, context)) },
      ...buttonPart(rows, { filter, words }, context),
    ],
    notes: [...searchedNote(filter, rows, context), ...missingNotes(missing.all, locale)],
  });
}

const isFiltered = (filter: FailureFilter): boolean =>
  filter.queue !== undefined ||
  filter.jobClass !== undefined ||
  filter.error !== undefined ||
  filter.sinceSeconds !== undefined;

/** The groups know how many a queue has; the page knows how many there are in all. */
function headline(
  filter: FailureFilter,
  page: FailurePage,
  groups: FailureGroups | undefined,
  { locale }: ReadContext<World>,
): string {
  const t = failedText[locale];
  const where = filter.queue === undefined ? t.everywhere : queueLabel(filter.queue);
  if (page.rows.length === 0) return isFiltered(filter) ? t.noneLike(where) : t.none(where);
  const { queue, before: _, limit: __, ...narrower } = filter;
  if (queue !== undefined && Object.keys(narrower).length === 0 && groups !== undefined) {
    return t.some(where, count(groups.of), false);
  }
  return t.some(where, count(page.total), isFiltered(filter));
}

function groupParts(groups: FailureGroups | undefined, { locale }: ReadContext<World>): readonly ReplyPart[] {
  if (groups === undefined || groups.groups.length === 0) return [];
  return [
    { kind: 'text', text: failedText[locale].groupsOf(count(groups.of)) },
    {
      kind: 'items',
      items: groups.groups.slice(0, groupsShown).map((group) => ({ text: groupLine(group) })),
    },
    { kind: 'divider' },
  ];
}

function item(row: FailureSummary, { world, locale, asker }: ReadContext<World>): Item {
  const t = failedText[locale];
  const line = t.line(row.id, shortClass(row.jobClass), queueLabel(row), duration(row.ageSeconds, locale));
  const show = showButton(row, world, locale);
  return {
    text: rich`${line}\n${row.exceptionClass}: ${row.exceptionMessage}`,
    buttons: asker.operator
      ? [show, retryButton(row, world, locale), forgetButton(row, world, locale)]
      : [show],
  };
}

/** The next page, and the runbook of the queue that was asked for. */
function buttonPart(
  page: FailurePage,
  { filter, words }: Input,
  { world, locale }: ReadContext<World>,
): readonly ReplyPart[] {
  const t = failedText[locale];
  const buttons: readonly Button[] = [
    ...(page.next === undefined
      ? []
      : [{ label: t.next, press: wordsOfButton('next', `${words} before=${page.next}`, world) }]),
    ...(filter.queue === undefined || page.rows.length === 0
      ? []
      : [
          {
            label: t.diagnose,
            press: wordsOfButton('diagnose', `diagnose ${queueLabel(filter.queue)}`, world),
          },
        ]),
  ];
  return buttons.length === 0 ? [] : [{ kind: 'buttons', buttons }];
}

const wordsOfButton = (verb: string, words: string, world: World): Button['press'] => ({
  ...{ kind: 'words', verb },
  words: `${words}${appWords(world)}`,
});

function searchedNote(
  filter: FailureFilter,
  page: FailurePage,
  { locale }: ReadContext<World>,
): readonly string[] {
  const t = failedText[locale];
  if (!page.complete) return [t.searchedSome(number(page.searched))];
  return isFiltered(filter) && page.rows.length === 0 ? [t.searchedAll(number(page.searched))] : [];
}

import { queueLabel, shortClass } from '../core/app-description.ts';
import { sealRead } from '../core/operation.ts';
import { accept, refuse } from '../core/refusal.ts';
import type { Item, ReplyPart } from '../core/reply.ts';
import { rich } from '../core/rich.ts';
import { failedText } from '../text/failed.ts';
import { findText } from '../text/find.ts';
import { duration, number } from '../text/format.ts';
import { missingNotes } from '../text/parts.ts';
import { showButton } from './job-buttons.ts';
import { createMissing } from './look.ts';
import type { World } from './world.ts';

const declared = { verb: 'find', usage: 'TEXT' } as const;
const longest = 100;
const shown = 8;

/** Looks for an order or user number in failures, waiting jobs and business rows, and says what it did not search. */
export const find = sealRead<{ readonly text: string }, World>({
  ...declared,
  typed: ['find'],
  who: 'everybody',
  filters: [],
  effect: 'read',
  parse(words) {
    const text = words.plain.join(' ').trim();
    if (text.length < 3) return refuse({ code: 'missing-argument', verb: 'find', usage: 'TEXT (3+)' });
    if (text.length > longest) return refuse({ code: 'too-long', what: 'TEXT', limit: longest });
    return accept({ text });
  },
  target: ({ text }) => `text=${text}`,
  async answer({ text }, { world, locale, signal }) {
    const t = findText[locale];
    const missing = createMissing();
    const [failures, waiting, rows] = await Promise.all([
      world.app.failures.search(text, signal),
      world.app.queues.search(text, signal),
      world.app.business.search(text, signal),
    ]);
    const inFailures = missing.of(failures);
    const inQueues = missing.gathered(waiting);
    const inRows = missing.gathered(rows);
    const failedItems = (inFailures?.found ?? []).slice(0, shown).map((row): Item => {
      const line = failedText[locale].line(
        row.id,
        shortClass(row.jobClass),
        queueLabel(row),
        duration(row.ageSeconds, locale),
      );
      return { text: rich`${line}\n${row.exceptionMessage}`, buttons: [showButton(row, world, locale)] };
    });
    const queueItems = inQueues.found
      .slice(0, shown)
      .map((job): Item => ({ text: t.waitingLine(shortClass(job.jobClass), queueLabel(job)) }));
    const rowItems = inRows
      .slice(0, shown)
      .map((row): Item => ({ text: t.rowLine(row.table, row.key, row.shows) }));
    const found = (inFailures?.found.length ?? 0) + inQueues.found.length + inRows.length;
    return accept({
      heading: t.heading(text, found),
      mood: 'neutral',
      parts: [...list(t.failures, failedItems), ...list(t.waiting, queueItems), ...list(t.rows, rowItems)],
      notes: [
        ...(inFailures === undefined
          ? []
          : [t.searchedFailures(number(inFailures.searched), inFailures.complete)]),
        t.searchedWaiting(number(inQueues.searched)),
        t.notEncrypted,
        ...missingNotes(missing.all, locale),
      ],
    });
  },
});

const list = (title: string, items: readonly Item[]): readonly ReplyPart[] =>
  items.length === 0
    ? []
    : [
        { kind: 'text', text: [{ bold: title }] },
        { kind: 'items', items },
      ];

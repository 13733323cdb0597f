import { queueLabel, shortClass } from '../core/app-description.ts';
import { sealRead } from '../core/operation.ts';
import type { Locale } from '../core/people.ts';
import { accept, refuse } from '../core/refusal.ts';
import type { ReplyPart } from '../core/reply.ts';
import { duration } from '../text/format.ts';
import { missingNotes } from '../text/parts.ts';
import { runningText } from '../text/running.ts';
import { parseOnlyQueue, queueTarget } from './arguments.ts';
import type { QueueName, ReservedJob } from './ports.ts';
import type { World } from './world.ts';

const declared = { verb: 'running', usage: '[QUEUE]' } as const;
const shown = 30;

/** What workers hold now, longest first, and what is past its limits. */
export const running = sealRead<{ readonly queue: QueueName | undefined }, World>({
  ...declared,
  typed: ['running'],
  who: 'everybody',
  filters: [],
  effect: 'read',
  parse: (words, world) => parseOnlyQueue(words, world, declared),
  target: queueTarget,
  async answer({ queue }, { world, locale, signal }) {
    const { value: jobs, missing } = await world.app.queues.reserved(queue, shown, signal);
    if (jobs.length === 0 && missing.length > 0) return refuse({ code: 'part-missing', missing });
    const t = runningText[locale];
    const where = queue === undefined ? t.everywhere : queueLabel(queue);
    const late = jobs.filter((job) => lateness(job, locale) !== '').length;
    return accept({
      heading: jobs.length === 0 ? t.none(where) : t.some(where, jobs.length, late),
      mood: late > 0 ? 'warning' : 'good',
      parts: jobs.length === 0 ? [] : [table(jobs, locale)],
      notes: [...(jobs.length >= shown ? [t.first(shown)] : []), ...missingNotes(missing, locale)],
    });
  },
});

function table(jobs: readonly ReservedJob[], locale: Locale): ReplyPart {
  const { columns } = runningText[locale];
  return {
    kind: 'table',
    columns: [
      { label: columns.queue },
      { label: columns.job },
      { label: columns.held, align: 'right' },
      { label: columns.tries, align: 'right' },
      { label: columns.note },
    ],
    rows: [...jobs]
      .sort((a, b) => b.heldSeconds - a.heldSeconds)
      .map((job) => [
        queueLabel(job),
        shortClass(job.jobClass),
        duration(job.heldSeconds, locale),
        String(job.attempts),
        lateness(job, locale),
      ]),
  };
}

function lateness(job: ReservedJob, locale: Locale): string {
  const t = runningText[locale];
  if (job.overdue) return t.orphaned(job.retryAfterSeconds);
  const { timeoutSeconds } = job;
  return timeoutSeconds !== undefined && job.heldSeconds > timeoutSeconds ? t.tooLong(timeoutSeconds) : '';
}

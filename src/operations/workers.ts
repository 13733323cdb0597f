import { queueLabel } from '../core/app-description.ts';
import { sealRead } from '../core/operation.ts';
import type { Locale } from '../core/people.ts';
import { accept, refuse } from '../core/refusal.ts';
import type { ReplyPart } from '../core/reply.ts';
import { duration } from '../text/format.ts';
import { missingNotes } from '../text/parts.ts';
import { workersText } from '../text/workers.ts';
import { parseOnlyQueue, queueTarget } from './arguments.ts';
import type { QueueName, WorkerGroup, WorkerProcess } from './ports.ts';
import type { World } from './world.ts';

const declared = { verb: 'workers', usage: '[QUEUE]' } as const;

/** Each worker process as Supervisor sees it on each of its hosts. */
export const workers = sealRead<{ readonly queue: QueueName | undefined }, World>({
  ...declared,
  typed: ['workers'],
  who: 'everybody',
  filters: [],
  effect: 'read',
  parse: (words, world) => parseOnlyQueue(words, world, declared),
  target: queueTarget,
  async answer({ queue }, { world, locale, signal }) {
    const { value, missing } = await world.app.workers.list(signal);
    const groups = value.filter(({ queues }) => queue === undefined || serves(queues, queue));
    if (groups.length === 0 && missing.length > 0) return refuse({ code: 'part-missing', missing });
    return accept({
      ...headline(groups, locale),
      parts: groups.flatMap((group) => groupParts(group, locale)),
      notes: missingNotes(missing, locale),
    });
  },
});

const serves = (queues: readonly QueueName[], queue: QueueName): boolean =>
  queues.some((one) => one.name === queue.name && one.connection === queue.connection);

function headline(
  groups: readonly WorkerGroup[],
  locale: Locale,
): { readonly heading: string; readonly mood: 'good' | 'warning' | 'bad' | 'neutral' } {
  const t = workersText[locale];
  if (groups.length === 0) return { heading: t.none, mood: 'neutral' };
  if (groups.some(({ alive }) => alive === undefined)) return { heading: t.unknown, mood: 'warning' };
  const alive = groups.reduce((sum, group) => sum + (group.alive ?? 0), 0);
  const expected = groups.reduce((sum, group) => sum + (group.expected ?? group.processes.length), 0);
  const mood =
    alive >= expected && expected > 0 ? 'good' : groups.some((g) => g.alive === 0) ? 'bad' : 'warning';
  return { heading: t.alive(alive, expected), mood };
}

function groupParts(group: WorkerGroup, locale: Locale): readonly ReplyPart[] {
  const t = workersText[locale];
  const alive =
    group.alive === undefined
      ? t.groupUnknown(group.unknownHosts)
      : t.ofExpected(group.alive, group.expected);
  // Supervisor's own words help where something died by itself; of what somebody stopped they only say when.
  const odd = group.processes.filter(
    ({ state }) => state === 'BACKOFF' || state === 'FATAL' || state === 'EXITED',
  );
  return [
    { kind: 'text', text: t.group(group.group, group.queues.map(queueLabel), alive) },
    { kind: 'items', items: group.processes.map((process) => ({ text: processLine(process, locale) })) },
    ...odd.map((process) => ({ kind: 'quote' as const, text: `${process.name}: ${process.description}` })),
  ];
}

function processLine(process: WorkerProcess, locale: Locale): string {
  const t = workersText[locale];
  const up =
    process.uptimeSeconds === undefined
      ? ''
      : `, ${t.columns.uptime} ${duration(process.uptimeSeconds, locale)}`;
  const pid = process.pid === undefined ? '' : `, pid ${process.pid}`;
  const note = t.notes[process.state] === '' ? '' : ` (${t.notes[process.state]})`;
  return `${process.name} @ ${process.host}: ${process.state}${pid}${up}${note}`;
}

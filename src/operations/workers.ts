import { queueLabel } from '../core/app-description.ts';
import { sealRead } from '../core/operation.ts';
import type { Locale } from '../core/people.ts';
import { accept, refuse } from '../core/refusal.ts';
import type { ReplyPart } from '../core/reply.ts';
import { type Rich, rich } from '../core/rich.ts';
import { duration } from '../text/format.ts';
import { missingNotes } from '../text/parts.ts';
import { punctuation } from '../text/punctuation.ts';
import { workersText } from '../text/workers.ts';
import { parseOnlyQueue, queueTarget } from './arguments.ts';
import type { InspectedGroup, InspectedProcess, QueueName, WorkerTrap } from './ports.ts';
import { restartButton } from './restart-button.ts';
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
    const { value, missing } = await world.app.workers.inspect(signal);
    const groups = value.filter(({ queues }) => queue === undefined || serves(queues, queue));
    if (groups.length === 0 && missing.length > 0) return refuse({ code: 'part-missing', missing });
    const buttons = queue === undefined || groups.length === 0 ? [] : [restartButton(queue, world, locale)];
    return accept({
      ...headline(groups, locale),
      parts: [
        ...groups.flatMap((group) => groupParts(group, locale)),
        ...(buttons.length === 0 ? [] : [{ kind: 'buttons', buttons } as const]),
      ],
      notes: [...unreadNotes(groups, locale), ...missingNotes(missing, locale)],
    });
  },
});

const serves = (queues: readonly QueueName[], queue: QueueName): boolean =>
  queues.some((one) => one.name === queue.name && one.connection === queue.connection);

function headline(
  groups: readonly InspectedGroup[],
  locale: Locale,
): { readonly heading: string; readonly mood: 'good' | 'warning' | 'bad' | 'neutral' } {
  const t = workersText[locale];
  if (groups.length === 0) return { heading: t.none, mood: 'neutral' };
  if (groups.some(({ alive }) => alive === undefined)) return { heading: t.unknown, mood: 'warning' };
  const alive = groups.reduce((sum, group) => sum + (group.alive ?? 0), 0);
  const expected = groups.reduce((sum, group) => sum + (group.expected ?? group.processes.length), 0);
  const whole = alive >= expected && expected > 0;
  const warned = groups.flatMap(({ traps }) => traps).filter(({ kind }) => !isOfState(kind)).length;
  const mood = whole && warned === 0 ? 'good' : groups.some((group) => group.alive === 0) ? 'bad' : 'warning';
  return { heading: `${t.alive(alive, expected)}${warned === 0 ? '' : t.warned(warned)}`, mood };
}

/** Said beside the process already. */
const isOfState = (kind: WorkerTrap['kind']): boolean =>
  kind === 'backoff' || kind === 'fatal' || kind === 'exited' || kind === 'stopped';

function groupParts(group: InspectedGroup, locale: Locale): readonly ReplyPart[] {
  const t = workersText[locale];
  const alive =
    group.alive === undefined
      ? t.groupUnknown(group.unknownHosts)
      : t.ofExpected(group.alive, group.expected);
  // Supervisor's own words help where something died by itself; of what somebody stopped they only say when.
  const odd = group.processes.filter(
    ({ state }) => state === 'BACKOFF' || state === 'FATAL' || state === 'EXITED',
  );
  const warnings = group.traps.filter(({ kind }) => !isOfState(kind));
  return [
    { kind: 'text', text: t.group(group.group, group.queues.map(queueLabel), alive) },
    { kind: 'items', items: group.processes.map((process) => ({ text: processLine(process, locale) })) },
    ...commandLines(group.processes, locale).map((text) => ({ kind: 'text' as const, text })),
    ...odd.map((process) => ({ kind: 'quote' as const, text: `${process.name}: ${process.description}` })),
    ...warnings.map((trap) => ({ kind: 'text' as const, text: trapText(trap, group, locale) })),
  ];
}

/** What they were told, once where all were told the same. */
function commandLines(processes: readonly InspectedProcess[], locale: Locale): readonly Rich[] {
  const told = processes.flatMap(({ command }) => (command === undefined ? [] : [command]));
  const different = [...new Map(told.map((command) => [JSON.stringify(command), command])).values()];
  return different.map((command) => workersText[locale].told(command));
}

function trapText(trap: WorkerTrap, group: InspectedGroup, locale: Locale): Rich {
  const t = workersText[locale];
  const { where } = trap;
  const whose = where.length === group.processes.length ? '' : t.only(where.map(shortName));
  return rich`⚠ ${t.trap(trap)}${whose}`;
}

/** `fap-queue-reports_00 @ api-1`, whose group stands above it. */
const shortName = (name: string): string => name.slice(name.indexOf(':') + 1);

/** Nobody shall take silence for an all-clear. */
function unreadNotes(groups: readonly InspectedGroup[], locale: Locale): readonly string[] {
  const t = workersText[locale];
  const running = groups.flatMap(({ processes }) => processes).filter(({ state }) => state === 'RUNNING');
  const unread = running.filter(({ command }) => command === undefined);
  const unconfigured = running.filter(({ settings }) => settings === undefined);
  const names = (processes: readonly InspectedProcess[]): readonly string[] =>
    processes.map(({ name, host }) => shortName(`${name} @ ${host}`));
  return [
    ...(unread.length === 0 ? [] : [t.commandUnread(names(unread))]),
    ...(unconfigured.length === 0 ? [] : [t.settingsUnread(names(unconfigured))]),
  ];
}

function processLine(process: InspectedProcess, locale: Locale): string {
  const t = workersText[locale];
  const { aside, colon, comma } = punctuation[locale];
  const up =
    process.uptimeSeconds === undefined ? '' : `${comma}${t.up(duration(process.uptimeSeconds, locale))}`;
  const pid = process.pid === undefined ? '' : `${comma}pid ${process.pid}`;
  const note = aside(t.notes[process.state]);
  const { restarts } = process;
  const again =
    restarts === undefined || restarts.count === 0
      ? ''
      : `${comma}${t.restarts(restarts.count, restarts.sinceSeconds)}`;
  return `${process.name} @ ${process.host}${colon}${process.state}${pid}${up}${again}${note}`;
}

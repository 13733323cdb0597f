import { queueLabel, shortClass } from '../core/app-description.ts';
import type { Freeze } from '../core/approval-ports.ts';
import { nearest } from '../core/nearest.ts';
import { type ReadContext, sealRead } from '../core/operation.ts';
import { type Count, countValue, exact, type MissingPart, unknownCount } from '../core/reading.ts';
import { accept, type Judged, refuse } from '../core/refusal.ts';
import type { Button, Mood, Reply, ReplyPart } from '../core/reply.ts';
import { code, type Rich, rich } from '../core/rich.ts';
import { count, duration, time } from '../text/format.ts';
import { freezeText } from '../text/freeze.ts';
import { missingInShort, missingNotes, partsText } from '../text/parts.ts';
import { punctuation } from '../text/punctuation.ts';
import { statusText, workersCell } from '../text/status.ts';
import { acceptedOf } from './accept.ts';
import { acceptedParts } from './alerts.ts';
import { parseOnlyQueue, queueTarget } from './arguments.ts';
import { askStore } from './ask-store.ts';
import { type JudgedQueue, judgeQueue, judgeQueues, type Severity } from './judge-queue.ts';
import { createMissing } from './look.ts';
import { onceButtons } from './once-button.ts';
import { brakeButtons, pauseParts, readPauses } from './paused-queues.ts';
import type { AppCondition, QueueName, QueueSizes } from './ports.ts';
import type { World } from './world.ts';

interface Input {
  readonly queue: QueueName | undefined;
}

const declared = { verb: 'status', usage: '[QUEUE]' } as const;

/** How every queue stands, worst first; or all about one of them. */
export const status = sealRead<Input, World>({
  ...declared,
  typed: ['status'],
  who: 'everybody',
  filters: [],
  effect: 'read',
  parse: (words, world) => parseOnlyQueue(words, world, declared),
  target: queueTarget,
  answer: ({ queue }, context) => (queue === undefined ? answerAll(context) : answerOne(queue, context)),
});

const moods: Readonly<Record<Severity, Mood>> = {
  broken: 'bad',
  suspicious: 'warning',
  unknown: 'warning',
  fine: 'good',
};

export async function answerAll(context: ReadContext<World>): Promise<Judged<Reply>> {
  const { world, locale, signal } = context;
  const missing = createMissing();
  const [sizes, groups, condition, switched, pauses, accepted] = await Promise.all([
    world.app.queues.sizes(signal),
    world.app.workers.list(signal),
    world.app.condition.read(signal),
    askStore(world.switches.find(world.app.description.name)),
    readPauses(world),
    askStore(world.alerts.accepted(world.app.description.name)),
  ]);
  const read = missing.gathered(sizes);
  const state = missing.gathered(condition);
  const frozen = missing.of(switched);
  const judged = judgeQueues(read, world.app.description.queues, missing.gathered(groups), state);
  if (read.length === 0 && missing.all.length > 0)
    return refuse({ code: 'part-missing', missing: missing.all });
  const buttons: readonly Button[] = [
    ...buttonsFor(judged.find((queue) => queue.severity !== 'fine')?.sizes, locale),
  ];
  return accept({
    heading: marked(frozen, headline(judged, missing.all, world, locale), locale),
    mood: state.maintenance === true ? 'bad' : moods[judged[0]?.severity ?? 'fine'],
    parts: [
      ...frozenParts(frozen, world, locale),
      ...maintenancePart(state, locale),
      ...pauseParts(state.paused, missing.of(pauses), world, locale),
      table(judged, locale),
      ...acceptedParts(missing.of(accepted) ?? [], world, locale),
      ...(buttons.length === 0 ? [] : [{ kind: 'buttons', buttons } as const]),
    ],
    notes: [
      statusText[locale].environment(world.app.description.name, world.app.description.environment),
      ...qualityNotes(read, world.clock.now(), locale),
      ...unconfiguredNote(read, locale),
      ...missingNotes(missing.all, locale),
    ],
  });
}

/** The line on top: the worst queue in words, and how many more deserve a look; where the worst is not to be seen, why. */
function headline(
  judged: readonly JudgedQueue[],
  missing: readonly MissingPart[],
  world: World,
  locale: ReadContext<World>['locale'],
): Rich {
  const t = statusText[locale];
  const { name } = world.app.description;
  const worst = judged[0];
  if (worst === undefined) return t.nothing(name);
  const odd = judged.filter((queue) => queue.severity !== 'fine').length;
  if (odd === 0) return t.allFine(name, judged.length);
  if (worst.severity === 'unknown' && odd > 1 && missing.length > 0)
    return t.unseen(odd, judged.length, missingInShort(missing, locale));
  return `${t.judged(worst)}${odd > 1 ? t.more(odd - 1) : ''}`;
}

function table(judged: readonly JudgedQueue[], locale: ReadContext<World>['locale']): ReplyPart {
  const { columns } = statusText[locale];
  const right = (label: string): { readonly label: string; readonly align: 'right' } => ({
    label,
    align: 'right',
  });
  return {
    kind: 'table',
    columns: [
      { label: columns.queue },
      ...[
        columns.pending,
        columns.oldest,
        columns.delayed,
        columns.reserved,
        columns.stuck,
        columns.failed,
      ].map(right),
      right(columns.workers),
    ],
    rows: judged.map(({ sizes, workers, description }) => [
      sizes.configured ? sizes.name : queueLabel(sizes),
      count(sizes.pending),
      oldest(sizes, locale),
      ...[sizes.delayed, sizes.reserved, sizes.stuck, sizes.failed].map(count),
      workersCell(workers, description?.workers !== undefined),
    ]),
  };
}

function oldest(sizes: QueueSizes, locale: ReadContext<World>['locale']): string {
  if (sizes.oldestSeconds !== undefined) return duration(sizes.oldestSeconds, locale);
  return sizes.oldestUnknown === undefined ? '–' : '?';
}

/** Before all else: whoever looks here is about to change something. */
const marked = (frozen: Freeze | undefined, heading: Rich, locale: ReadContext<World>['locale']): Rich =>
  frozen === undefined ? heading : rich`${freezeText[locale].mark}${heading}`;

function frozenParts(
  frozen: Freeze | undefined,
  world: World,
  locale: ReadContext<World>['locale'],
): readonly ReplyPart[] {
  if (frozen === undefined) return [];
  const { at, by, reason } = frozen;
  const since = time(at, world.app.description.timezone);
  return [{ kind: 'text', text: freezeText[locale].state(since, by.userId, reason) }];
}

function maintenancePart(
  { maintenance }: AppCondition,
  locale: ReadContext<World>['locale'],
): readonly ReplyPart[] {
  return maintenance === true ? [{ kind: 'text', text: statusText[locale].maintenance }] : [];
}

/** Undefined: nobody knows what is paused. */
const only = (paused: AppCondition['paused'], queue: QueueName): AppCondition['paused'] =>
  paused?.filter((one) => queueLabel(one) === queueLabel(queue));

function qualityNotes(
  sizes: readonly QueueSizes[],
  now: Date,
  locale: ReadContext<World>['locale'],
): readonly string[] {
  const t = partsText[locale];
  const counts: readonly Count[] = sizes.flatMap((s) => [
    s.pending,
    s.delayed,
    s.reserved,
    s.stuck,
    s.failed,
  ]);
  const ages = counts.flatMap((one) =>
    one.kind === 'aged' ? [(now.getTime() - one.asOf.getTime()) / 1000] : [],
  );
  return [
    ...(counts.some((one) => one.kind === 'capped') ? [t.capped] : []),
    ...(ages.length > 0 ? [t.aged(Math.max(1, ...ages))] : []),
  ];
}

function unconfiguredNote(
  sizes: readonly QueueSizes[],
  locale: ReadContext<World>['locale'],
): readonly string[] {
  const strange = sizes.filter((queue) => !queue.configured).map(queueLabel);
  return strange.length === 0 ? [] : [statusText[locale].unconfigured(strange)];
}

function buttonsFor(queue: QueueName | undefined, locale: ReadContext<World>['locale']): readonly Button[] {
  const { buttons } = statusText[locale];
  const { colon } = punctuation[locale];
  if (queue === undefined) return [];
  const press = (verb: string): Button['press'] => ({
    kind: 'words',
    verb,
    words: `${verb} ${queueLabel(queue)}`,
  });
  return [
    { label: buttons.diagnose + colon + queue.name, press: press('diagnose') },
    { label: buttons.failed + colon + queue.name, press: press('failed') },
    { label: buttons.running + colon + queue.name, press: press('running') },
    { label: buttons.workers + colon + queue.name, press: press('workers') },
  ];
}

async function answerOne(queue: QueueName, context: ReadContext<World>): Promise<Judged<Reply>> {
  const { world, locale, signal, asker } = context;
  const { app } = world;
  const t = statusText[locale];
  const missing = createMissing();
  const [allSizes, workers, condition, groups, next, switched, pauses, accepted] = await Promise.all([
    app.queues.sizes(signal, queue),
    app.workers.list(signal),
    app.condition.read(signal),
    app.failures.groups({ queue, limit: 5 }, signal),
    app.queues.next(queue, 3, signal),
    askStore(world.switches.find(app.description.name)),
    readPauses(world),
    askStore(world.alerts.accepted(app.description.name)),
  ]);
  const state = missing.gathered(condition);
  const sizes = missing
    .gathered(allSizes)
    .find((q) => q.name === queue.name && q.connection === queue.connection);
  const judged = judgeQueue(
    sizes ?? unreadSizes(queue, world),
    app.description.queues,
    missing.gathered(workers),
    state,
  );
  const connection = app.description.connections.get(queue.connection);
  const { comma, semicolon } = punctuation[locale];
  const frozen = missing.of(switched);
  const failures = missing.of(groups);
  const waiting = missing.of(next);
  return accept({
    heading: marked(frozen, t.judged(judged), locale),
    mood: state.maintenance === true ? 'bad' : moods[judged.severity],
    parts: [
      ...frozenParts(frozen, world, locale),
      ...maintenancePart(state, locale),
      ...pauseParts(only(state.paused, queue), missing.of(pauses), world, locale, queueLabel(queue)),
      table([judged], locale),
      {
        kind: 'facts',
        facts: [
          {
            label: t.connection,
            value: rich`${code(queueLabel(queue))}${comma}${t.retryAfter(connection?.retryAfterSeconds ?? 0)}`,
          },
          ...(judged.slo.length === 0
            ? []
            : [{ label: t.slo, value: judged.slo.map(t.sloUse).join(semicolon) }]),
        ],
      },
      ...(failures === undefined ? [] : failureParts(failures, locale)),
      ...acceptedParts(acceptedOf(missing.of(accepted) ?? [], queue), world, locale),
      ...(waiting === undefined || waiting.length === 0
        ? []
        : [
            { kind: 'text', text: t.nextTitle } as const,
            {
              kind: 'items',
              items: waiting.map((job) => ({
                text:
                  job.ageSeconds === undefined
                    ? t.nextJobNoAge(shortClass(job.jobClass))
                    : t.nextJob(shortClass(job.jobClass), duration(job.ageSeconds, locale)),
              })),
            } as const,
          ]),
      {
        kind: 'buttons',
        buttons: [
          ...buttonsFor(queue, locale),
          allQueues(locale),
          ...(asker.operator ? operatorButtons(queue, state, judged.sizes, world, locale) : []),
        ],
      },
    ],
    notes: [
      t.environment(app.description.name, app.description.environment),
      ...(judged.description?.costly === true ? [t.costly] : []),
      ...strangerNote(queue, world, locale),
      ...(state.maintenance === undefined ? [t.conditionUnknown] : []),
      ...qualityNotes(sizes === undefined ? [] : [sizes], world.clock.now(), locale),
      ...missingNotes(missing.all, locale),
    ],
  });
}

/** One job by hand where one waits and a worker would take it. */
function operatorButtons(
  queue: QueueName,
  state: AppCondition,
  { pending }: QueueSizes,
  world: World,
  locale: ReadContext<World>['locale'],
): readonly Button[] {
  const label = queueLabel(queue);
  const isPaused = state.paused?.some((one) => queueLabel(one) === label) ?? false;
  const mayRun = (countValue(pending) ?? 0) > 0 && state.maintenance === false && !isPaused;
  return [...brakeButtons(queue, state, world, locale), ...(mayRun ? onceButtons(label, world, locale) : [])];
}

const allQueues = (locale: ReadContext<World>['locale']): Button => ({
  label: statusText[locale].buttons.status,
  press: { kind: 'words', verb: 'status', words: 'status' },
});

/** Its part is missing, which the notes name. */
function unreadSizes(queue: QueueName, { app: { description } }: World): QueueSizes {
  const configured = description.queues.some((one) => queueLabel(one) === queueLabel(queue));
  const driver = description.connections.get(queue.connection)?.driver ?? 'database';
  return {
    ...{ ...queue, configured, driver, oldestSeconds: undefined },
    ...{ pending: unknownCount, delayed: unknownCount, reserved: unknownCount },
    ...{ stuck: unknownCount, failed: unknownCount },
  };
}

/** What nobody configured was perhaps mistyped: then the queue of that name is meant. */
function strangerNote(
  queue: QueueName,
  world: World,
  locale: ReadContext<World>['locale'],
): readonly string[] {
  const { queues } = world.app.description;
  const label = queueLabel(queue);
  if (queues.some((one) => queueLabel(one) === label)) return [];
  const close = nearest(
    queue.name,
    queues.map(({ name }) => name),
  );
  const meant = queues.filter(({ name }) => name === queue.name || name === close).map(queueLabel);
  return [statusText[locale].stranger(label, meant)];
}

function failureParts(
  failures: {
    readonly groups: readonly {
      jobClass: string;
      exceptionClass: string;
      fingerprint: string;
      count: number;
    }[];
    readonly of: Count;
  },
  locale: ReadContext<World>['locale'],
): readonly ReplyPart[] {
  const t = statusText[locale];
  if (failures.groups.length === 0) return [{ kind: 'text', text: t.noFailures }];
  return [
    { kind: 'text', text: t.failuresOf(count(failures.of)) },
    { kind: 'items', items: failures.groups.map((group) => ({ text: groupLine(group) })) },
  ];
}

/** `31 × GenerateReportSnapshotJob — RuntimeException: content pack unreadable`. */
export function groupLine(group: {
  readonly jobClass: string;
  readonly exceptionClass: string;
  readonly fingerprint: string;
  readonly count: number;
}): Rich {
  return rich`${count(exact(group.count))} × ${code(shortClass(group.jobClass))}: ${group.exceptionClass}: ${group.fingerprint}`;
}

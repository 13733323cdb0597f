import { type AppDescription, type QueueDescription, queueLabel } from '../core/app-description.ts';
import type { Clock } from '../core/clock.ts';
import type { Accepted } from '../core/incident.ts';
import type { MissingPart, Read } from '../core/reading.ts';
import { utilizationOf } from './judge-utilization.ts';
import { levelsOf } from './measure-utilization.ts';
import type { AlertReader, FailureLevels, QueueLevel, Tick } from './measuring-ports.ts';

export const probeMetrics = ['pending', 'failed', 'oldest', 'timeouts'] as const;
export type ProbeMetric = (typeof probeMetrics)[number];

export interface ProbeReport {
  /** Begin of the measurement, ISO 8601. */
  readonly timestamp: string;
  readonly windowMinutes: number;
  readonly queues: readonly ProbedQueue[];
  readonly violations: readonly ProbeViolation[];
  /** Parts of the world that did not answer. */
  readonly missing: readonly MissingPart[];
  /** No threshold is breached, everything could be read, and there was something to look at. */
  readonly pass: boolean;
}

export interface ProbedQueue {
  readonly app: string;
  /** `database:reports`. */
  readonly queue: string;
  /** Null: it could not be read, or nobody asked for it. Ages in seconds. */
  readonly values: Readonly<Record<ProbeMetric, number | null>>;
  /** Null: none is configured. */
  readonly thresholds: Readonly<Record<ProbeMetric, number | null>>;
  /** The highest of value / threshold; null: there is none that could be read, or a threshold of 0 is breached. */
  readonly utilization: number | null;
  readonly unreadable: readonly ProbeMetric[];
  /** Of these what nobody can ever measure there, however well all works: an age that jobs in Redis don't tell. */
  readonly immeasurable: readonly ProbeMetric[];
}

export interface ProbeViolation {
  readonly app: string;
  readonly queue: string;
  readonly metric: ProbeMetric;
  readonly value: number;
  readonly threshold: number;
}

export interface ProbedApp {
  readonly description: AppDescription;
  readonly alerts: Pick<AlertReader, 'queues' | 'failures'>;
}

export interface ProbeParts {
  readonly apps: readonly ProbedApp[];
  /** Known failures, which do not count; where they can't be read, all failures do. */
  readonly accepted: (app: string) => Promise<readonly Accepted[]>;
  readonly clock: Clock;
}

export interface ProbeAsk {
  /** Names or labels; undefined: every described queue. */
  readonly queues: readonly string[] | undefined;
  /** Failures by timeout count for so long. */
  readonly windowMinutes: number;
}

/** Failures of a big table are counted over several looks. */
const lookAgainMs = 250;
const mostLooks = 80;

/** One measurement of the service levels, without hold times. Reads only; what could not be read is told, never passed over. */
export async function probe(parts: ProbeParts, ask: ProbeAsk, signal: AbortSignal): Promise<ProbeReport> {
  const timestamp = parts.clock.now().toISOString();
  const byApp = await Promise.all(
    parts.apps.map((app) => {
      const queues = app.description.queues.filter((queue) => isAsked(queue, ask.queues));
      return queues.length === 0 ? nothing : probeApp(parts, app, queues, ask, signal);
    }),
  );
  const queues = byApp.flatMap((app) => app.queues);
  const violations = queues.flatMap(violationsOf);
  const isReadable = queues.every(({ unreadable }) => unreadable.length === 0);
  return {
    ...{ timestamp, windowMinutes: ask.windowMinutes, queues, violations },
    missing: eachOnce(byApp.flatMap(({ missing }) => missing)),
    pass: violations.length === 0 && isReadable && queues.length > 0,
  };
}

/** Of what was asked, the names that no app has. */
export const unknownQueues = (
  apps: readonly Pick<ProbedApp, 'description'>[],
  asked: readonly string[],
): readonly string[] =>
  asked.filter((name) => !apps.some(({ description }) => description.queues.some((q) => isAsked(q, [name]))));

/** Queues and failures are read from the same database. */
const eachOnce = (missing: readonly MissingPart[]): readonly MissingPart[] => [
  ...new Map(missing.map((part) => [`${part.part}:${part.name}:${part.why}`, part])).values(),
];

const isAsked = (queue: QueueDescription, asked: readonly string[] | undefined): boolean =>
  asked === undefined || asked.includes(queue.name) || asked.includes(queueLabel(queue));

interface Probed {
  readonly queues: readonly ProbedQueue[];
  readonly missing: readonly MissingPart[];
}
const nothing: Probed = { queues: [], missing: [] };

async function probeApp(
  parts: ProbeParts,
  { description, alerts }: ProbedApp,
  queues: readonly QueueDescription[],
  { windowMinutes }: ProbeAsk,
  signal: AbortSignal,
): Promise<Probed> {
  const tick: Tick = { signal, cost: () => undefined, timeoutWindowSeconds: windowMinutes * 60 };
  const rows = new Map(queues.map((queue) => [queueLabel(queue), 2 * (queue.slo?.maxPending ?? 0)]));
  const [levels, failures] = await Promise.all([
    alerts.queues(rows, tick),
    parts.accepted(description.name).then((accepted) => countedFailures(parts, alerts, accepted, tick)),
  ]);
  const byLabel = new Map(levels.value.map((level) => [queueLabel(level), level]));
  const level = (queue: QueueDescription): QueueLevel | undefined => byLabel.get(queueLabel(queue));
  return {
    queues: queues.map((queue) => probedQueue(description.name, queue, { level, failures })),
    missing: [...levels.missing, ...(failures.ok ? [] : [failures.missing])],
  };
}

async function countedFailures(
  { clock }: ProbeParts,
  alerts: ProbedApp['alerts'],
  accepted: readonly Accepted[],
  tick: Tick,
): Promise<Read<FailureLevels>> {
  for (let look = 1; ; look += 1) {
    const read = await alerts.failures(accepted, tick);
    const isDone = !read.ok || (read.value.isComplete && read.value.timeoutsKnown);
    if (isDone || look === mostLooks || tick.signal.aborted) return read;
    await clock.wait(lookAgainMs, tick.signal).catch(() => undefined);
  }
}

function probedQueue(
  app: string,
  queue: QueueDescription,
  read: Parameters<typeof levelsOf>[1],
): ProbedQueue {
  const levels = new Map(levelsOf(queue, read).map((level) => [level.metric, level]));
  const thresholds = each((metric) => levels.get(metric)?.max ?? null);
  const values = each((metric) => levels.get(metric)?.value ?? readAnyway(queue, read)[metric] ?? null);
  const used = probeMetrics.flatMap((metric) => {
    const [value, max] = [values[metric], thresholds[metric]];
    return value === null || max === null ? [] : [utilizationOf(value, max)];
  });
  const highest = used.length === 0 ? null : Math.max(...used);
  const unreadable = probeMetrics.filter((metric) => values[metric] === null && isNeeded(metric, levels));
  return {
    ...{ app, queue: queueLabel(queue), values, thresholds },
    utilization: highest === null || Number.isFinite(highest) ? highest : null,
    unreadable,
    immeasurable: unreadable.filter((metric) => levels.get(metric)?.isImmeasurable === true),
  };
}

/** Something was not seen, or nothing was looked at: whoever waits for a pass must not take this for one. */
export const isBlind = ({ queues }: Pick<ProbeReport, 'queues'>): boolean =>
  queues.length === 0 || queues.some(({ unreadable }) => unreadable.length > 0);

/** A queue without levels must be seen too: what never is known of some (an age on old Laravels) is not asked of it. */
const isNeeded = (metric: ProbeMetric, levels: ReadonlyMap<string, unknown>): boolean =>
  levels.has(metric) || metric === 'pending' || metric === 'failed';

/** Values without a threshold; those with one are judged by it, since "so many or more" may be enough. */
function readAnyway(
  queue: QueueDescription,
  { level, failures }: Parameters<typeof levelsOf>[1],
): Partial<Record<ProbeMetric, number>> {
  const { maxPending } = queue.slo ?? {};
  const due = level(queue)?.due;
  const failed = failures.ok ? failures.value.byQueue.get(queueLabel(queue))?.notAccepted : undefined;
  return {
    ...(maxPending === undefined && due !== undefined ? { pending: due } : {}),
    ...(queue.slo?.maxFailed === undefined && failed !== undefined ? { failed } : {}),
  };
}

const violationsOf = ({ app, queue, values, thresholds }: ProbedQueue): readonly ProbeViolation[] =>
  probeMetrics.flatMap((metric) => {
    const [value, threshold] = [values[metric], thresholds[metric]];
    return value === null || threshold === null || value <= threshold
      ? []
      : [{ app, queue, metric, value, threshold }];
  });

const each = (of: (metric: ProbeMetric) => number | null): Record<ProbeMetric, number | null> => ({
  ...{ pending: of('pending'), failed: of('failed'), oldest: of('oldest'), timeouts: of('timeouts') },
});

import type { AlertRule } from '../core/alert-description.ts';
import { queueLabel } from '../core/app-description.ts';
import type { Log } from '../core/log.ts';
import type { Gathered } from '../core/reading.ts';
import { within } from '../core/within.ts';
import type { WorkerGroup } from '../operations/ports.ts';
import { measureBacklog } from './measure-backlog.ts';
import { measureFailedJobs } from './measure-failed-jobs.ts';
import { measureStaleShare, measureSurge } from './measure-rows.ts';
import { measureUtilization } from './measure-utilization.ts';
import { measureWorkers } from './measure-workers.ts';
import { type Measuring, measured, queuesOf, unknown } from './measuring.ts';
import type { FailureLevels, MeasuredApp, QueueLevel, Tick } from './measuring-ports.ts';
import type { KnownToMeasure, Measured, MeasuredTick, Measurer } from './ports.ts';
import { trendSeries } from './trend-series.ts';

export interface MeasurerParts {
  readonly apps: readonly MeasuredApp[];
  /** The store: samples by fingerprint, and earlier incidents. */
  readonly kept: Measuring['kept'];
  /** Between two ticks. */
  readonly stepSeconds: number;
  readonly log: Log;
}

/** Well before the next tick. */
const tickLimitMs = 20_000;
/** Longer than hosts are given to answer: one that holds its answer back for ever takes no other rule with it. */
const workersLimitMs = 12_000;
const noWorkers: Gathered<readonly WorkerGroup[]> = {
  value: [],
  missing: [{ part: 'host', name: 'supervisor', why: 'timeout' }],
};

/** Measures all applications side by side, each over its one connection; see `Measurer`. */
export function createMeasurer(parts: MeasurerParts): Measurer {
  return {
    async measure(due, signal, memory) {
      const cost = new Map<string, number>();
      const series = new Map<string, number>();
      const over = AbortSignal.any([signal, AbortSignal.timeout(tickLimitMs)]);
      const byApp = await Promise.all(
        parts.apps.map((app) => {
          const { name } = app.description;
          const tick: Tick = {
            signal: over,
            cost: (statement, milliseconds) => {
              const key = `${name} ${statement}`;
              cost.set(key, (cost.get(key) ?? 0) + milliseconds);
            },
          };
          const own = due.filter((rule) => rule.app === name);
          return measureApp({ ...parts, app, tick, memory, series }, own);
        }),
      );
      const of = new Map(byApp.flatMap((rules) => [...rules]));
      return { measured: due.map((rule) => ({ rule, of: of.get(rule) ?? [] })), series, cost };
    },
  } satisfies { measure: (...asked: Parameters<Measurer['measure']>) => Promise<MeasuredTick> };
}

interface AppMeasuring extends MeasurerParts {
  readonly app: MeasuredApp;
  readonly tick: Tick;
  readonly memory: KnownToMeasure;
  readonly series: Map<string, number>;
}

/** What all rules need is read once; rules over rows wait until then, and for each other, so that one connection is enough. */
async function measureApp(
  parts: AppMeasuring,
  rules: readonly AlertRule[],
): Promise<ReadonlyMap<AlertRule, readonly Measured[]>> {
  const { app, tick, memory, log } = parts;
  const { alerts } = app;
  let asked: Promise<Gathered<readonly WorkerGroup[]>> | undefined;
  const workers = (): Promise<Gathered<readonly WorkerGroup[]>> => {
    asked ??= within(app.workers.list(tick.signal), workersLimitMs, noWorkers);
    return asked;
  };
  // Hosts are slower than databases: they are asked beside them.
  if (rules.some(({ watch }) => watch === 'workers')) workers().catch(() => undefined);
  const [levels, failures] = await Promise.all([
    alerts.queues(rowsWanted(rules, parts), tick).catch((error: unknown) => {
      log.error({ err: error }, 'backlogs could not be measured');
      return { value: [], missing: [broken(app)] } satisfies Gathered<readonly QueueLevel[]>;
    }),
    alerts.failures(memory.accepted, tick).catch((error: unknown) => {
      log.error({ err: error }, 'failures could not be measured');
      return { ok: false, missing: broken(app) } as const;
    }),
  ]);
  const byLabel = new Map(levels.value.map((level) => [queueLabel(level), level]));
  const measuring = (rule: AlertRule): Measuring => ({
    ...{ app, tick, memory, log, kept: parts.kept, failures, workers },
    stepSeconds: rule.everySeconds ?? parts.stepSeconds,
    level: (queue) => byLabel.get(queueLabel(queue)),
    levelsMissing: levels.missing,
  });
  addTrends(parts, byLabel, failures.ok ? failures.value : undefined);
  const found = new Map<AlertRule, readonly Measured[]>();
  for (const rule of rules) found.set(rule, await measureSafely(rule, measuring(rule), log));
  return found;
}

const broken = ({ description: { name } }: MeasuredApp) =>
  ({ part: 'database', name, why: 'failed' }) as const;

/** A bug, or a store that is away, leaves the rule as it was: it is one more part that could not be read. */
async function measureSafely(rule: AlertRule, measuring: Measuring, log: Log): Promise<readonly Measured[]> {
  try {
    return await measureRule(rule, measuring);
  } catch (error) {
    log.error({ err: error, rule: rule.name }, 'a rule could not be measured');
    const isByQueue = rule.queue !== undefined || ['backlog', 'workers', 'utilization'].includes(rule.watch);
    const isOverRows = rule.watch === 'stale_share' || rule.watch === 'surge';
    const queues = queuesOf(rule, measuring).filter(
      ({ slo }) => rule.watch !== 'utilization' || slo !== undefined,
    );
    return Promise.all(
      (isByQueue && !isOverRows ? queues : [undefined]).map((queue) =>
        measured(rule, queue, unknown('measuring'), measuring),
      ),
    );
  }
}

function measureRule(rule: AlertRule, measuring: Measuring): Promise<readonly Measured[]> {
  switch (rule.watch) {
    case 'failed_jobs':
      return measureFailedJobs(rule, measuring);
    case 'backlog':
      return measureBacklog(rule, measuring);
    case 'stale_share':
      return measureStaleShare(rule, measuring);
    case 'surge':
      return measureSurge(rule, measuring);
    case 'workers':
      return measureWorkers(rule, measuring);
    case 'utilization':
      return measureUtilization(rule, measuring);
  }
}

/** A queue is looked at row by row up to twice its highest threshold. */
function rowsWanted(rules: readonly AlertRule[], { app }: AppMeasuring): ReadonlyMap<string, number> {
  const wanted = app.description.queues.map((queue): [string, number] => {
    const above = rules.flatMap((rule) =>
      rule.watch === 'backlog' && (rule.queue === undefined || rule.queue === queue.name) ? [rule.above] : [],
    );
    return [queueLabel(queue), 2 * Math.max(0, queue.slo?.maxPending ?? 0, ...above)];
  });
  return new Map(wanted);
}

function addTrends(
  { app, series }: AppMeasuring,
  levels: ReadonlyMap<string, QueueLevel>,
  failures: FailureLevels | undefined,
): void {
  const { name, queues } = app.description;
  for (const queue of queues) {
    const level = levels.get(queueLabel(queue));
    const values = {
      ...{ pending: level?.due, oldest: level?.oldestSeconds },
      failed: failures?.byQueue.get(queueLabel(queue))?.notAccepted,
    };
    for (const trend of ['pending', 'failed', 'oldest'] as const) {
      const value = values[trend];
      if (value !== undefined) series.set(trendSeries(trend, name, queue), value);
    }
  }
}

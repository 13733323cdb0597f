import type { QueueDescription } from '../core/app-description.ts';
import { countValue } from '../core/reading.ts';
import type { AppCondition, QueueSizes, WorkerGroup } from './ports.ts';

/** How a queue stands, worst first. A pure judgement over what was read; what is unknown is never called fine. */
export type Severity = 'broken' | 'suspicious' | 'unknown' | 'fine';

/** Why it stands so; each is a sentence in `src/text/status.ts`. */
export type Finding =
  | 'no-workers'
  | 'stuck'
  | 'over-slo'
  | 'paused'
  | 'workers-missing'
  | 'near-slo'
  | 'failures'
  | 'not-configured'
  | 'unread'
  | 'failures-unread'
  | 'workers-unread';

export interface JudgedQueue {
  readonly sizes: QueueSizes;
  readonly description: QueueDescription | undefined;
  readonly workers: WorkerGroup | undefined;
  readonly paused: boolean;
  readonly severity: Severity;
  readonly findings: readonly Finding[];
  /** Share of each service level used; 1 is the limit. Only those that are configured and known. */
  readonly slo: readonly SloUse[];
}

export interface SloUse {
  readonly metric: 'pending' | 'failed' | 'oldest';
  readonly value: number;
  readonly max: number;
}

const severityOf: Readonly<Record<Finding, Severity>> = {
  'no-workers': 'broken',
  stuck: 'broken',
  'over-slo': 'broken',
  paused: 'suspicious',
  'workers-missing': 'suspicious',
  'near-slo': 'suspicious',
  failures: 'suspicious',
  'not-configured': 'suspicious',
  unread: 'unknown',
  'failures-unread': 'unknown',
  'workers-unread': 'unknown',
};
const order: readonly Severity[] = ['broken', 'suspicious', 'unknown', 'fine'];
const nearSlo = 0.8;

/** A failure alone does not make a queue urgent: pending work that nobody takes does. */
export function judgeQueues(
  sizes: readonly QueueSizes[],
  queues: readonly QueueDescription[],
  groups: readonly WorkerGroup[] | undefined,
  condition: AppCondition | undefined,
): readonly JudgedQueue[] {
  return sizes
    .map((one) => judgeQueue(one, queues, groups, condition))
    .sort(
      (a, b) =>
        rank(a) - rank(b) || unseen(b) - unseen(a) || waiting(b) - waiting(a) || failed(b) - failed(a),
    );
}

export function judgeQueue(
  sizes: QueueSizes,
  queues: readonly QueueDescription[],
  groups: readonly WorkerGroup[] | undefined,
  condition: AppCondition | undefined,
): JudgedQueue {
  const description = queues.find((q) => q.name === sizes.name && q.connection === sizes.connection);
  const workers = groups?.find(({ group }) => group === description?.workers?.group);
  const paused =
    condition?.paused?.some((q) => q.name === sizes.name && q.connection === sizes.connection) ?? false;
  const slo = sloUses(sizes, description);
  const findings = find({ sizes, description, workers, paused, slo });
  const severity = order.find((level) => findings.some((f) => severityOf[f] === level)) ?? 'fine';
  return { sizes, description, workers, paused, severity, findings, slo };
}

const rank = (queue: JudgedQueue): number => order.indexOf(queue.severity);
/** Of what nobody can judge, that of which least is known stands first. */
const unseen = ({ severity, findings }: JudgedQueue): number =>
  severity === 'unknown' && findings.includes('unread') ? 1 : 0;
const waiting = (queue: JudgedQueue): number => countValue(queue.sizes.pending) ?? 0;
const failed = (queue: JudgedQueue): number => countValue(queue.sizes.failed) ?? 0;

function sloUses(sizes: QueueSizes, description: QueueDescription | undefined): readonly SloUse[] {
  const slo = description?.slo;
  const uses: readonly { metric: SloUse['metric']; value: number | undefined; max: number | undefined }[] = [
    { metric: 'pending', value: due(sizes), max: slo?.maxPending },
    { metric: 'failed', value: countValue(sizes.failed), max: slo?.maxFailed },
    { metric: 'oldest', value: sizes.oldestSeconds, max: slo?.maxOldestSeconds },
  ];
  return uses.flatMap(({ metric, value, max }) =>
    value === undefined || max === undefined ? [] : [{ metric, value, max }],
  );
}

/** What a worker could take now: pending, and what was held for too long. */
function due(sizes: QueueSizes): number | undefined {
  const pending = countValue(sizes.pending);
  return pending === undefined ? undefined : pending + (countValue(sizes.stuck) ?? 0);
}

function find(queue: Omit<JudgedQueue, 'severity' | 'findings'>): readonly Finding[] {
  const { sizes, workers, description, slo } = queue;
  const backlog = due(sizes);
  const hasFailed = (countValue(sizes.failed) ?? 0) > 0;
  const found: readonly [Finding, boolean][] = [
    ['no-workers', workers?.alive === 0 && (backlog ?? 0) > 0],
    ['stuck', (countValue(sizes.stuck) ?? 0) > 0],
    ['over-slo', slo.some(({ value, max }) => value > max)],
    ['paused', queue.paused],
    ['workers-missing', workers?.alive !== undefined && workers.alive < (workers.expected ?? 1)],
    ['near-slo', slo.some(({ value, max }) => value <= max && value > max * nearSlo)],
    ['failures', hasFailed],
    ['not-configured', !sizes.configured],
    ['unread', backlog === undefined],
    ['failures-unread', backlog !== undefined && countValue(sizes.failed) === undefined],
    ['workers-unread', description?.workers !== undefined && workers?.alive === undefined],
  ];
  return found.filter(([, holds]) => holds).map(([finding]) => finding);
}

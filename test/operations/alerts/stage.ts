import { calmState, type RuleState } from '../../../src/alerts/episode.ts';
import type { NewIncident } from '../../../src/alerts/ports.ts';
import { renderReply } from '../../../src/cli/render-text.ts';
import type { AlertRule } from '../../../src/core/alert-description.ts';
import { failedJobId } from '../../../src/core/ids.ts';
import { fingerprintOf, type IncidentId } from '../../../src/core/incident.ts';
import { exact } from '../../../src/core/reading.ts';
import { type Bench, type BenchOptions, createBench } from '../../core/bench.ts';
import { createFakeAlerts, type FakeAlerts } from '../../fakes/alerts.ts';

export const at = new Date('2026-11-25T03:00:00Z');

const base = { app: 'fap', forSeconds: 60 } as const;
export const rules: readonly AlertRule[] = [
  {
    ...base,
    name: 'failed-jobs',
    watch: 'failed_jobs',
    severity: 'warning',
    above: 0,
    recoverTicks: 2,
    tellEverySeconds: 900,
  },
  {
    ...{ ...base, name: 'reports-backlog', watch: 'backlog', queue: 'reports', severity: 'critical' },
    ...{ above: 100, noDeclineForSeconds: 600, leastSamplesShare: 0.857, endSamples: 3 },
    ...{ declineTo: 0.85, recoverForSeconds: 300 },
  },
  { ...base, name: 'no-workers', watch: 'workers', severity: 'critical' },
  {
    ...{
      ...base,
      name: 'slo',
      watch: 'utilization',
      severity: 'warning',
      warnAbove: 0.8,
      warnForSeconds: 600,
    },
    ...{ breachForSeconds: 300, recoverUpTo: 0.6, recoverForSeconds: 600 },
  },
];

export interface AlertStage extends Bench {
  readonly alerts: FakeAlerts;
  /** Opens an incident whose root is posted as `ts`. */
  open(change?: Partial<NewIncident>, ts?: string): Promise<number>;
  /** The same, and nothing is posted yet. */
  fire(change?: Partial<NewIncident>): Promise<IncidentId>;
  /** How a rule stands, as the evaluator would have written it. */
  stands(rule: string, queue: string | undefined, state: Partial<RuleState>): Promise<void>;
  /** The same, and its incident has this value. */
  measures(rule: string, queue: string | undefined, value: number): Promise<void>;
  /** The last answer, as text. */
  said(): string;
  posted(): string;
}

export function createStage(options: BenchOptions = {}): AlertStage {
  const alerts = createFakeAlerts(() => at);
  const clock = { now: () => at, wait: async () => undefined };
  const bench = createBench({ ...options, world: { alerts, alertRules: rules, clock, ...options.world } });
  const row = {
    ...{ id: failedJobId(4), uuid: null, jobClass: 'GenerateReportSnapshotJob', connection: 'database' },
    ...{ queue: 'reports', name: 'reports', exceptionClass: 'RuntimeException', exceptionMessage: 'broke' },
    ...{ failedAt: '2026-11-25 02:00:00', failedInstant: at, ageSeconds: 0 },
  };
  bench.fake.app.failures.page = async () => ({
    ok: true,
    value: { rows: [row], next: undefined, total: exact(4), complete: true, searched: 4 },
  });
  let opened = 0;
  const lease = async () => {
    const held = await alerts.takeLease('test');
    if (held === undefined) throw new Error('nobody else evaluates here');
    return held;
  };
  const tick = { at, states: [], samples: new Map(), opened: [], changed: [], costMs: 1 };
  const fire: AlertStage['fire'] = async (change = {}) => {
    opened += 1;
    const { rule = 'failed-jobs', queue } = change;
    const id = `01INCIDENT${opened}` as IncidentId; // made up
    const fingerprint = fingerprintOf(rule, 'fap', queue);
    const incident: NewIncident = {
      ...{ id, fingerprint, rule, app: 'fap', queue, severity: 'warning' },
      ...{ breachedAt: at, value: 42, facts: {}, hushed: false, entries: [], ...change },
    };
    await alerts.commit(await lease(), { ...tick, opened: [incident] });
    return id;
  };
  return {
    ...{ ...bench, alerts },
    fire,
    async open(change = {}, ts = `1700000000.00000${opened + 1}`) {
      const id = await fire(change);
      for (const card of await alerts.cards.behind(20)) {
        if (card.subject.id === id) await alerts.cards.shown(card, ts, 1);
      }
      const found = await alerts.find({ id });
      return found?.number ?? 0;
    },
    async measures(rule, queue, value) {
      const fingerprint = fingerprintOf(rule, 'fap', queue);
      const all = await alerts.incidents('fap', 20);
      const changed = all.filter((one) => one.fingerprint === fingerprint);
      const stored = { fingerprint, rule, app: 'fap', queue, incidentId: undefined, ruleHash: 'h' };
      await alerts.commit(await lease(), {
        ...{ ...tick, states: [{ ...stored, state: { ...calmState, knownAt: at, value } }] },
        changed: changed.map(({ id }) => ({ id, value, entries: [] })),
      });
    },
    async stands(rule, queue, state) {
      const fingerprint = fingerprintOf(rule, 'fap', queue);
      const stored = { fingerprint, rule, app: 'fap', queue, incidentId: undefined, ruleHash: 'h' };
      await alerts.commit(await lease(), {
        ...tick,
        states: [{ ...stored, state: { ...calmState, knownAt: at, ...state } }],
      });
    },
    said: () => text(bench.answers.at(-1)?.reply),
    posted: () => text(bench.posts.at(-1)),
  };
}

const text = (reply: Parameters<typeof renderReply>[0] | undefined): string =>
  reply === undefined ? '' : renderReply(reply);

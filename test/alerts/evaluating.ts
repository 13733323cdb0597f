import { createEvaluator, type Evaluator, type Ticked } from '../../src/alerts/evaluator.ts';
import type { Judgement } from '../../src/alerts/judgement.ts';
import type { FailureKind } from '../../src/alerts/measuring-ports.ts';
import { createPaging } from '../../src/alerts/paging.ts';
import type { AlertStore, Measured, Pager } from '../../src/alerts/ports.ts';
import type { AlertRule, AlertsDescription } from '../../src/core/alert-description.ts';
import type { AuditActor } from '../../src/core/audit.ts';
import type { Clock } from '../../src/core/clock.ts';
import {
  fingerprintOf,
  type Incident,
  type IncidentFacts,
  type IncidentId,
} from '../../src/core/incident.ts';
import { createFakeAlerts, type FakeAlerts } from '../fakes/alerts.ts';
import { utilizationRule } from './rules.ts';

/** Noon in Shanghai, far from the quiet window, unless a test begins elsewhere. */
export const noon = new Date('2026-11-26T04:00:00Z');
export const anna: AuditActor = { person: 'U0ANNA', teamId: 'T0HOME', userId: 'U0ANNA', name: 'Anna' };

export const failedJobs: Extract<AlertRule, { readonly watch: 'failed_jobs' }> = {
  ...{ name: 'failed-jobs', app: 'fap', watch: 'failed_jobs', severity: 'warning', forSeconds: 300 },
  ...{ above: 0, recoverTicks: 2, tellEverySeconds: 900 },
};
export const slo: AlertRule = {
  ...{ ...utilizationRule, name: 'slo', app: 'fap', severity: 'critical', forSeconds: 0 },
};
export const noWorkers: AlertRule = {
  ...{ name: 'no-workers', app: 'fap', watch: 'workers', severity: 'critical', forSeconds: 60 },
};

export const chain: AlertsDescription['escalate'] = [
  { afterSeconds: 0, mention: 'S0ONCALL', page: false },
  { afterSeconds: 300, mention: 'S0BACKEND', page: false },
  { afterSeconds: 600, mention: 'S0PAYMENTS', queue: 'commerce', page: false },
];
export const night = { from: '02:00', to: '08:00', timezone: 'Asia/Shanghai' };

/** What a rule finds at a second of the play; undefined: it finds nothing at all. */
export interface Finding {
  readonly judgement: Judgement;
  readonly queue?: string;
  readonly facts?: IncidentFacts;
  readonly kinds?: readonly FailureKind[];
}
export type Script = (rule: AlertRule, second: number) => Finding | undefined;

export const bad = (value = 7, holds: 'warning' | 'critical' = 'warning'): Finding => ({
  judgement: { kind: 'known', holds, recovered: false, value, facts: {} },
});
export const good = (value = 0): Finding => ({
  judgement: { kind: 'known', holds: undefined, recovered: true, value, facts: {} },
});
export const dark: Finding = { judgement: { kind: 'unknown', why: 'database fap: timeout' } };
export const on = (queue: string, finding: Finding): Finding => ({ ...finding, queue });

export interface Play {
  readonly store: FakeAlerts;
  readonly evaluator: Evaluator;
  /** Seconds since it began. */
  second: number;
  script: Script;
  /** Ticks every 30 s up to and including this second. */
  until(second: number): Promise<void>;
  /** Nobody ticks until then. */
  skip(second: number): void;
  tick(): Promise<Ticked>;
  /** Another replica over the same store, or one with other rules. */
  another(holder: string, store?: AlertStore, rules?: readonly AlertRule[], clock?: Clock): Evaluator;
  /** That second by the store's clock. */
  at(second: number): Date;
  incidents(): Promise<readonly Incident[]>;
  /** `[second, kind]` of all entries of an incident, in order. */
  told(incident: Incident): Promise<readonly (readonly [number, string])[]>;
}

export interface Options {
  readonly rules?: readonly AlertRule[];
  readonly script?: Script;
  readonly from?: Date;
  readonly quiet?: AlertsDescription['quiet'];
  readonly escalate?: AlertsDescription['escalate'];
  readonly pager?: Pager;
  readonly holdAfterSeconds?: number;
}

export function createPlay({ rules = [failedJobs], from = noon, ...options }: Options = {}): Play {
  const now = (): Date => new Date(from.getTime() + play.second * 1_000);
  const store = createFakeAlerts(now);
  const alerts: AlertsDescription = {
    ...{ everySeconds: 30, holdAfterSeconds: options.holdAfterSeconds ?? 300, rules },
    escalate: options.escalate ?? [],
    ...(options.quiet === undefined ? {} : { quiet: options.quiet }),
  };
  const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  let ids = 0;
  /** Each process has its own, so that what one knows dies with it. */
  const pagingOf = () =>
    options.pager === undefined
      ? {}
      : { paging: createPaging({ pager: options.pager, summaryOf: () => 'it burns', log: silent }) };
  const usual: Clock = { now, wait: async () => undefined };
  const build = (holder: string, over: AlertStore, ruled = rules, clock = usual): Evaluator =>
    createEvaluator({
      ...{ store: over, alerts: { ...alerts, rules: ruled }, apps: ['fap'], log: silent, holder },
      ...pagingOf(),
      clock,
      measurer: {
        measure: async (due) => ({
          measured: due.map((rule) => ({ rule, of: measuredOf(rule, play.script(rule, play.second)) })),
          ...{ series: new Map(), cost: new Map() },
        }),
      },
      newId() {
        ids += 1;
        return `incident-${String(ids).padStart(3, '0')}` as IncidentId; // stands for a ULID
      },
    });
  const evaluator = build('one', store);
  const signal = new AbortController().signal;
  const play: Play = {
    ...{ store, evaluator, second: 0, script: options.script ?? (() => good()) },
    tick: () => evaluator.tick(signal),
    async until(second) {
      for (; play.second <= second; play.second += 30) {
        await evaluator.tick(signal);
        // What was sent beside the tick comes back before the next one.
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    skip(second) {
      play.second = second;
    },
    another: (holder, over = store, ruled = rules, clock = usual) => build(holder, over, ruled, clock),
    at: (second) => new Date(from.getTime() + second * 1_000),
    incidents: async () => [...(await store.incidents('fap', 100))].sort((a, b) => a.number - b.number),
    told: async ({ id }) =>
      (await store.entries(id)).map(
        ({ at, kind }) => [(at.getTime() - from.getTime()) / 1_000, kind] as const,
      ),
  };
  return play;
}

function measuredOf(rule: AlertRule, found: Finding | undefined): readonly Measured[] {
  if (found === undefined) return [];
  const { judgement, queue, facts = {}, kinds } = found;
  return [
    {
      ...{ fingerprint: fingerprintOf(rule.name, rule.app, queue), queue, judgement, facts },
      sample: judgement.kind === 'known' ? judgement.value : undefined,
      ...(kinds === undefined ? {} : { kinds }),
    },
  ];
}

/** The only incident there is. */
export async function only(play: Play): Promise<Incident> {
  const [incident, ...others] = await play.incidents();
  if (incident === undefined || others.length > 0) throw new Error(`${others.length + 1} incidents, or none`);
  return incident;
}

import type { AlertRule, AlertsDescription, PageTargets } from '../core/alert-description.ts';
import { type AppDescription, type QueueSlo, queueLabel, shortClass } from '../core/app-description.ts';
import { present } from './present.ts';
import type { RuleSection } from './schema/alert-rules.ts';
import type { ConfigSections } from './schema/root.ts';

type AlertsSection = ConfigSections['alerts'];

/** `apps` in the order of the file. */
export function buildAlerts(section: AlertsSection, apps: readonly AppDescription[]): AlertsDescription {
  const { quiet, page, heartbeat, escalate, rules } = section;
  return {
    ...{ everySeconds: section.every, holdAfterSeconds: section.hold_after },
    ...(quiet === undefined ? {} : { quiet: { from: quiet.from, to: quiet.to, timezone: quiet.timezone } }),
    ...(page === undefined ? {} : { page: buildPage(page) }),
    ...(heartbeat === undefined ? {} : { heartbeat: { url: heartbeat.url, everySeconds: heartbeat.every } }),
    escalate: escalate.map(({ after, mention, queue, page: pages }) => ({
      ...{ afterSeconds: after, page: pages },
      ...present({ mention, queue }),
    })),
    rules: Object.entries(rules).flatMap(([name, rule]) =>
      appsOf(rule, apps).map((app) => ({
        ...{ ...buildRule(name, app, rule), ...writersOf(rule, app, apps), ...levelsOf(rule, app, apps) },
      })),
    ),
  };
}

const buildPage = ({ pagerduty, pagerduty_url: url, webhook }: Exclude<AlertsSection['page'], undefined>) =>
  ({
    ...(pagerduty === undefined ? {} : { pagerduty: { key: pagerduty, url } }),
    ...present({ webhook }),
  }) satisfies PageTargets;

/** Without `app`: every app that has the queue; a table is one application's, so the first one's. */
function appsOf(rule: RuleSection, apps: readonly AppDescription[]): readonly string[] {
  if (rule.app !== undefined) return [rule.app];
  const fitting = apps.filter(
    ({ queues }) => rule.queue === undefined || queues.some(({ name }) => name === rule.queue),
  );
  return ('table' in rule ? fitting.slice(0, 1) : fitting).map(({ name }) => name);
}

/** Of a rule over rows that names no queue: those whose jobs are well when a row of this table is. */
function writersOf(
  rule: RuleSection,
  name: string,
  apps: readonly AppDescription[],
): { readonly writtenBy?: readonly string[] } {
  const app = apps.find((one) => one.name === name);
  if (rule.watch !== 'stale_share' || rule.queue !== undefined || app === undefined) return {};
  const writers = app.queues.filter(({ jobs }) =>
    jobs.some((job) => app.outcomes.get(shortClass(job))?.table === rule.table),
  );
  return writers.length === 0 ? {} : { writtenBy: writers.map((queue) => queue.name) };
}

/** Of a rule over service levels: those of the queues that it looks at. */
function levelsOf(
  rule: RuleSection,
  name: string,
  apps: readonly AppDescription[],
): { readonly levels?: Readonly<Record<string, QueueSlo>> } {
  if (rule.watch !== 'utilization') return {};
  const queues = apps.find((one) => one.name === name)?.queues ?? [];
  const levels = queues.flatMap((queue): readonly (readonly [string, QueueSlo])[] =>
    queue.slo === undefined || (rule.queue ?? queue.name) !== queue.name
      ? []
      : [[queueLabel(queue), queue.slo]],
  );
  return levels.length === 0 ? {} : { levels: Object.fromEntries(levels) };
}

function buildRule(name: string, app: string, section: RuleSection): AlertRule {
  const { queue, severity, for: forSeconds, every: everySeconds, timeout: timeoutSeconds } = section;
  const base = { name, app, severity, forSeconds, ...present({ queue, everySeconds, timeoutSeconds }) };
  switch (section.watch) {
    case 'failed_jobs':
      return {
        ...{ ...base, watch: 'failed_jobs', above: section.above, recoverTicks: section.recover_ticks },
        tellEverySeconds: section.tell_every,
      };
    case 'backlog':
      return {
        ...{ ...base, watch: 'backlog', above: section.above, noDeclineForSeconds: section.no_decline_for },
        ...{ leastSamplesShare: section.least_samples, endSamples: section.end_samples },
        ...{ declineTo: section.decline_to, recoverForSeconds: section.recover_for },
      };
    case 'stale_share':
      return {
        ...{ ...base, watch: 'stale_share' },
        ...{ table: section.table, where: section.where, since: section.since },
        ...{ olderThanSeconds: section.older_than, lookBackSeconds: section.look_back },
        ...{ shareAbove: section.share_above, leastStale: section.least_stale },
        ...{ boundFrom: section.bound_from, staleFrom: section.stale_from },
        ...{ recoverBelow: section.recover_below, recoverForSeconds: section.recover_for },
      };
    case 'surge':
      return {
        ...{ ...base, watch: 'surge' },
        ...{ table: section.table, where: section.where, since: section.since },
        ...present({ show: section.show }),
        ...{ windowSeconds: section.window, baselineSeconds: section.baseline, skipSeconds: section.skip },
        ...{ trimTo: section.trim_to, leastMean: section.least_mean, leastCount: section.least_count },
        ...{ ratio: section.ratio, probabilityBelow: section.probability_below },
        // A hard cap: the one threshold that is reached by equalling it.
        criticalFrom: section.critical_above,
        ...{ leastBaselineSeconds: section.least_baseline, fewCount: section.few_count },
        ...{ recoverBelow: section.recover_below, recoverRatio: section.recover_ratio },
        recoverWindows: section.recover_windows,
      };
    case 'workers':
      return { ...base, watch: 'workers' };
    case 'utilization':
      return {
        ...{ ...base, watch: 'utilization' },
        ...{ warnAbove: section.warn_above, warnForSeconds: section.warn_for },
        ...{ breachForSeconds: section.breach_for, recoverUpTo: section.recover_below },
        recoverForSeconds: section.recover_for,
      };
  }
}

import type { AlertRule } from '../core/alert-description.ts';
import type { QueueDescription } from '../core/app-description.ts';
import type { Configuration } from '../core/configuration.ts';
import type { ConfigPath, ConfigWarning } from './fault.ts';

interface Found {
  readonly path: ConfigPath;
  readonly warning: ConfigWarning['warning'];
}

/** Rules that can never fire, and pages that reach nobody. */
export function alertNotices(configuration: Configuration): readonly Found[] {
  const { alerts, slack } = configuration;
  return [
    ...(alerts.rules.length > 0 && slack.channels.alerts === undefined
      ? [{ path: ['alerts', 'rules'], warning: 'no-alerts-channel' as const }]
      : []),
    ...onePerPlace(alerts.rules.flatMap((rule) => ruleNotices(rule, queuesOf(configuration, rule)))),
    ...stepNotices(configuration),
    ...pageNotices(configuration),
  ];
}

const queuesOf = ({ apps }: Configuration, rule: AlertRule): readonly QueueDescription[] =>
  (apps.find(({ description }) => description.name === rule.app)?.description.queues ?? []).filter(
    ({ name }) => rule.queue === undefined || name === rule.queue,
  );

function ruleNotices(rule: AlertRule, queues: readonly QueueDescription[]): readonly Found[] {
  const path = ['alerts', 'rules', rule.name];
  if (rule.watch === 'workers')
    return queues.some(({ workers }) => workers !== undefined)
      ? []
      : [{ path, warning: 'rule-without-workers' }];
  if (rule.watch !== 'utilization') return [];
  const hasLevels = queues.some(({ slo }) => Object.keys(slo ?? {}).length > 0);
  return [
    ...(hasLevels ? [] : [{ path, warning: 'rule-without-levels' as const }]),
    ...(rule.severity === 'critical'
      ? []
      : [{ path: [...path, 'severity'], warning: 'rule-key-unused' as const }]),
    ...(rule.forSeconds === 0 ? [] : [{ path: [...path, 'for'], warning: 'rule-key-unused' as const }]),
  ];
}

/** A rule of several apps stands in the file once. */
const onePerPlace = (found: readonly Found[]): readonly Found[] => [
  ...new Map(found.map((one) => [JSON.stringify(one), one])).values(),
];

const stepNotices = ({ alerts }: Configuration): readonly Found[] =>
  alerts.escalate.flatMap((step, index): readonly Found[] => {
    const path = ['alerts', 'escalate', index];
    if (step.page) return alerts.page === undefined ? [{ path, warning: 'page-without-targets' }] : [];
    return step.mention === undefined ? [{ path, warning: 'step-without-effect' }] : [];
  });

function pageNotices({ alerts, approvals }: Configuration): readonly Found[] {
  const isUnused = alerts.page !== undefined && !approvals.page && !alerts.escalate.some(({ page }) => page);
  const isDeaf = approvals.page && alerts.page === undefined;
  return [
    ...(isDeaf ? [{ path: ['approvals', 'page'], warning: 'page-without-targets' as const }] : []),
    ...(isUnused ? [{ path: ['alerts', 'page'], warning: 'page-unused' as const }] : []),
  ];
}

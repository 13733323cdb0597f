import type { z } from 'zod';
import { chosen, isMapping, leaf, list, mapping, named, notEmptyList, oneOf, text } from '../leaf.ts';
import {
  amount,
  argument,
  boolean,
  className,
  duration,
  durationOrZero,
  groupName,
  groupOrUserId,
  identifier,
  logText,
  secretText,
  secretUrl,
  share,
  sqlCondition,
  timeOfDay,
  timezone,
  title,
} from '../values.ts';
import { queueNamePattern } from './app.ts';

/**
 * Alerts, runbooks and drills. They are checked as a whole from the first version on, so that a file that is accepted
 * today is accepted when the parts that read them arrive.
 */
const queueName = text('queue-name', queueNamePattern);
const appName = text('app-name', /^[a-z][a-z0-9_-]{0,39}$/i);
const severity = oneOf('warning', 'critical');

const common = {
  app: appName.optional(),
  queue: queueName.optional(),
  for: durationOrZero.optional(),
  severity: severity.optional(),
  every: duration.optional(),
  timeout: duration.optional(),
};

const rules = {
  failed_jobs: mapping({ watch: oneOf('failed_jobs'), above: amount.optional(), ...common }),
  backlog: mapping({
    watch: oneOf('backlog'),
    above: amount.optional(),
    no_decline_for: duration.optional(),
    ...common,
  }),
  stale_share: mapping({
    ...{ watch: oneOf('stale_share'), table: identifier, where: sqlCondition, since: identifier },
    ...{ older_than: duration, share_above: share.optional(), ...common },
  }),
  surge: mapping({
    ...{ watch: oneOf('surge'), table: identifier, where: sqlCondition, since: identifier },
    ...{ window: duration.optional(), critical_above: amount.optional(), ...common },
  }),
  workers: mapping({ watch: oneOf('workers'), ...common }),
  utilization: mapping({
    watch: oneOf('utilization'),
    warn_above: amount.optional(),
    warn_for: durationOrZero.optional(),
    breach_for: durationOrZero.optional(),
    recover_below: amount.optional(),
    recover_for: durationOrZero.optional(),
    ...common,
  }),
} as const;

const kinds = Object.keys(rules);
const noSuchRule = mapping({ watch: leaf('one-of', () => undefined, { names: kinds }) }).loose();

const rule = chosen<unknown>((value): z.ZodType<unknown> => {
  const watch = isMapping(value) ? value['watch'] : undefined;
  return Object.entries(rules).find(([kind]) => kind === watch)?.[1] ?? noSuchRule;
});

const page = mapping({
  pagerduty: secretText.optional(),
  webhook: secretUrl('https-url', 'web').optional(),
}).refine((targets) => targets.pagerduty !== undefined || targets.webhook !== undefined, {
  error: 'page-target',
});

export const alertsSchema = mapping({
  every: duration.default(30),
  quiet: mapping({
    from: timeOfDay,
    to: timeOfDay,
    timezone: timezone,
    silences: oneOf('warning').default('warning'),
  }).optional(),
  page: page.optional(),
  heartbeat: mapping({ url: secretUrl('https-url', 'web'), every: duration.default(60) }).optional(),
  escalate: list(
    mapping({
      after: durationOrZero,
      mention: groupOrUserId.optional(),
      queue: queueName.optional(),
      page: boolean.optional(),
    }),
  ).default([]),
  rules: named('name', /^[a-z0-9][\w-]{0,63}$/i, rule).default({}),
});

const titles = chosen<unknown>(
  (value): z.ZodType<unknown> =>
    isMapping(value)
      ? mapping({ en: title, 'zh-CN': title.optional() })
      : leaf('text-or-languages', plainTitle),
);
const plainTitle = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' && value.length <= 150 ? value : undefined;

const columns = chosen<unknown>(
  (value): z.ZodType<unknown> => (Array.isArray(value) ? notEmptyList(identifier) : identifier),
);

const rows = mapping({
  table: identifier,
  where: sqlCondition.optional(),
  group_by: columns.optional(),
  since: identifier.optional(),
  updated: identifier.optional(),
  older_than: duration.optional(),
  newer_than: duration.optional(),
  show: notEmptyList(identifier).optional(),
});

const stepKinds = {
  workers: groupName,
  backlog: queueName,
  failures: mapping({ jobs: notEmptyList(className), within: duration.optional() }),
  rows,
  log: mapping({ match: logText, within: duration.optional() }),
};
const stepNames = Object.keys(stepKinds);

/** A step does one thing: exactly one of the kinds stands in it. */
const step = mapping({
  workers: stepKinds.workers.optional(),
  backlog: stepKinds.backlog.optional(),
  failures: stepKinds.failures.optional(),
  rows: stepKinds.rows.optional(),
  log: stepKinds.log.optional(),
  title: titles.optional(),
  suspicious_above: amount.optional(),
  broken_above: amount.optional(),
}).refine((value) => stepNames.filter((name) => name in value).length === 1, { error: 'one-step' });

export const runbookSchema = named(
  'queue-name',
  queueNamePattern,
  mapping({ title: titles.optional(), steps: notEmptyList(step) }),
);

export const drillsSchema = named(
  'queue-name',
  queueNamePattern,
  mapping({
    make_failure: mapping({ artisan: notEmptyList(argument) }).optional(),
    recovered: mapping({ table: identifier, where: sqlCondition, since: identifier }).optional(),
  }),
);

import type { z } from 'zod';
import { chosen, isMapping, leaf, list, mapping, named, oneOf, text } from '../leaf.ts';
import {
  amount,
  boolean,
  duration,
  durationOrZero,
  groupOrUserId,
  identifier,
  secretText,
  secretUrl,
  share,
  sqlCondition,
  timeOfDay,
  timezone,
} from '../values.ts';
import { queueNamePattern } from './app.ts';

/**
 * Alerts. They are checked as a whole from the first version on, so that a file that is accepted today is accepted when
 * the parts that read them arrive.
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

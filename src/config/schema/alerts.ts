import { list, mapping, named, oneOf } from '../leaf.ts';
import {
  boolean,
  duration,
  durationOrZero,
  groupOrUserId,
  secretText,
  secretUrl,
  timeOfDay,
  timezone,
  webUrl,
} from '../values.ts';
import { queueName, ruleSchema } from './alert-rules.ts';

const page = mapping({
  pagerduty: secretText.optional(),
  pagerduty_url: webUrl.default('https://events.pagerduty.com/v2/enqueue'),
  webhook: secretUrl('web-url', 'web').optional(),
}).refine((targets) => targets.pagerduty !== undefined || targets.webhook !== undefined, {
  error: 'page-target',
});

/** Alerts: when rules are evaluated, which there are, and who hears of them. */
export const alertsSchema = mapping({
  every: duration.default(30),
  hold_after: durationOrZero.default(300),
  quiet: mapping({
    from: timeOfDay,
    to: timeOfDay,
    timezone: timezone,
    silences: oneOf('warning').default('warning'),
  }).optional(),
  page: page.optional(),
  heartbeat: mapping({ url: secretUrl('web-url', 'web'), every: duration.default(60) }).optional(),
  escalate: list(
    mapping({
      after: durationOrZero,
      mention: groupOrUserId.optional(),
      queue: queueName.optional(),
      page: boolean.default(false),
    }),
  ).default([]),
  rules: named('name', /^[a-z0-9][\w-]{0,63}$/i, ruleSchema).default({}),
});

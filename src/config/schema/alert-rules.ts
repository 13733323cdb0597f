import type { z } from 'zod';
import { chosen, isMapping, leaf, list, mapping, oneOf, text } from '../leaf.ts';
import {
  amount,
  duration,
  durationOrZero,
  identifier,
  positiveInteger,
  share,
  sqlCondition,
  wholeNumber,
} from '../values.ts';
import { queueNamePattern } from './app.ts';

/**
 * Rules, a schema for each `watch`. Every number that a rule uses is a key with its default; why it is what it is stands in
 * docs/alerts.md.
 */
export const queueName = text('queue-name', queueNamePattern);
const appName = text('app-name', /^[a-z][a-z0-9_-]{0,39}$/i);

const common = (severity: 'warning' | 'critical', forSeconds: number) => ({
  app: appName.optional(),
  queue: queueName.optional(),
  for: durationOrZero.default(forSeconds),
  severity: oneOf('warning', 'critical').default(severity),
  every: duration.optional(),
  timeout: duration.optional(),
});

const minute = 60;
const hour = 60 * minute;

const rules = {
  failed_jobs: mapping({
    watch: oneOf('failed_jobs'),
    above: amount.default(0),
    recover_ticks: positiveInteger.default(2),
    tell_every: duration.default(15 * minute),
    ...common('warning', 5 * minute),
  }),
  backlog: mapping({
    watch: oneOf('backlog'),
    above: amount.default(100),
    no_decline_for: duration.default(10 * minute),
    least_samples: share.default(18 / 21),
    end_samples: positiveInteger.default(3),
    decline_to: share.default(0.85),
    recover_for: durationOrZero.default(5 * minute),
    // The window is the time that it must hold.
    ...common('critical', 0),
  }),
  stale_share: mapping({
    ...{ watch: oneOf('stale_share'), table: identifier, where: sqlCondition, since: identifier },
    older_than: duration,
    look_back: duration.default(hour),
    share_above: share.default(0.1),
    least_stale: wholeNumber.default(3),
    bound_from: amount.default(0.05),
    stale_from: positiveInteger.default(20),
    recover_below: share.default(0.05),
    recover_for: durationOrZero.default(5 * minute),
    ...common('warning', 2 * minute),
  }),
  surge: mapping({
    ...{ watch: oneOf('surge'), table: identifier, where: sqlCondition, since: identifier },
    show: list(identifier).optional(),
    window: duration.default(5 * minute),
    baseline: duration.default(24 * hour),
    skip: durationOrZero.default(15 * minute),
    trim_to: share.default(0.95),
    least_mean: amount.default(0.5),
    least_count: wholeNumber.default(5),
    ratio: amount.default(3),
    probability_below: share.default(1e-4),
    critical_above: amount.default(50),
    least_baseline: durationOrZero.default(6 * hour),
    few_count: positiveInteger.default(10),
    recover_below: amount.default(3),
    recover_ratio: amount.default(1.5),
    recover_windows: positiveInteger.default(3),
    ...common('warning', 0),
  }),
  workers: mapping({ watch: oneOf('workers'), ...common('critical', minute) }),
  utilization: mapping({
    watch: oneOf('utilization'),
    warn_above: amount.default(0.8),
    warn_for: durationOrZero.default(10 * minute),
    breach_for: durationOrZero.default(5 * minute),
    recover_below: amount.default(0.6),
    recover_for: durationOrZero.default(10 * minute),
    ...common('critical', 0),
  }),
} as const;

export type RuleSections = { readonly [Kind in keyof typeof rules]: z.infer<(typeof rules)[Kind]> };
export type RuleSection = RuleSections[keyof RuleSections];

const kinds = Object.keys(rules);
const noSuchRule = mapping({ watch: leaf<never>('one-of', () => undefined, { names: kinds }) }).loose();

export const ruleSchema = chosen<RuleSection>((value) => {
  const watch = isMapping(value) ? value['watch'] : undefined;
  const known = Object.entries(rules).find(([kind]) => kind === watch)?.[1];
  // Of a rule that nobody knows nothing but the fault comes out.
  return (known ?? noSuchRule) as z.ZodType<RuleSection>;
});

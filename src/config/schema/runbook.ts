import type { z } from 'zod';
import { chosen, isMapping, leaf, list, mapping, named, notEmptyList, oneOf, text } from '../leaf.ts';
import {
  amount,
  className,
  duration,
  groupName,
  identifier,
  label,
  logText,
  positiveInteger,
  sqlCondition,
  title,
  webUrl,
} from '../values.ts';
import { queueNamePattern } from './app.ts';

const queueName = text('queue-name', queueNamePattern);

/** One text for every language, or one for each. */
const localized = (longest: number, one: z.ZodType<string>) => {
  const languages = mapping({ en: one, 'zh-CN': one.optional() });
  const plain = leaf('text-or-languages', (value) =>
    typeof value === 'string' && value.trim() !== '' && value.length <= longest
      ? { en: value, 'zh-CN': undefined }
      : undefined,
  );
  return chosen<z.infer<typeof languages>>((value) => (isMapping(value) ? languages : plain));
};
const titles = localized(150, title);
const sentences = localized(300, logText);

const columns = chosen<readonly string[]>((value) =>
  Array.isArray(value) ? notEmptyList(identifier) : identifier.transform((column) => [column]),
);

/** Of groups of rows, or exceptions. */
const value = text('text', /^[^\p{Cc}]{1,300}$/u);
const values = chosen<readonly string[]>((written) =>
  Array.isArray(written) ? notEmptyList(value) : value.transform((one) => [one]),
);

const rows = mapping({
  table: identifier,
  where: sqlCondition.optional(),
  group_by: columns.default([]),
  since: identifier.optional(),
  updated: identifier.optional(),
  older_than: duration.optional(),
  newer_than: duration.optional(),
  show: notEmptyList(identifier).default([]),
}).superRefine((query, context) => {
  const fault = (key: string, message: string): void =>
    context.addIssue({ code: 'custom', message, path: [key] });
  const { since, older_than: older, newer_than: newer } = query;
  // An age without a column would be passed over, and a step that can never find anything would look like all is well.
  if (since === undefined && older !== undefined) fault('older_than', 'since-needed');
  if (since === undefined && newer !== undefined) fault('newer_than', 'since-needed');
  if (older !== undefined && newer !== undefined && newer <= older) fault('newer_than', 'newer-above-older');
});

const stepKinds = {
  workers: groupName,
  backlog: queueName,
  failures: mapping({ jobs: notEmptyList(className), within: duration.default(3600) }),
  rows,
  log: mapping({ match: logText, within: duration.default(900) }),
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

const condition = mapping({
  step: positiveInteger,
  value: values.optional(),
  above: amount.optional(),
  below: amount.optional(),
  mark: oneOf('fine', 'suspicious', 'broken').optional(),
}).refine(({ above, below, mark }) => above !== undefined || below !== undefined || mark !== undefined, {
  error: 'something-asked',
});
const conditions = chosen<readonly z.infer<typeof condition>[]>((value) =>
  Array.isArray(value) ? notEmptyList(condition) : condition.transform((one) => [one]),
);

const verdict = mapping({ when: conditions, say: sentences, do: label.optional() });

export const runbookSchema = named(
  'queue-name',
  queueNamePattern,
  mapping({
    title: titles.optional(),
    link: webUrl.optional(),
    steps: notEmptyList(step),
    verdicts: list(verdict).default([]),
  }),
);

export type RunbookSection = z.infer<typeof runbookSchema>[string];

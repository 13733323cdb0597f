import type { z } from 'zod';
import { mapping, notEmptyList, oneOf } from '../leaf.ts';
import { channelId, path, secretText, secretUrl } from '../values.ts';
import { alertsSchema } from './alerts.ts';
import { appsSchema } from './app.ts';
import { drillsSchema } from './drills.ts';
import { hostsSchema } from './hosts.ts';
import { approvalsSchema, peopleSchema } from './people.ts';
import { runbookSchema } from './runbook.ts';

/** The whole file. Every key of `docs/queuekeeper.example.yml` is known here; keys are only added, with a default. */
export const rootSchema = mapping({
  locale: oneOf('en', 'zh-CN').default('en'),
  store: mapping({
    url: secretUrl('mysql-url', 'mysql'),
    migrate_url: secretUrl('mysql-url', 'mysql').optional(),
  }),
  audit: mapping({
    key: secretText,
    channel: channelId.optional(),
    file: path.optional(),
    spool: path.optional(),
  }),
  slack: mapping({
    channels: mapping({
      alerts: channelId.optional(),
      approvals: channelId.optional(),
      commands: notEmptyList(channelId).optional(),
    }).prefault({}),
  }).prefault({}),
  people: peopleSchema.prefault({}),
  approvals: approvalsSchema.prefault({}),
  hosts: hostsSchema.default({}),
  apps: appsSchema,
  alerts: alertsSchema.prefault({}),
  runbook: runbookSchema.default({}),
  drills: drillsSchema.default({}),
});

export type ConfigSections = z.infer<typeof rootSchema>;

import { secretsOf } from '../config/url.ts';
import type { AlertsDescription } from '../core/alert-description.ts';
import type { Configuration } from '../core/configuration.ts';
import type { Secret } from '../core/secret.ts';
import type { SlackSettings } from './bot.ts';

/** Every value that a log must never show. Of a URL that is its password, since its host is what people look for. */
export function secretsIn(configuration: Configuration, slack: SlackSettings | undefined): readonly string[] {
  const { store, audit, apps, alerts } = configuration;
  const urls = [
    store.url,
    store.migrateUrl,
    ...apps.flatMap(({ database, databaseWrite, redis }) => [
      database,
      ...(databaseWrite === undefined ? [] : [databaseWrite]),
      ...(redis === undefined ? [] : [redis.url]),
    ]),
  ];
  const tokens =
    slack === undefined
      ? []
      : [slack.botToken, slack.kind === 'socket' ? slack.appToken : slack.signingSecret];
  return [
    ...urls.flatMap((url) => secretsOf(url.reveal())),
    audit.key.reveal(),
    ...secretsOfAlerts(alerts).map((secret) => secret.reveal()),
    ...tokens.map((t) => t.reveal()),
  ];
}

/** Of these URLs the path is the key. */
const secretsOfAlerts = ({ page, heartbeat }: AlertsDescription): readonly Secret[] =>
  [page?.pagerduty?.key, page?.webhook, heartbeat?.url].filter((secret) => secret !== undefined);

import { secretsOf } from '../config/url.ts';
import type { Configuration } from '../core/configuration.ts';
import type { SlackSettings } from './bot.ts';

/** Every value that a log must never show. Of a URL that is its password, since its host is what people look for. */
export function secretsIn(configuration: Configuration, slack: SlackSettings | undefined): readonly string[] {
  const { store, audit, apps } = configuration;
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
    ...tokens.map((t) => t.reveal()),
  ];
}

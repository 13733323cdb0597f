import { z } from 'zod';
import { chosen, isMapping, list, mapping, named, notEmptyList, oneOf, text } from '../leaf.ts';
import {
  absolutePath,
  className,
  duration,
  groupName,
  identifier,
  keyPrefix,
  label,
  logPath,
  positiveInteger,
  program,
  property,
  secretUrl,
  sqlCondition,
  timezone,
  userName,
  wholeNumber,
} from '../values.ts';

const hostName = text('name', /^[A-Za-z0-9][\w.-]{0,63}$/);
const connectionName = text('connection-name', /^[A-Za-z0-9_][\w.-]{0,63}$/);
export const queueNamePattern = /^[\w.{}-]{1,100}$/;
const queueName = text('queue-name', queueNamePattern);

const databaseConnection = mapping({
  driver: oneOf('database', 'redis'),
  table: identifier.default('jobs'),
  retry_after: duration.default(90),
});
const redisConnection = mapping({ driver: oneOf('redis', 'database'), retry_after: duration.default(90) });

const connection = chosen<z.infer<typeof databaseConnection> | z.infer<typeof redisConnection>>((value) =>
  isMapping(value) && value['driver'] === 'redis' ? redisConnection : databaseConnection,
);

const workers = chosen((value) =>
  isMapping(value)
    ? mapping({
        group: groupName,
        hosts: notEmptyList(hostName).optional(),
        expected: positiveInteger.optional(),
      })
    : groupName.transform((group) => ({ group, hosts: undefined, expected: undefined })),
);

const queue = mapping({
  name: queueName.optional(),
  connection: connectionName,
  workers: workers.optional(),
  jobs: list(className).default([]),
  duplicates: oneOf('costly', 'harmless').default('harmless'),
  slo: mapping({
    max_pending: wholeNumber.optional(),
    max_failed: wholeNumber.optional(),
    max_oldest: duration.optional(),
    max_timeouts: wholeNumber.optional(),
  }).optional(),
});

const artisan = mapping({
  host: hostName,
  directory: absolutePath,
  php: program.default('php'),
  user: userName.optional(),
  timeout: duration.default(120),
});

export const appSchema = mapping({
  environment: label.default('production'),
  timezone: timezone.default('UTC'),
  database: secretUrl('mysql-url', 'mysql'),
  database_write: secretUrl('mysql-url', 'mysql').optional(),
  redis: mapping({ url: secretUrl('redis-url', 'redis'), prefix: keyPrefix }).optional(),
  failed: mapping({
    driver: oneOf('database-uuids', 'database').default('database-uuids'),
    table: identifier.default('failed_jobs'),
  }).default({ driver: 'database-uuids', table: 'failed_jobs' }),
  connections: named('connection-name', /^[A-Za-z0-9_][\w.-]{0,63}$/, connection),
  cache: mapping({ redis_database: wholeNumber, prefix: keyPrefix }).optional(),
  artisan,
  log: mapping({ hosts: notEmptyList(hostName), files: notEmptyList(logPath) }).optional(),
  outcomes: named(
    'class-name',
    /^[\w\\]{1,300}$/,
    mapping({ property, table: identifier, key: identifier, good: sqlCondition }),
  ).default({}),
  queues: named('queue-name', queueNamePattern, queue),
});

export type AppSection = z.infer<typeof appSchema>;

export const appsSchema = z
  .record(z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/i, { error: 'app-name' }), appSchema, {
    error: 'mapping',
  })
  .refine((apps) => Object.keys(apps).length > 0, { error: 'not-empty-mapping' });

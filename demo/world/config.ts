import { readFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import type { FailedDriver } from './laravel.ts';

/** Where things are, as the bot is told. */
export interface ConfigAddresses {
  readonly ssh: {
    readonly port: number;
    readonly user: string;
    readonly keyFile: string;
    readonly hostKey: string;
  };
  /** Undefined: the world has no Supervisor. */
  readonly supervisorctl: string | undefined;
  readonly appFolder: string;
  readonly php: string;
  readonly failedDriver: FailedDriver;
  readonly timezone: string;
  readonly retryAfterSeconds: number;
}

/** Anything of the configuration, merged over the world's own. `undefined` removes a key; lists are replaced. */
export type ConfigChange = { readonly [key: string]: unknown };

export interface ConfigOptions {
  /** The application's host is the machine that the bot runs on, instead of one behind SSH. */
  readonly local?: boolean;
}

const example = new URL('../../docs/queuekeeper.example.yml', import.meta.url);

/**
 * A whole `queuekeeper.yml` for this world: the example that is shipped, with the world's addresses in it. Secrets stand
 * in the environment.
 */
export async function configYaml(
  at: ConfigAddresses,
  change: ConfigChange = {},
  options: ConfigOptions = {},
): Promise<string> {
  const shipped: unknown = parse(await readFile(example, 'utf8'));
  return stringify([ofThisWorld(at, options), change].reduce<unknown>(merge, shipped));
}

/** `${NAME}`, as the configuration refers to the environment. */
const variable = (name: string): string => `\${${name}}`;

function ofThisWorld(at: ConfigAddresses, { local = false }: ConfigOptions): ConfigChange {
  const { supervisorctl } = at;
  const { port, user, keyFile, hostKey } = at.ssh;
  const ssh = { address: '127.0.0.1', port, user, key_file: keyFile, host_key: hostKey };
  return {
    store: { migrate_url: variable('QUEUEKEEPER_MIGRATE_URL') },
    hosts: { 'api-1': { ...(local ? { ssh: undefined, local: true } : { ssh }), supervisorctl } },
    apps: {
      fap: {
        timezone: at.timezone,
        failed: { driver: at.failedDriver },
        connections: { database: { retry_after: `${at.retryAfterSeconds}s` } },
        artisan: { directory: at.appFolder, php: at.php, timeout: '30s' },
      },
    },
  };
}

function merge(base: unknown, change: unknown): unknown {
  if (!isRecord(base) || !isRecord(change)) return change;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(change)) {
    if (value === undefined) delete merged[key];
    else merged[key] = merge(base[key] ?? {}, value);
  }
  return merged;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

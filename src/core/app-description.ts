/** A Laravel application as the configuration describes it. Frozen; made by `src/config`, read by everyone. */
export interface AppDescription {
  readonly name: string;
  /** A badge on every card, e.g. `production`. */
  readonly environment: string;
  /** IANA name of `config('app.timezone')`: the zone of `failed_at`, `created_at` and the like. */
  readonly timezone: string;
  readonly failed: { readonly driver: 'database-uuids' | 'database'; readonly table: string };
  /** By name, as in `config/queue.php`. */
  readonly connections: ReadonlyMap<string, ConnectionDescription>;
  readonly queues: readonly QueueDescription[];
  /** By short class name: where a job's success shows. */
  readonly outcomes: ReadonlyMap<string, OutcomeRule>;
  readonly artisan: ArtisanDescription;
  /** The default cache store, where artisan keeps pauses and restarts; left out when it is not on Redis. */
  readonly cache?: { readonly redisDatabase: number; readonly prefix: string };
  readonly log?: { readonly hosts: readonly string[]; readonly files: readonly string[] };
}

export type ConnectionDescription =
  | {
      readonly name: string;
      readonly driver: 'database';
      /** Connections that share a table are counted once. */
      readonly table: string;
      readonly retryAfterSeconds: number;
    }
  | { readonly name: string; readonly driver: 'redis'; readonly retryAfterSeconds: number };

export interface QueueDescription {
  readonly name: string;
  /** Name of the connection on which its workers listen. */
  readonly connection: string;
  readonly workers?: WorkersDescription;
  /** Short or full class names of the jobs that belong to it. */
  readonly jobs: readonly string[];
  /** Running one of its jobs twice costs something (money, a mail): said wherever a retry is offered. */
  readonly costly: boolean;
  readonly slo?: QueueSlo;
}

export interface WorkersDescription {
  /** Supervisor's group (or program) name. */
  readonly group: string;
  readonly hosts: readonly string[];
  /** Processes that should be alive over all hosts; left out: what Supervisor lists. */
  readonly expected?: number;
}

export interface QueueSlo {
  readonly maxPending?: number;
  readonly maxFailed?: number;
  readonly maxOldestSeconds?: number;
  readonly maxTimeouts?: number;
}

/** A job of this class is well only if the row whose `key` column equals the job's `property` satisfies `good`. */
export interface OutcomeRule {
  readonly property: string;
  readonly table: string;
  readonly key: string;
  /** The operator's own SQL condition. */
  readonly good: string;
}

export interface ArtisanDescription {
  readonly host: string;
  readonly directory: string;
  readonly php: string;
  /** Run as this user by `sudo -u`; left out: the login's own. */
  readonly user?: string;
  readonly timeoutSeconds: number;
}

/** `database:reports`, as artisan writes it. */
export const queueLabel = (queue: { readonly connection: string; readonly name: string }): string =>
  `${queue.connection}:${queue.name}`;

/** `App\Jobs\RefundOrderJob` → `RefundOrderJob`. */
export const shortClass = (name: string): string => name.slice(name.lastIndexOf('\\') + 1);

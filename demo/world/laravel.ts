import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createFileWriter } from '../write-whole.ts';
import type { Leash } from './leash.ts';
import { programEnvironment } from './programs.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

export type LaravelVersion = 8 | 9 | 10 | 11 | 12;
export type FailedDriver = 'database-uuids' | 'database';

/** Each really thrown, most by what throws them in life; see demo/laravel/app/Failures.php. */
export type ExceptionKind =
  | ('content' | 'result' | 'provider' | 'model' | 'budget' | 'deadlock' | 'query' | 'type' | 'nested')
  /** With credentials in its text, with markup and pings, in Chinese, 256 KB long. */
  | ('secret' | 'hostile' | 'chinese' | 'huge');

/** What a job does when it runs; see demo/laravel/app/Behaviour.php. */
export type Behaviour =
  /** `die`: its process is killed; the job stays reserved until `retry_after`. */
  /** `wait`: until it is told something else, which it then does. */
  | { readonly do: 'succeed' | 'die' | 'wait' }
  | { readonly do: 'exit'; readonly code: number }
  | { readonly do: 'throw'; readonly exception: ExceptionKind }
  /** `time-out`: the worker's limit strikes after so many seconds, whatever its `--timeout` says. */
  | { readonly do: 'slow' | 'time-out'; readonly seconds: number };

/** The job classes of the runbook's map; the last one stands for all others. */
export const jobClasses: readonly string[] = [
  ...['GenerateReportSnapshotJob', 'GenerateReportJob', 'ExecuteApprovalJob', 'RunContentProbeJob'],
  ...['RefundOrderJob', 'ReprocessPaymentEventJob', 'GenerateInsightJob', 'SendReceiptJob'],
];
/** What Laravel queues in other ways; all on `database`, queue `ops`. */
export const wrappedKinds: readonly string[] = [
  ...['listener', 'mailable', 'notification', 'closure', 'chain', 'batch', 'encrypted', 'raw'],
];

export interface CommandResult {
  /** -1: a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface LaravelApp {
  readonly folder: string;
  readonly version: LaravelVersion;
  /** Of the connection `database`. */
  readonly retryAfterSeconds: number;
  /** Runs artisan here; never rejects for how it ended. */
  artisan(...words: readonly string[]): Promise<CommandResult>;
  /** Runs PHP statements in the booted application; what they print. Throws when they fail. */
  php(code: string): Promise<string>;
  /** By class name or business key; `undefined` takes a word back. */
  behave(what: Readonly<Record<string, Behaviour | undefined>>): Promise<void>;
  /** What jobs were told by `behave` and still do. */
  told(): Readonly<Record<string, Behaviour>>;
  /** Dispatches jobs of one of `jobClasses` or `wrappedKinds` with their business rows; their business keys. */
  dispatch(kind: string, count?: number, options?: DispatchOptions): Promise<readonly string[]>;
  /**
   * Runs waiting jobs of a queue here until none is left to take, or `jobs` of them. Failing ones land in `failed_jobs` at
   * once. A worker that its job killed or ended is started again.
   */
  work(connection: string, queue: string, jobs?: number): Promise<void>;
  /** A release: new code is in its place, and workers are told to begin anew as soon as they are through with their job. */
  release(): Promise<void>;
  log(): Promise<string>;
}

export interface DispatchOptions {
  readonly delaySeconds?: number;
  /** Another queue than the class's own. */
  readonly queue?: string;
}

export interface LaravelOptions {
  readonly folder: string;
  readonly leash: Leash;
  readonly version: LaravelVersion;
  readonly databasePort: number;
  readonly databasePassword: string;
  readonly redisPort: number;
  readonly failedDriver: FailedDriver;
  /** `config('app.timezone')`. */
  readonly timezone: string;
  /** Of the connection `database`. */
  readonly retryAfterSeconds: number;
  /** Laravel's `APP_KEY`: 32 bytes in base64. */
  readonly key: string;
  /** A folder for the application's `storage` that outlives the world. */
  readonly storage?: string;
}

/** The demo's application, in a folder of its own with the framework's version linked in. */
export async function createLaravel(options: LaravelOptions): Promise<LaravelApp> {
  const folder = `${options.folder}/app`;
  await install(folder, options);
  const env = { ...programEnvironment(), ...options.leash.mark };
  const php = async (...words: readonly string[]): Promise<CommandResult> => {
    try {
      const { stdout, stderr } = await run('php', words, { cwd: folder, env, maxBuffer: 256_000_000 });
      return { code: 0, stdout, stderr };
    } catch (error) {
      // What execFile rejects with; anything else has none of these.
      const { code, signal, stdout, stderr } = error as CommandResult & { signal?: string | null };
      if (typeof code !== 'number' && typeof signal !== 'string') throw error;
      return { code: typeof code === 'number' ? code : -1, stdout, stderr };
    }
  };
  const artisan: LaravelApp['artisan'] = (...words) => php('artisan', ...words);
  const told: Record<string, Behaviour> = await readTold(folder);
  // A worker may read it at any time.
  const write = createFileWriter(`${folder}/storage/behaviour.json`);

  return {
    ...{ folder, version: options.version, retryAfterSeconds: options.retryAfterSeconds, artisan },
    async php(code) {
      return must(await php('-d', 'error_reporting=0', '-r', `${boot} ${code}`), 'PHP');
    },
    told: () => told,
    async behave(what) {
      for (const [name, behaviour] of Object.entries(what)) {
        if (behaviour === undefined) delete told[name];
        else told[name] = behaviour;
      }
      await write(JSON.stringify(told));
    },
    async dispatch(kind, count = 1, { delaySeconds = 0, queue } = {}) {
      const words = ['fap:dispatch', kind, String(count), `--delay=${delaySeconds}`];
      const result = await artisan(...words, ...(queue === undefined ? [] : [`--queue=${queue}`]));
      const lines = must(result, words.join(' ')).trim().split('\n');
      return lines.filter((line) => /^[\w-]+$/.test(line));
    },
    async work(connection, queue, jobs) {
      const words = [
        'queue:work',
        connection,
        `--queue=${queue}`,
        '--stop-when-empty',
        '--tries=1',
        '--sleep=0',
      ];
      const limit = jobs === undefined ? [] : [`--max-jobs=${jobs}`];
      for (let kills = 0; kills < mostKills; kills += 1) {
        const result = await artisan(...words, ...limit);
        if (result.code === 0 || result.code === 1) return void must(result, words.join(' '));
        if (jobs !== undefined) return;
      }
      throw new Error(`jobs of ${queue} killed their worker ${mostKills} times`);
    },
    async release() {
      const now = new Date();
      for (const file of released) await utimes(`${folder}/${file}`, now, now);
      must(await artisan('queue:restart'), 'queue:restart');
    },
    log: () => readFile(`${folder}/storage/logs/laravel.log`, 'utf8').catch(() => ''),
  };
}

const mostKills = 50;
const released = ['artisan', 'composer.json', 'bootstrap/app.php'];

const boot = `require 'bootstrap/autoload.php'; $app = require 'bootstrap/app.php';
  $app->make(Illuminate\\Contracts\\Console\\Kernel::class)->bootstrap();`;

async function install(folder: string, options: LaravelOptions): Promise<void> {
  await cp(`${root}demo/laravel`, folder, { recursive: true });
  await symlink(`${root}.cache/laravel-${options.version}/vendor`, `${folder}/vendor`);
  if (options.storage !== undefined) {
    await mkdir(options.storage, { recursive: true });
    await symlink(options.storage, `${folder}/storage`);
  }
  for (const path of ['logs', 'framework/cache', 'framework/views', 'framework/sessions', 'app']) {
    await mkdir(`${folder}/storage/${path}`, { recursive: true });
  }
  // One that has run for a while has a log.
  await appendFile(`${folder}/storage/logs/laravel.log`, '');
  const environment = {
    APP_KEY: `base64:${options.key}`,
    APP_TIMEZONE: options.timezone,
    DB_PORT: options.databasePort,
    DB_PASSWORD: options.databasePassword,
    REDIS_PORT: options.redisPort,
    QUEUE_FAILED_DRIVER: options.failedDriver,
    DB_QUEUE_RETRY_AFTER: options.retryAfterSeconds,
  };
  const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(`${folder}/.env`, lines.join(''));
}

/** Kept ones, of an earlier world. */
const readTold = async (folder: string): Promise<Record<string, Behaviour>> =>
  JSON.parse(await readFile(`${folder}/storage/behaviour.json`, 'utf8').catch(() => '{}'));

/** Its output, if it ended well. */
function must({ code, stdout, stderr }: CommandResult, what: string): string {
  if (code === 0) return stdout;
  throw new Error(`${what} ended with ${code}: ${stdout}${stderr}`);
}

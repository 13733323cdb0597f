import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

export type LaravelVersion = 8 | 9 | 10 | 11 | 12;
export type FailedDriver = 'database-uuids' | 'database';

/** What a job does when it runs; see demo/laravel/app/Behaviour.php. */
export type Behaviour =
  | { readonly do: 'succeed' | 'die' }
  | {
      readonly do: 'throw';
      readonly exception: 'content' | 'provider' | 'model' | 'budget' | 'deadlock' | 'secret';
    }
  | { readonly do: 'slow' | 'time-out'; readonly seconds: number };

export interface LaravelApp {
  readonly folder: string;
  readonly version: LaravelVersion;
  /** Runs artisan here; never rejects for an exit code. */
  artisan(
    ...words: readonly string[]
  ): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>;
  /** By class name or business key; `undefined` takes a word back. */
  behave(what: Readonly<Record<string, Behaviour | undefined>>): Promise<void>;
  /** Dispatches jobs of a kind (a class, or `listener`, `mailable`, `closure`, `chain`, `batch`, `encrypted`, `raw`, …); their business keys. */
  dispatch(kind: string, count?: number): Promise<readonly string[]>;
  /** Runs waiting jobs of a queue here, each once, until none is left. Failing ones land in `failed_jobs`. */
  work(connection: string, queue: string, jobs?: number): Promise<void>;
  log(): Promise<string>;
}

/** The demo's application, in a folder of its own with the framework's version linked in. */
export async function createLaravel(options: {
  readonly folder: string;
  readonly version: LaravelVersion;
  readonly databasePort: number;
  readonly databasePassword: string;
  readonly redisPort: number;
  readonly failedDriver?: FailedDriver;
  readonly timezone?: string;
}): Promise<LaravelApp> {
  const folder = `${options.folder}/app`;
  await cp(`${root}demo/laravel`, folder, { recursive: true });
  await symlink(`${root}.cache/laravel-${options.version}/vendor`, `${folder}/vendor`);
  for (const path of ['logs', 'framework/cache', 'framework/views', 'framework/sessions', 'app']) {
    await mkdir(`${folder}/storage/${path}`, { recursive: true });
  }
  await writeFile(
    `${folder}/.env`,
    [
      `APP_KEY=base64:${randomBytes(32).toString('base64')}`,
      `APP_TIMEZONE=${options.timezone ?? 'UTC'}`,
      ...[
        `DB_PORT=${options.databasePort}`,
        `DB_PASSWORD=${options.databasePassword}`,
        `REDIS_PORT=${options.redisPort}`,
      ],
      `QUEUE_FAILED_DRIVER=${options.failedDriver ?? 'database-uuids'}`,
    ].join('\n'),
  );
  const behaviours: Record<string, Behaviour> = {};

  const artisan: LaravelApp['artisan'] = async (...words) => {
    try {
      const { stdout, stderr } = await run('php', ['artisan', ...words], {
        cwd: folder,
        maxBuffer: 64_000_000,
      });
      return { code: 0, stdout, stderr };
    } catch (error) {
      const { code, stdout = '', stderr = '' } = error as { code?: number; stdout?: string; stderr?: string }; // what execFile rejects with
      return { code: typeof code === 'number' ? code : -1, stdout, stderr };
    }
  };
  const must = async (...words: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await artisan(...words);
    if (code !== 0) throw new Error(`artisan ${words.join(' ')} ended with ${code}: ${stdout}${stderr}`);
    return stdout;
  };

  return {
    ...{ folder, version: options.version, artisan },
    async behave(what) {
      for (const [name, behaviour] of Object.entries(what)) {
        if (behaviour === undefined) delete behaviours[name];
        else behaviours[name] = behaviour;
      }
      await writeFile(`${folder}/storage/behaviour.json`, JSON.stringify(behaviours));
    },
    async dispatch(kind, count = 1) {
      const keys = await must('fap:dispatch', kind, String(count));
      return keys
        .trim()
        .split('\n')
        .filter((line) => /^[\w-]+$/.test(line));
    },
    async work(connection, queue, jobs) {
      await must(
        ...['queue:work', connection, `--queue=${queue}`, '--stop-when-empty', '--tries=1', '--sleep=0'],
        ...(jobs === undefined ? [] : [`--max-jobs=${jobs}`]),
      );
    },
    log: () => readFile(`${folder}/storage/logs/laravel.log`, 'utf8').catch(() => ''),
  };
}

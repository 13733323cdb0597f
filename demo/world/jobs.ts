import type { Redis } from 'ioredis';
import type { Pool, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import type { LaravelApp } from './laravel.ts';

/**
 * Failures that artisan can't handle or must not be given: `uuid` NULL, a payload without `uuid`, a payload that is no JSON,
 * a class that is gone, and one encrypted with a key that the application no longer has.
 */
export type OddFailure = 'null-uuid' | 'no-payload-uuid' | 'broken-json' | 'class-gone' | 'old-key';

export interface Jobs {
  /** The new row's `failed_jobs.id`. */
  oddFailure(kind: OddFailure): Promise<number>;
  /**
   * A worker takes the next job of a queue and is gone: the job stays reserved, since `ageSeconds` ago. It is stuck once that
   * is more than the connection's `retry_after`. Throws when nothing waits.
   */
  abandon(connection: string, queue: string, ageSeconds?: number): Promise<void>;
}

export function createJobs(parts: {
  readonly app: LaravelApp;
  readonly sql: Pool;
  readonly redis: Redis;
}): Jobs {
  const { app, sql, redis } = parts;
  const newestFailure = async (): Promise<number> => {
    const [[row]] = await sql.query<RowDataPacket[]>('SELECT MAX(id) AS id FROM fap.failed_jobs');
    return Number(row?.['id']);
  };
  return {
    async oddFailure(kind) {
      if (kind === 'old-key') await app.php(failUnderAnotherKey);
      else {
        const { code, stdout } = await app.artisan('fap:drill', 'reports');
        if (code !== 0) throw new Error(`fap:drill did not make a failure: ${stdout}`);
      }
      const id = await newestFailure();
      const change = kind === 'old-key' ? undefined : changes[kind];
      if (change !== undefined) {
        const [{ affectedRows }] = await sql.query<ResultSetHeader>(
          `UPDATE fap.failed_jobs SET ${change} WHERE id = ?`,
          [id],
        );
        if (affectedRows !== 1) throw new Error('the failure is gone');
      }
      return id;
    },
    async abandon(connection, queue, ageSeconds = 0) {
      const taken = await app.php(
        `echo optional(app('queue')->connection('${connection}')->pop('${queue}'))->getJobId();`,
      );
      if (taken === '') throw new Error(`nothing waits in ${connection}:${queue}`);
      if (ageSeconds === 0) return;
      if (connection !== 'redis') {
        await sql.query('UPDATE fap.jobs SET reserved_at = reserved_at - ? WHERE id = ?', [
          ageSeconds,
          taken,
        ]);
        return;
      }
      const reserved = `fap:queues:${queue}:reserved`;
      const member = (await redis.zrange(reserved, '0', '-1')).find((job) => job.includes(taken));
      if (member !== undefined) await redis.zincrby(reserved, String(-ageSeconds), member);
    },
  };
}

/** The class's name keeps its length, so that the serialised command stays whole. */
const changes: Readonly<Record<Exclude<OddFailure, 'old-key'>, string>> = {
  'null-uuid': 'uuid = NULL',
  'no-payload-uuid': "payload = JSON_REMOVE(payload, '$.uuid')",
  'broken-json': 'payload = LEFT(payload, 200)',
  'class-gone': "payload = REPLACE(payload, 'GenerateReportSnapshotJob', 'GenerateReportSnapGoneJob')",
};

/** Encrypted with a key that is then forgotten, so that its worker fails to read it, and so does a retry. */
const failUnderAnotherKey = `
  $key = 'old-key-'.bin2hex(random_bytes(6));
  $artisan = app(Illuminate\\Contracts\\Console\\Kernel::class);
  $encrypter = app('encrypter');
  app()->instance('encrypter', new Illuminate\\Encryption\\Encrypter(random_bytes(32), config('app.cipher')));
  $artisan->call('fap:dispatch', ['kind' => 'encrypted', '--key' => $key, '--queue' => $key]);
  app()->instance('encrypter', $encrypter);
  app()->extend('queue.failer', fn ($failer) => new App\\RenamingFailer($failer, $key, 'ops'));
  $artisan->call('queue:work', ['connection' => 'database', '--queue' => $key, '--stop-when-empty' => true, '--sleep' => 0, '--tries' => 1]);`;

import { fileURLToPath } from 'node:url';
import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LaravelVersion } from '../../../demo/world/laravel.ts';
import { startWorld, type World } from '../../../demo/world/world.ts';
import {
  readEnvironment,
  readForgetOutput,
  readPauseOutput,
  readRetryOutput,
  readWorkOutput,
} from '../../../src/laravel/artisan-output.ts';
import { readFailedList } from '../../../src/laravel/failed-list.ts';

const good = '11111111-1111-4111-8111-111111111111';
const other = '22222222-2222-4222-8222-222222222222';
const bad = '33333333-3333-4333-8333-333333333333';
const absent = '99999999-9999-4999-8999-999999999999';
const fixtures = fileURLToPath(new URL('../../fixtures/artisan', import.meta.url));

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe.each<LaravelVersion>([8, 12])('what artisan of Laravel %i says', (version) => {
  let world: World;
  let payload: Record<string, unknown>;
  beforeAll(async () => {
    world = await startWorld({ laravel: version });
    await world.app.dispatch('ExecuteApprovalJob');
    const [rows] = await world.sql.query<RowDataPacket[]>('SELECT payload FROM fap.jobs LIMIT 1');
    payload = JSON.parse(String(rows[0]?.['payload']));
  });
  afterAll(() => world?.stop());

  const fail = async (
    uuid: string,
    change: { readonly payload?: string; readonly connection?: string } = {},
  ) => {
    await world.sql.query(
      `INSERT INTO fap.failed_jobs (uuid, connection, queue, payload, exception, failed_at)
       VALUES (?, ?, 'ops', ?, 'RuntimeException: x', '2026-11-25 03:00:00')`,
      [uuid, change.connection ?? 'database', change.payload ?? JSON.stringify({ ...payload, uuid })],
    );
  };
  const forgetAll = () => world.sql.query('DELETE FROM fap.failed_jobs');
  const present = async (uuid: string): Promise<boolean> => {
    const [rows] = await world.sql.query<RowDataPacket[]>('SELECT id FROM fap.failed_jobs WHERE uuid = ?', [
      uuid,
    ]);
    return rows.length > 0;
  };
  const say = async (name: string, ...words: readonly string[]): Promise<Said> => {
    const said = await world.app.artisan(...words, '--no-ansi', '--no-interaction');
    const text = `exit ${said.code}\n--- stdout\n${said.stdout}--- stderr\n${said.stderr}`
      .replaceAll(world.folder, '/world')
      // What takes longer is told in seconds.
      .replace(/(?:\d[\d.,]* ?(?:ms|[ms]) )+(?=DONE|FAIL)/g, '1.00ms ')
      .replace(/\.{3,}/g, '.....')
      .replace(/[ \t]+$/gm, '');
    await expect(text).toMatchFileSnapshot(`${fixtures}/${version}/${name}.txt`);
    return said;
  };
  const retry = async (name: string, ...ids: readonly string[]) => {
    const { code, stdout, stderr } = await say(`queue-retry.${name}`, 'queue:retry', ...ids);
    return readRetryOutput(stdout, stderr, code);
  };

  it('is read as a push', async () => {
    await forgetAll();
    await fail(good);
    expect(await retry('pushed', good)).toEqual({ confirmed: new Set([good]), notFound: new Set() });
    expect(await present(good)).toBe(false);
  });

  it('is read as a missing id beside pushed ones', async () => {
    await forgetAll();
    await fail(good);
    await fail(other);
    expect(await retry('one-missing', good, absent, other)).toEqual({
      confirmed: new Set([good, other]),
      notFound: new Set([absent]),
    });
  });

  it('is read as a stop at a payload that can not be decrypted', async () => {
    await forgetAll();
    await fail(good);
    const data = { ...(payload['data'] as object), command: 'eyJpdiI6Im5vdCBvdXJzIn0=' }; // Laravel's own shape
    await fail(bad, { payload: JSON.stringify({ ...payload, uuid: bad, data }) });
    await fail(other);
    expect(await retry('undecodable', good, bad, other)).toEqual({
      confirmed: new Set([good]),
      notFound: new Set(),
      stoppedAt: { id: version === 8 ? undefined : bad, decoding: true },
    });
    expect([await present(good), await present(bad), await present(other)]).toEqual([false, true, true]);
  });

  it('is read as a stop that is not the fault of the payload', async () => {
    await forgetAll();
    await fail(good);
    await fail(bad, { connection: 'nowhere' });
    expect(await retry('unknown-connection', good, bad)).toEqual({
      confirmed: new Set([good]),
      notFound: new Set(),
      stoppedAt: { id: version === 8 ? undefined : bad, decoding: false },
    });
  });

  it('is read as a forgotten job, and as one that was not there', async () => {
    await forgetAll();
    await fail(good);
    const said = await say('queue-forget.deleted', 'queue:forget', good);
    expect(readForgetOutput(said.stdout, good)).toEqual({ confirmed: new Set([good]), notFound: new Set() });
    const again = await say('queue-forget.not-found', 'queue:forget', absent);
    expect(readForgetOutput(again.stdout, absent)).toEqual({
      confirmed: new Set(),
      notFound: new Set([absent]),
    });
  });

  it('is read as a pause where there is one, and as none where artisan does not know the word', async () => {
    const label = 'database:ops';
    const paused = await say('queue-pause', 'queue:pause', label);
    const resumed = await say('queue-resume', 'queue:resume', label);
    const confirmed = new Set(version === 8 ? [] : [label]);
    expect(readPauseOutput(paused.stdout, label).confirmed).toEqual(confirmed);
    expect(readPauseOutput(resumed.stdout, label).confirmed).toEqual(confirmed);
    expect(paused.code).toBe(version === 8 ? 1 : 0);
  });

  it('is read as a list of failed jobs, and as none', async () => {
    await forgetAll();
    const none = await say('queue-failed.none', 'queue:failed');
    expect(readFailedList(none.stdout)).toEqual(new Set());
    await fail(good);
    await fail(other);
    const some = await say('queue-failed.some', 'queue:failed');
    expect(readFailedList(some.stdout)).toEqual(new Set([good, other]));
  });

  it('is read as the job that a worker ran, and as the environment', async () => {
    const [rows] = await world.sql.query<RowDataPacket[]>('SELECT id FROM fap.jobs ORDER BY id');
    const work = () =>
      world.app.artisan(
        ...['queue:work', 'database', '--queue=ops', '--max-jobs=1', '--stop-when-empty', '--max-time=1'],
        ...['--sleep=1', '-v', '--no-ansi', '--no-interaction'],
      );
    expect(readWorkOutput((await work()).stdout)).toMatchObject({
      ...{ key: String(rows[0]?.['id']), jobClass: 'App\\Jobs\\ExecuteApprovalJob', said: 'done' },
    });
    const [left] = await world.sql.query<RowDataPacket[]>('SELECT id FROM fap.jobs');
    expect(left).toHaveLength(rows.length - 1);
    await world.sql.query('DELETE FROM fap.jobs');
    expect(readWorkOutput((await work()).stdout)).toBeUndefined();
    expect(readEnvironment((await world.app.artisan('env', '--no-ansi')).stdout)).toMatch(/^\w+$/);
  });
});

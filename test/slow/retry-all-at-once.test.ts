import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../../demo/world/world.ts';
import { retryAll } from '../../src/operations/retry-all.ts';
import { type Approved, createApproved } from '../acceptance/operations/approved.ts';

const jobs = 6_000;
const workers = 3;

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

const rows = async (sql: string): Promise<readonly RowDataPacket[]> =>
  (await world.sql.query<RowDataPacket[]>(sql))[0];
const count = async (sql: string): Promise<number> => Number((await rows(sql))[0]?.['n']);

/** Workers that never rest, so that a job which fails at once does so while artisan still holds its old row. */
function startWorker(): ChildProcess {
  const words = ['artisan', 'queue:work', 'database', '--queue=reports', '--sleep=0', '--tries=1'];
  return spawn('php', words, { cwd: world.app.folder, stdio: 'ignore' });
}

async function failAll(): Promise<ReadonlySet<string>> {
  await world.sql.query('DELETE FROM fap.jobs');
  await world.sql.query('DELETE FROM fap.failed_jobs');
  await world.app.behave({ GenerateReportSnapshotJob: { do: 'throw', exception: 'content' } });
  await world.app.dispatch('GenerateReportSnapshotJob', jobs);
  await Promise.all([1, 2, 3].map(() => world.app.work('database', 'reports')));
  return new Set((await rows('SELECT uuid FROM fap.failed_jobs')).map((row) => String(row['uuid'])));
}

/** Jobs that are in no table any more, though each of them failed again. */
async function lost(before: ReadonlySet<string>): Promise<readonly string[]> {
  const now = new Set((await rows('SELECT uuid FROM fap.failed_jobs')).map((row) => String(row['uuid'])));
  return [...before].filter((uuid) => !now.has(uuid));
}

async function underWorkers<T>(work: () => Promise<T>): Promise<T> {
  const running = Array.from({ length: workers }, startWorker);
  try {
    return await work();
  } finally {
    for (const worker of running) worker.kill('SIGKILL');
    await Promise.all(running.map((worker) => worker.exitCode ?? worker.signalCode ?? once(worker, 'exit')));
  }
}

async function untilDrained(): Promise<void> {
  const until = Date.now() + 300_000;
  while ((await count('SELECT COUNT(*) AS n FROM fap.jobs')) > 0) {
    if (Date.now() > until) throw new Error('the queue was never drained');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await new Promise((resolve) => setTimeout(resolve, 1_000));
}

describe(`${jobs} jobs that fail again at once, with ${workers} workers that never rest`, () => {
  it.each([
    ['paused while they are pushed', true],
    ['not paused', false],
  ])('none is lost that the request does not list: workers %s', async (_, pauses) => {
    const before = await failAll();
    expect(before.size).toBe(jobs);
    const approved: Approved = await createApproved(
      world,
      retryAll,
      pauses ? undefined : { apps: { fap: { cache: undefined } } },
    );
    try {
      const view = await underWorkers(async () => {
        const asked = await approved.run('retry all queue=reports');
        await approved.untilEnded(asked.id, 300_000);
        await untilDrained();
        return approved.until(asked.id, ({ execution }) => execution?.followed === false, 300_000);
      });
      const { countsByState: counts } = view;
      const gone = await lost(before);
      console.log({ pauses, counts, lost: gone.length });
      const listed = (
        await rows(
          "SELECT uuid FROM queuekeeper.approval_targets WHERE state IN ('vanished', 'unconfirmed', 'ended_quietly')",
        )
      ).map((row) => String(row['uuid']));
      expect(gone.filter((uuid) => !listed.includes(uuid))).toEqual([]);
      if (pauses) expect(gone).toEqual([]);
      const archived = await rows('SELECT uuid FROM queuekeeper.archived_failed_jobs');
      const kept = new Set(archived.map((row) => String(row['uuid'])));
      expect(gone.every((uuid) => kept.has(uuid))).toBe(true);
      expect(await rows('SELECT id FROM fap.jobs')).toEqual([]);
      expect(counts.failed_again).toBe(jobs - gone.length);
    } finally {
      await approved.stop();
    }
  });
});

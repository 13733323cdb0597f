import { mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataInUse } from '../../../demo/world/memory.ts';
import { startWorld } from '../../../demo/world/world.ts';
import { findProcesses } from './processes.ts';

let root: string;
let keep: string;
const usual = process.env['TMPDIR'];
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'queuekeeper-keep-')));
  keep = `${root}/kept`;
  // Worlds of others on this machine are not looked at.
  process.env['TMPDIR'] = `${root}/tmp`;
  await mkdir(`${root}/tmp`);
});
afterAll(async () => {
  if (usual === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = usual;
  await rm(root, { recursive: true, force: true });
});

describe('a world whose data is kept', () => {
  it('is found again: rows, jobs in Redis, what jobs were told, keys; and is one world at a time', async () => {
    const first = await startWorld({ keep });
    await first.app.dispatch('GenerateReportSnapshotJob', 2);
    await first.app.dispatch('GenerateInsightJob', 3);
    await first.app.behave({ RefundOrderJob: { do: 'throw', exception: 'provider' } });
    await expect(startWorld({ keep })).rejects.toThrow(DataInUse);
    await first.stop();

    const second = await startWorld({ keep });
    try {
      const [rows] = await second.sql.query<RowDataPacket[]>('SELECT COUNT(*) AS n FROM fap.jobs');
      expect(rows[0]?.['n']).toBe(2);
      expect(await second.redis.client.llen('fap:queues:insights')).toBe(3);
      expect(second.app.told()).toEqual({ RefundOrderJob: { do: 'throw', exception: 'provider' } });
      expect(second.env['QUEUEKEEPER_AUDIT_KEY']).toBe(first.env['QUEUEKEEPER_AUDIT_KEY']);
      // The application still reads what it wrote.
      await second.app.work('redis', 'insights');
      expect(await second.redis.client.llen('fap:queues:insights')).toBe(0);
    } finally {
      await second.stop();
    }
  });
});

describe('a world that is ended while it starts', () => {
  it.each([0, 100, 400, 900])('leaves nothing after %i ms', async (milliseconds) => {
    const stop = new AbortController();
    const starting = startWorld({ workers: 'all', signal: stop.signal });
    const timer = setTimeout(() => stop.abort(), milliseconds);
    // A quick machine may be ready before it is told.
    const ended = starting.then(
      (world) => world.stop(),
      () => undefined,
    );
    await ended.finally(() => clearTimeout(timer));
    expect({ folders: await readdir(tmpdir()), processes: await findProcesses(tmpdir()) }).toEqual({
      ...{ folders: [], processes: [] },
    });
  });

  it('rejects', async () => {
    const stop = new AbortController();
    const starting = startWorld({ signal: stop.signal });
    stop.abort();
    await expect(starting).rejects.toThrow();
  });
});

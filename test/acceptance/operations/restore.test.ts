import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type World as DemoWorld, startWorld } from '../../../demo/world/world.ts';
import type { RequestView } from '../../../src/core/request.ts';
import { flush } from '../../../src/operations/flush.ts';
import { restore } from '../../../src/operations/restore.ts';
import { type Approved, createApproved } from './approved.ts';

/** What a flush removed comes back from the archive, byte for byte, and never twice. */
let demo: DemoWorld;
let flushing: Approved;
let restoring: Approved;
const review = { review: 'https://wiki.example.com/reviews/7' };

beforeAll(async () => {
  demo = await startWorld();
  flushing = await createApproved(demo, flush);
  restoring = await createApproved(demo, restore);
  await demo.app.behave({ GenerateReportSnapshotJob: { do: 'throw', exception: 'content' } });
  await demo.app.dispatch('GenerateReportSnapshotJob', 8);
  await demo.app.work('database', 'reports');
  await demo.sql.query('CREATE TABLE fap.kept_failures AS SELECT * FROM fap.failed_jobs');
});
afterAll(async () => {
  await restoring?.stop();
  await flushing?.stop();
  await demo?.stop();
});
beforeEach(async () => {
  await rows('DELETE FROM fap.failed_jobs');
  await rows('DELETE FROM fap.jobs');
  await rows('ALTER TABLE fap.failed_jobs AUTO_INCREMENT = 1');
});

async function rows(sql: string, values: readonly unknown[] = []): Promise<readonly RowDataPacket[]> {
  const [found] = await demo.sql.query<RowDataPacket[]>(sql, [...values]);
  return found;
}
const whole = (): Promise<readonly RowDataPacket[]> =>
  rows(`SELECT id, uuid, HEX(CAST(connection AS BINARY)) AS connection, HEX(CAST(queue AS BINARY)) AS queue,
    SHA2(payload, 256) AS payload, SHA2(exception, 256) AS exception, CAST(failed_at AS CHAR) AS failed_at
    FROM fap.failed_jobs ORDER BY id`);

/** Old enough to go in one statement, unless told otherwise. */
async function flushed(
  count: number,
  change?: string,
): Promise<{ view: RequestView; before: readonly RowDataPacket[] }> {
  await rows(
    `INSERT INTO fap.failed_jobs SELECT * FROM (SELECT k.* FROM fap.kept_failures k ORDER BY id LIMIT ?) t`,
    [count],
  );
  await rows('UPDATE fap.failed_jobs SET failed_at = NOW() - INTERVAL 5 HOUR');
  if (change !== undefined) await rows(change);
  const before = await whole();
  const view = await flushing.run('flush', review);
  return { view: await flushing.untilEnded(view.id), before };
}

const outcome = async (view: RequestView): Promise<RequestView> => restoring.untilEnded(view.id);

describe('restore', () => {
  it('brings everything back byte for byte, under the same numbers, with nulls, other bytes and rows without a uuid', async () => {
    const { view, before } = await flushed(
      6,
      `UPDATE fap.failed_jobs SET uuid = IF(id % 2, uuid, NULL), queue = 'ünïcödé 😀',
        payload = CONCAT(payload, '\\0\\r\\n', '\\'\\\\"'), exception = REPEAT('€', 700000) ORDER BY id LIMIT 2`,
    );
    expect(await whole()).toEqual([]);
    const ended = await outcome(await restoring.run(`restore #${view.number}`));
    expect(ended.execution).toMatchObject({ state: 'succeeded', detail: { restored: 6, from: view.number } });
    expect(await whole()).toEqual(before);
    const audit = await rows('SELECT event FROM queuekeeper.audit_log WHERE request_id = ? ORDER BY seq', [
      ended.id,
    ]);
    expect(audit.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['REQUESTED', 'VOTED', 'CLAIMED', 'INTENT', 'RESULT', 'RESTORED', 'OUTCOME']),
    );
  });

  it('leaves out and names what exists again, and what is queued now in either kind of queue', async () => {
    const { view, before } = await flushed(5);
    const [again, waits, inRedis] = before;
    await rows(
      `INSERT INTO fap.failed_jobs (uuid, connection, queue, payload, exception, failed_at)
       SELECT uuid, connection, queue, payload, exception, NOW() FROM fap.kept_failures WHERE uuid = ?`,
      [again?.['uuid']],
    );
    await rows(
      `INSERT INTO fap.jobs (queue, payload, attempts, available_at, created_at)
       SELECT queue, payload, 0, UNIX_TIMESTAMP(), UNIX_TIMESTAMP() FROM fap.kept_failures WHERE uuid = ?`,
      [waits?.['uuid']],
    );
    await rows(
      "UPDATE queuekeeper.approval_targets SET connection = 'redis', queue = 'insights' WHERE failed_id = ?",
      [inRedis?.['id']],
    );
    const [payload] = await rows('SELECT payload FROM fap.kept_failures WHERE uuid = ?', [inRedis?.['uuid']]);
    await demo.redis.client.zadd('fap:queues:insights:reserved', 1, String(payload?.['payload']));
    const survey = await restoring.survey(`restore #${view.number}`);
    expect(survey).toMatchObject({
      count: 2,
      detail: {
        skipped: {
          exists: { count: 1, ids: [again?.['id']] },
          queued: { count: 2, ids: [waits?.['id'], inRedis?.['id']] },
        },
      },
    });
    await demo.redis.client.del('fap:queues:insights:reserved');
  });

  it('gives a row a new number where its own was taken meanwhile, and says which', async () => {
    const { view, before } = await flushed(3);
    const [first] = before;
    await rows(
      `INSERT INTO fap.failed_jobs (id, uuid, connection, queue, payload, exception, failed_at)
       SELECT ?, UUID(), connection, queue, payload, exception, NOW() FROM fap.kept_failures LIMIT 1`,
      [first?.['id']],
    );
    const ended = await outcome(await restoring.run(`restore #${view.number}`));
    expect(ended.execution).toMatchObject({ state: 'succeeded', detail: { restored: 3 } });
    const moved = ended.targets.find(({ failedId }) => failedId === first?.['id'])?.failedAgainAs;
    const [row] = await rows('SELECT uuid FROM fap.failed_jobs WHERE id = ?', [moved]);
    expect(row?.['uuid']).toBe(first?.['uuid']);
  });

  it('brings an archived row back once ever, also where it is asked for again after another flush', async () => {
    const { view, before } = await flushed(4);
    await outcome(await restoring.run(`restore #${view.number}`));
    await expect(restoring.ask(`restore #${view.number}`)).rejects.toThrow('nothing-to-do');
    await rows('DELETE FROM fap.failed_jobs');
    const ended = await outcome(await restoring.run(`restore #${view.number}`));
    expect(ended.execution).toMatchObject({
      state: 'not_started',
      detail: { not_restored: 4, skipped: { before: { count: 4, ids: before.map((row) => row['id']) } } },
    });
    expect(await whole()).toEqual([]);
  });

  it('never inserts twice what was claimed when it was cut off: the data tell what came of it', async () => {
    const { view, before } = await flushed(4);
    const asked = await restoring.ask(`restore #${view.number}`);
    const execution = await restoring.approve(asked);
    // As a process leaves it that is killed between claim and insert of these, of which one was in already.
    const ids = asked.targets.map(({ failedId }) => failedId).slice(0, 2);
    await restoring.store.requests.intend(execution, {
      ...{ runId: `${execution.executionId}-1` as never, failedIds: ids, argv: ['insert'] },
      ...{ lifeSeconds: 1, countsBefore: {} },
    });
    await restoring.store.control.claimRestore(execution, view.id, ids);
    await rows(
      `INSERT INTO fap.failed_jobs (id, uuid, connection, queue, payload, exception, failed_at)
       SELECT failed_id, uuid, connection, queue, payload, exception, failed_at
       FROM queuekeeper.archived_failed_jobs WHERE request_id = ? AND failed_id = ?`,
      [view.id, ids[0]],
    );
    await rows('UPDATE queuekeeper.executions SET lease_until = UTC_TIMESTAMP(6) WHERE id = ?', [
      execution.executionId,
    ]);
    await rows('SET GLOBAL innodb_lock_wait_timeout = 1');
    const stopping = new AbortController();
    void restoring.runner().recover(stopping.signal);
    const ended = await outcome(asked);
    stopping.abort();
    expect(ended.execution).toMatchObject({
      state: 'partial',
      detail: { restored: 1, skipped: { interrupted: { ids: [ids[1]] }, 'not-reached': { count: 2 } } },
    });
    expect((await whole()).map((row) => row['id'])).toEqual([ids[0]]);
    // What was not reached comes back by another request, what was cut off never.
    const rest = await outcome(await restoring.run(`restore #${view.number}`));
    expect(rest.countsByState).toEqual({ restored: 2, not_restored: 1 });
    expect((await whole()).map((row) => row['id'])).toEqual(
      before.map((row) => row['id']).filter((id) => id !== ids[1]),
    );
  });

  it('puts back nothing that the archive does not have as it was sealed', async () => {
    const { view } = await flushed(3);
    const asked = await restoring.ask(`restore #${view.number}`);
    const changed = asked.targets[1]?.failedId;
    await rows(
      "UPDATE queuekeeper.archived_failed_jobs SET exception = 'nicer' WHERE request_id = ? AND failed_id = ?",
      [view.id, changed],
    );
    await expect(restoring.approve(asked)).rejects.toThrow(`"why":"archive","ids":[${changed}]`);
  });

  it('is refused before any form where no account may write, for a request that runs, and for one that there is not', async () => {
    const { view } = await flushed(1);
    await expect(restoring.survey('restore #999')).rejects.toThrow('unknown-request');
    const reader = await createApproved(demo, restore, { apps: { fap: { database_write: undefined } } });
    await expect(reader.survey(`restore #${view.number}`)).rejects.toThrow('no-write-account');
    await reader.stop();
  });

  it('writes as an account that may do nothing but insert', async () => {
    const [grants] = await demo.sql.query<RowDataPacket[]>("SHOW GRANTS FOR 'qk_restore'@'%'");
    expect(JSON.stringify(grants)).toContain('GRANT SELECT, INSERT ON `fap`.`failed_jobs`');
  });
});

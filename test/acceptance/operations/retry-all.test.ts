import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../../../demo/world/world.ts';
import { renderReply } from '../../../src/cli/render-text.ts';
import { retryAll } from '../../../src/operations/retry-all.ts';
import { type Approved, createApproved } from './approved.ts';

let world: World;
let approved: Approved;

beforeAll(async () => {
  world = await startWorld();
  approved = await createApproved(world, retryAll);
});
afterAll(async () => {
  await approved?.stop();
  await world?.stop();
});
beforeEach(async () => {
  await world.sql.query('DELETE FROM fap.jobs');
  await world.sql.query('DELETE FROM fap.failed_jobs');
});

async function rows(sql: string, values: readonly unknown[] = []): Promise<readonly RowDataPacket[]> {
  const [found] = await world.sql.query<RowDataPacket[]>(sql, [...values]);
  return found;
}

async function fail(kind: string, queue: string, count: number): Promise<void> {
  await world.app.behave({ [kind]: { do: 'throw', exception: 'content' } });
  await world.app.dispatch(kind, count);
  await world.app.work('database', queue);
  await world.app.behave({ [kind]: undefined });
}

describe('retry all, approved, on real failures', () => {
  it('pushes all, isolates one that can not be decoded, and follows them to their business rows', async () => {
    await fail('GenerateReportSnapshotJob', 'reports', 300);
    const bad = await world.jobs.oddFailure('old-key');
    const view = await approved.run('retry all');
    const ended = await approved.untilEnded(view.id);
    console.log(JSON.stringify(ended.execution), ended.countsByState, approved.said);
    console.log(renderReply(retryAll.card(ended, approved.world, 'en')));
    await world.app.work('database', 'reports');
    const seen = await approved.until(view.id, ({ execution }) => execution?.followed === false);
    console.log(seen.countsByState);
    console.log(renderReply(retryAll.card(seen, approved.world, 'en')));
    expect(seen.countsByState).toEqual({ done: 300, stuck: 1 });
    expect(bad).toBeGreaterThan(0);
    expect((await rows('SELECT COUNT(*) AS n FROM fap.failed_jobs'))[0]?.['n']).toBe(1);
  });
});

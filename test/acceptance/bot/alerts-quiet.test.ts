import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderPlain } from '../../../demo/slack/plain.ts';
import type { Message } from '../../../demo/slack/timeline.ts';
import { type Stage, setStage } from './stage.ts';

/** Two nights on the store's clock, which alone decides: 02:00 to 08:00 in Shanghai, as the example is shipped. */
let stage: Stage;

const alerts = {
  every: '1s',
  rules: {
    ...{ 'reports-backlog': undefined, 'payment-failures': undefined, 'no-workers': undefined },
    ...{ slo: undefined, 'failed-jobs': { for: '1s' } },
    'snapshots-pending': { older_than: '60s', for: '1s', recover_for: '1s' },
  },
};

beforeAll(async () => {
  stage = await setStage({ workers: [], clock: true, config: { alerts } });
});
afterAll(() => stage?.stop());

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** The next 03:00 in Shanghai, from which the nights are counted. */
const firstNight = Math.floor(Date.now() / dayMs) * dayMs + 19 * hourMs + dayMs;
const setStore = (at: number) => stage.world.clock.store.offset(at - Date.now());

const said = (): readonly Message[] =>
  stage.slack.timeline.messages.filter(
    ({ channel, ephemeralFor }) => channel === 'C0ALERTS' && ephemeralFor === undefined,
  );
const digests = (words: string): readonly string[] =>
  said()
    .map((message) => renderPlain(message))
    .filter((text) => text.includes(words));
/** With a movable clock the store is a server of its own. */
const kept = (condition: string): Promise<void> =>
  expect
    .poll(
      async () =>
        (
          await stage.world.store.root.query<RowDataPacket[]>(
            `SELECT id FROM queuekeeper.incidents WHERE ${condition}`,
          )
        )[0].length,
    )
    .toBe(1);
const hushed = (rule: string, state: 'open' | 'resolved') =>
  kept(`rule = '${rule}' AND state = '${state}' AND hushed = 1`);

/** Stuck rows that are mended before anybody wakes up. */
async function comesAndGoes(night: number): Promise<void> {
  await stage.rows(`INSERT INTO fap.report_snapshots
    (attempt_id, scale_code, pack_id, dir_version, report_json, status, created_at, updated_at)
    SELECT CONCAT('night-${night}-', seq), 'S', 'P', 'V', '{}', 'pending', UTC_TIMESTAMP() - INTERVAL 120 SECOND, UTC_TIMESTAMP()
    FROM fap.seq_1_to_25`);
  await hushed('snapshots-pending', 'open');
  await stage.rows("UPDATE fap.report_snapshots SET status = 'ready'");
  await hushed('snapshots-pending', 'resolved');
}

describe('a quiet night', () => {
  it('holds warnings back, and its morning has one digest of what fires still and what came and went', async () => {
    await setStore(firstNight);
    const { app } = stage.world;
    await app.behave({ GenerateReportSnapshotJob: { do: 'throw', exception: 'content' } });
    await app.dispatch('GenerateReportSnapshotJob', 3);
    await app.work('database', 'reports');
    await hushed('failed-jobs', 'open');
    await comesAndGoes(1);
    expect(said()).toEqual([]);

    await setStore(firstNight + 5 * hourMs);
    const digest = await stage.see('The quiet window ended');
    expect(digest).toMatch(
      /Still firing\*\n• \*#1\* 3 failed jobs[\s\S]*Came and went meanwhile\*\n.*#2\* `snapshots-pending`: 100\s% at worst; from 2\d{3}-\d\d-\d\d 03:0\d:\d\d Asia\/Shanghai, for \d+\s(?:s|min|min\s\d+\ss)$/,
    );
    // What fires still has its root from then on; what is over has none.
    await stage.slack.waitFor('the root', (one) => renderPlain(one).includes('rule `failed-jobs`'));
    await kept("rule = 'failed-jobs' AND hushed = 0");
    expect(said().filter(({ threadTs }) => threadTs === undefined)).toHaveLength(2);
  });

  it('is told in Chinese by a bot that speaks it, the next night', async () => {
    await stage.killAll();
    await setStore(firstNight + dayMs);
    const config = await stage.world.config({ locale: 'zh-CN', alerts });
    await stage.another({ config });
    await hushed('failed-jobs', 'open');
    await comesAndGoes(2);
    expect(digests('静默时段已于')).toEqual([]);
    await setStore(firstNight + dayMs + 5 * hourMs);
    expect(await stage.see('静默时段已于')).toMatch(
      /仍未恢复\*\n• \*#1\* 3 个失败任务[\s\S]*期间出现并已恢复\*\n.*`snapshots-pending`：最严重时 50\s%；始于 2\d{3}-\d\d-\d\d 03:0\d:\d\d Asia\/Shanghai，持续 \d+\s(?:秒|分钟|分钟\s\d+\s秒)$/,
    );
    expect([digests('The quiet window ended').length, digests('静默时段已于').length]).toEqual([1, 1]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderPlain } from '../../../demo/slack/plain.ts';
import { type Listener, listen } from '../../paging/server.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;
let outside: Listener;

beforeAll(async () => {
  outside = await listen();
  stage = await setStage({
    workers: [],
    config: {
      alerts: {
        ...{ every: '1s', quiet: undefined },
        page: { webhook: `${outside.url}/page` },
        heartbeat: { url: `${outside.url}/beat`, every: '1s' },
        escalate: [{ after: '0s', mention: 'S0ONCALL', page: true }],
        rules: {
          'failed-jobs': { watch: 'failed_jobs', for: '2s' },
          ...{ 'reports-backlog': undefined, 'snapshots-pending': undefined, 'payment-failures': undefined },
          ...{ 'no-workers': undefined, slo: undefined },
        },
      },
    },
  });
});
afterAll(async () => {
  await stage?.stop();
  await outside?.close();
});

const pages = () =>
  outside.taken
    .filter(({ path }) => path === '/page')
    .map(({ body }) => JSON.parse(body) as { event: string; key: string; rule: string }); // our own shape

describe('alerts of a whole bot', () => {
  it('fire by a real failure, call, page, and are over on another replica when it is gone', async () => {
    await expect
      .poll(() => outside.taken.some(({ path }) => path === '/beat'), { timeout: 10_000, interval: 50 })
      .toBe(true);
    const first = stage.bot;
    await stage.another();
    await stage.world.app.behave({ GenerateReportSnapshotJob: { do: 'throw', exception: 'content' } });
    await stage.world.app.dispatch('GenerateReportSnapshotJob');
    await stage.world.app.work('database', 'reports');
    const fired = await stage.untilRow(
      "SELECT id, rule, severity, TIMESTAMPDIFF(MICROSECOND, breached_at, fired_at) AS held FROM queuekeeper.incidents WHERE rule = 'failed-jobs'",
    );
    expect(fired).toMatchObject({ severity: 'warning' });
    expect(Number(fired['held'])).toBeGreaterThanOrEqual(2_000_000);
    const root = await stage.slack.waitFor(
      'the root',
      ({ channel, threadTs }) => channel === 'C0ALERTS' && threadTs === undefined,
    );
    expect(renderPlain(root)).toContain('failed-jobs');
    await expect.poll(() => pages().map(({ event }) => event), { timeout: 10_000 }).toEqual(['trigger']);
    // What was taken and not written down yet would be sent again, under the same key.
    await stage.untilRow("SELECT 1 FROM queuekeeper.incident_entries WHERE kind = 'paged'");
    // The one that evaluates goes; the other goes on at once, since the lease was handed back.
    await first.stop();
    await stage.world.sql.query('DELETE FROM fap.failed_jobs');
    await stage.untilRow("SELECT id FROM queuekeeper.incidents WHERE state = 'resolved'");
    await expect
      .poll(() => pages().map(({ event }) => event), { timeout: 10_000 })
      .toEqual(['trigger', 'resolve']);
    expect(new Set(pages().map(({ key }) => key)).size).toBe(1);
    const told = await stage.rows('SELECT kind FROM queuekeeper.incident_entries ORDER BY number');
    expect(told.map(({ kind }) => kind)).toEqual(['escalated', 'paged', 'resolved']);
    expect(await stage.rows('SELECT id FROM queuekeeper.incidents')).toHaveLength(1);
  });
});

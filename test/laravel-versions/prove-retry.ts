import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderPlain } from '../../demo/slack/plain.ts';
import type { FailedDriver, LaravelVersion } from '../../demo/world/laravel.ts';
import { type Stage, setStage } from '../acceptance/bot/stage.ts';

/** What touches artisan, on one version of Laravel and one failed driver. */
export function proveRetry(laravel: LaravelVersion, failedDriver: FailedDriver): void {
  describe(`Laravel ${laravel} with ${failedDriver}`, () => {
    let stage: Stage;
    beforeAll(async () => {
      stage = await setStage({ laravel, failedDriver });
      const { app } = stage.world;
      await app.behave({ GenerateReportSnapshotJob: { do: 'throw', exception: 'content' } });
      await app.dispatch('GenerateReportSnapshotJob', 4);
      await app.work('database', 'reports');
      await app.behave({ GenerateReportSnapshotJob: undefined });
    });
    afterAll(() => stage?.stop());

    it('shows the failures of real workers', async () => {
      const text = await stage.read('failed reports');
      expect(text).toContain('4 × `GenerateReportSnapshotJob`: RuntimeException: content pack unreadable');
      expect(await stage.read('show 1')).toContain('attemptId = ');
    });

    it('retries two jobs by artisan, confirmed by its own words, until they are done', async () => {
      const card = await stage.say('retry 1 2');
      await expect.poll(() => renderPlain(card), { timeout: 15_000 }).toContain('Retried 2 failed jobs');
      expect(renderPlain(card)).not.toContain('unconfirmed');
      await stage.world.app.work('database', 'reports');
      await expect.poll(() => renderPlain(card), { timeout: 15_000 }).toContain('2 done');
    });

    it('forgets a job', async () => {
      await stage.say('forget 3');
      await stage.see('Forgot job 3', '1 forgotten');
    });

    it('isolates a payload that artisan can not decode', async () => {
      await stage.rows("UPDATE fap.failed_jobs SET payload = REPLACE(payload, 'O:', 'X:') WHERE id = 4");
      const card = await stage.say('retry 4');
      await expect
        .poll(() => renderPlain(card), { timeout: 15_000 })
        .toContain('artisan could not read its payload');
    });
  });
}

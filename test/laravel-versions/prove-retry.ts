import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderPlain } from '../../demo/slack/plain.ts';
import type { Message } from '../../demo/slack/timeline.ts';
import type { View } from '../../demo/slack/views.ts';
import type { FailedDriver, LaravelVersion } from '../../demo/world/laravel.ts';
import { approvalsChannel, peopleOn, textOf } from '../acceptance/bot/people.ts';
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
      await expect.poll(() => renderPlain(card)).toContain('Retried 2 failed jobs');
      expect(renderPlain(card)).not.toContain('unconfirmed');
      await stage.world.app.work('database', 'reports');
      await expect.poll(() => renderPlain(card)).toContain('2 done');
    });

    it('forgets a job', async () => {
      await stage.say('forget 3');
      await stage.see('Forgot job 3', '1 forgotten');
    });

    it('isolates a payload that artisan can not decode', async () => {
      await stage.rows("UPDATE fap.failed_jobs SET payload = REPLACE(payload, 'O:', 'X:') WHERE id = 4");
      const card = await stage.say('retry 4');
      await expect.poll(() => renderPlain(card)).toContain('artisan could not read its payload');
    });

    it('flushes by hours where this version knows them, else one by one, and restores', async () => {
      const { app } = stage.world;
      await app.behave({ GenerateReportSnapshotJob: { do: 'throw', exception: 'content' } });
      await app.dispatch('GenerateReportSnapshotJob', 2);
      await app.work('database', 'reports');
      await stage.rows('UPDATE fap.failed_jobs SET failed_at = NOW() - INTERVAL 3 HOUR ORDER BY id LIMIT 2');
      const before = await stage.rows('SELECT * FROM fap.failed_jobs ORDER BY id');
      const people = peopleOn(stage);
      const form = await people.formOf('flush');
      expect(textOf(form)).toContain(laravel >= 9 ? '2 in one statement' : 'knows no hours');
      const card = await send(form, { reason: 'of no use', review: 'https://wiki.example.com/7' });
      await stage.slack.as('U0BO').click(card, 'Approve');
      await expect.poll(() => renderPlain(card)).toContain('3 deleted');
      const called = await stage.rows(
        "SELECT 1 FROM queuekeeper.audit_log WHERE event = 'INTENT' AND detail LIKE '%--hours=2%'",
      );
      expect(called).toHaveLength(laravel >= 9 ? 1 : 0);
      await stage.slack.as('U0ANNA').click(card, 'Restore');
      const restoring = await send(await people.readyForm(), { reason: 'the wrong ones' });
      await stage.slack.as('U0BO').click(restoring, 'Approve');
      await expect.poll(() => renderPlain(restoring)).toContain('3 back in failed_jobs');
      expect(await stage.rows('SELECT * FROM fap.failed_jobs ORDER BY id')).toEqual(before);
    });

    /** Sends a form of Anna's, and returns the card that comes of it. */
    async function send(form: View, values: Readonly<Record<string, string>>): Promise<Message> {
      // An earlier card may still be drawn anew meanwhile.
      const known = new Set(stage.slack.timeline.messages);
      await stage.slack.as('U0ANNA').submit(form, values);
      expect(form.errors).toEqual({});
      return stage.slack.waitFor(
        'a new card',
        (message) =>
          !known.has(message) &&
          message.channel === approvalsChannel &&
          renderPlain(message).includes('Show jobs'),
      );
    }
  });
}

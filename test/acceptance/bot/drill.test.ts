import { appendFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buttonsOf } from '../../../demo/slack/person.ts';
import { renderPlain } from '../../../demo/slack/plain.ts';
import type { Message } from '../../../demo/slack/timeline.ts';
import { type Stage, setStage } from './stage.ts';

/** One world, in this order: each case leaves what the next one needs. */
let stage: Stage;
const workers = 'fap-queue-reports';

beforeAll(async () => {
  stage = await setStage({ workers: [workers] });
});
afterAll(() => stage?.stop());

/** What the configuration says, and what the application says of itself. */
const restartAs = async (environment: string, appEnv: string): Promise<void> => {
  await stage.killAll();
  await appendFile(`${stage.world.app.folder}/.env`, `APP_ENV=${appEnv}\n`);
  const config = await stage.world.config({ apps: { fap: { environment } } });
  await stage.another({ config });
};
const becomes = (card: Message, text: string): Promise<void> =>
  expect.poll(() => renderPlain(card)).toContain(text);
const newest = async () => {
  const [row] = await stage.rows('SELECT * FROM queuekeeper.drills ORDER BY number DESC LIMIT 1');
  return row;
};
const jobs = async (): Promise<number> => {
  const [row] = await stage.rows("SELECT COUNT(*) AS n FROM fap.jobs WHERE queue = 'reports'");
  return Number(row?.['n']);
};

describe('/queue drill', () => {
  it('is refused where the configuration says production, and nothing is sent', async () => {
    expect(await stage.read('drill reports')).toContain('the configuration says `production`');
    await stage.untilRow(
      "SELECT 1 FROM queuekeeper.audit_log WHERE verb = 'drill' AND outcome = 'refused:drill-in-production'",
    );
  });

  it('passes from end to end with real workers, and ends in a record', async () => {
    await restartAs('staging', 'staging');
    const card = await stage.say('drill reports');
    expect(card.ephemeralFor).toBeUndefined();
    await becomes(card, 'passed in');
    const text = renderPlain(card);
    expect(text).toContain('`fap:drill reports` ended with 0');
    expect(text).toMatch(/failed_jobs has a new row above 0: #\d+/);
    expect(text).toContain('`queue:failed` lists it too, among 1 row');
    expect(text).toContain('it left `database:reports`');
    expect(text).toContain('is good');
    expect(text).toContain('1 row of `report_snapshots` recovered since the drill began');
    expect(text).toContain(
      'its rows are there: REQUESTED, CLAIMED, INTENT, RESULT, ARCHIVED, INTENT, RESULT',
    );
    expect(text).toContain('APP_ENV=staging');
    expect(buttonsOf(card)).toEqual([]);
    expect(await newest()).toMatchObject({
      ...{ conclusion: 'passed', queue: 'database:reports', person: 'U0ANNA', open_app: null, step: null },
      ...{ left_behind: '' },
    });
    const steps: unknown = JSON.parse(String((await newest())?.['steps']));
    expect(steps).toMatchObject(
      ['make', 'see', 'retry', 'job', 'business', 'audit'].map((name) => ({ name, mark: 'done' })),
    );
    expect(await stage.rows('SELECT id FROM fap.failed_jobs')).toEqual([]);
    expect(await stage.read('audit verb=drill')).toContain('→ passed');
  });

  it('waits for a failure made by hand where no command is configured, and Stop ends that', async () => {
    const card = await stage.say('drill content');
    await becomes(card, 'now make a job (`RunContentProbeJob`) fail');
    await stage.slack.as('U0BO').click(card, 'Stop');
    await becomes(card, 'stopped at step 1: Make a failure');
    expect(await newest()).toMatchObject({ conclusion: 'stopped', step: 1, queue: 'database:content' });
  });

  it('fails at step 4 with words where no worker lives', async () => {
    await stage.world.supervisor?.ctl('stop', `${workers}:*`);
    const card = await stage.say('drill reports');
    await becomes(card, 'failed at step 4: The job');
    expect(renderPlain(card)).toContain(`no worker of \`${workers}\` is alive`);
    expect(await newest()).toMatchObject({ conclusion: 'failed', step: 4 });
    expect(await jobs()).toBe(1);
  });

  it('killed in the middle: the next process says where it was cut short, and runs nothing twice', async () => {
    // Its job is held until the end, so that it is at this step for as long as it takes to kill it.
    await stage.world.app.behave({ GenerateReportSnapshotJob: { do: 'wait' } });
    await stage.world.supervisor?.ctl('start', `${workers}:*`);
    await stage.say('drill reports');
    await stage.untilRow(
      `SELECT 1 FROM queuekeeper.execution_runs r JOIN queuekeeper.executions e ON e.id = r.execution_id
       WHERE e.state = 'executing' AND r.progress LIKE '%"name":"job"%'`,
    );
    await stage.killAll();
    const [before] = await stage.rows('SELECT COUNT(*) AS n FROM queuekeeper.artisan_calls');
    // As if the lease's 20 s had passed.
    await stage.rows('UPDATE queuekeeper.executions SET lease_until = UTC_TIMESTAMP(6)');
    await restartAs('staging', 'production');
    await stage.untilRow("SELECT 1 FROM queuekeeper.drills WHERE conclusion = 'cut-short'");
    expect(await newest()).toMatchObject({ conclusion: 'cut-short', step: 4, open_app: null });
    expect(await jobs()).toBe(2);
    const [after] = await stage.rows('SELECT COUNT(*) AS n FROM queuekeeper.artisan_calls');
    expect(after?.['n']).toBe(before?.['n']);
  });

  it('is refused where the application itself says production, though the configuration says staging', async () => {
    expect(await stage.read('drill reports')).toContain('the application itself says APP_ENV=`production`');
    expect(await stage.read('audit verb=drill')).toContain('cut short at step 4');
  });
});

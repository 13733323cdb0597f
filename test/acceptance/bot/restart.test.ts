import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderPlain } from '../../../demo/slack/plain.ts';
import type { Message } from '../../../demo/slack/timeline.ts';
import { groups, type SupervisorServer } from '../../../demo/world/supervisord.ts';
import { numberOf } from './people.ts';
import { type Stage, setStage } from './stage.ts';

/** Real workers under a real supervisord, restarted by the whole bot over SSH. */
let stage: Stage;
let supervisor: SupervisorServer;

beforeAll(async () => {
  stage = await setStage({ workers: ['fap-queue-reports', 'fap-queue-ops'] });
  if (stage.world.supervisor === undefined) throw new Error('no Supervisor');
  supervisor = stage.world.supervisor;
});
afterAll(() => stage?.stop());

/** A release restarts eight workers one after the other, each of which starts a PHP and is asked after by a Python. */
const patience = 200_000;
const shows = (card: Message, ...parts: readonly string[]): Promise<void> =>
  expect
    .poll(() => parts.filter((part) => !renderPlain(card).includes(part)), { timeout: patience })
    .toEqual([]);

const served = (): Promise<void> =>
  expect
    .poll(async () => (await supervisor.workers('fap-queue-reports')).map(({ state }) => state))
    .toEqual(['RUNNING', 'RUNNING']);

const pids = async (): Promise<readonly (number | undefined)[]> =>
  (await supervisor.workers('fap-queue-reports')).map(({ pid }) => pid);

const calls = (card: Message) =>
  stage.rows(
    `SELECT c.state FROM queuekeeper.artisan_calls c JOIN queuekeeper.executions e ON e.id = c.execution_id
     JOIN queuekeeper.approvals a ON a.id = e.request_id WHERE a.number = ? ORDER BY c.run_id`,
    [numberOf(card)],
  );

/** Jobs in the hands of workers, which don't end before `release`. */
async function busy(count: number): Promise<void> {
  await stage.world.app.behave({ GenerateReportSnapshotJob: { do: 'wait' } });
  await stage.world.app.dispatch('GenerateReportSnapshotJob', count);
  await stage.untilRow(
    `SELECT COUNT(*) AS n FROM fap.jobs WHERE reserved_at IS NOT NULL HAVING n = ${count}`,
  );
}
const release = (): Promise<void> => stage.world.app.behave({ GenerateReportSnapshotJob: undefined });

/** Looks at the group again and again; the least number of RUNNING members that was seen. */
function watch(): () => Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  let going = true;
  const watching = (async (): Promise<void> => {
    while (going) {
      const workers = await supervisor.workers('fap-queue-reports').catch(() => undefined);
      const running = workers?.filter(({ state }) => state === 'RUNNING').length;
      least = Math.min(least, running ?? least);
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  })();
  return async () => {
    going = false;
    await watching;
    return least;
  };
}

describe('restart QUEUE', () => {
  it('lets a job end, keeps the queue served, and is done when each member is another process', async () => {
    await served();
    const before = await pids();
    await busy(1);
    const least = watch();
    const card = await stage.say('restart reports');
    expect(card.ephemeralFor).toBeUndefined();
    await shows(card, 'finishes its job, for', '(killed after 6 min)');
    await release();
    await shows(card, '2 of 2 run with a new pid');
    expect(await least()).toBeGreaterThanOrEqual(1);
    const after = await pids();
    before.forEach((pid, index) => {
      expect(after[index]).not.toBe(pid);
      expect(renderPlain(card)).toContain(`pid ${pid} → ${after[index]}`);
    });
    expect(await stage.rows('SELECT status FROM fap.report_snapshots')).toEqual([{ status: 'ready' }]);
    const audit = await stage.rows(
      `SELECT l.event, l.detail FROM queuekeeper.audit_log l JOIN queuekeeper.approvals a ON a.id = l.request_id
       WHERE a.number = ? ORDER BY l.seq`,
      [numberOf(card)],
    );
    expect(audit.map(({ event }) => event)).toEqual([
      ...['REQUESTED', 'CLAIMED', 'INTENT', 'RESULT', 'INTENT', 'RESULT', 'OUTCOME'],
    ]);
    expect(String(audit[2]?.['detail'])).toContain(`"pid":${before[0]}`);
    expect(String(audit[6]?.['detail'])).toContain(`"newPid":${after[0]}`);
  });

  it('cut off by the death of the bot is judged by what is seen, and nothing is restarted twice', async () => {
    await served();
    const before = await pids();
    await busy(2);
    const card = await stage.say('restart reports');
    await shows(card, 'finishes its job');
    await stage.bot.kill();
    await release();
    await stage.rows("UPDATE queuekeeper.executions SET lease_until = '2020-01-01'");
    await stage.restart();
    await shows(card, 'Restarted only 1 of 2', 'left as it is, since the run was cut off in between');
    expect(await calls(card)).toHaveLength(1);
    const after = await pids();
    expect(after[0]).not.toBe(before[0]);
    expect(after[1]).toBe(before[1]);
  });
});

describe('restart all', () => {
  it('asks before it updates what Supervisor announces, others’ groups too, and restarts every group', async () => {
    await served();
    const before = await pids();
    const programs = groups.map((group) => ({
      ...{ ...group, started: ['fap-queue-reports', 'fap-queue-ops'].includes(group.name) },
      timeoutSeconds: group.name === 'fap-queue-ops' ? 110 : group.timeoutSeconds,
    }));
    const others = { ...groups[2], name: 'nightly-import', started: true };
    await supervisor.rewrite([...programs, others]);
    const card = await stage.say('restart all');
    await shows(card, '`fap-queue-ops` @ api-1: changed', '`nightly-import` @ api-1: new', 'not one of ours');
    expect(await pids()).toEqual(before);
    expect(await supervisor.ctl('status')).not.toContain('nightly-import');
    await stage.slack.as('U0BO').click(card, 'Continue');
    const least = watch();
    await shows(card, 'Restarted all workers of fap: 8 of 8 run with a new pid', 'by the update');
    expect(await least()).toBeGreaterThanOrEqual(1);
    expect(await supervisor.ctl('status')).toMatch(/^nightly-import\s+RUNNING/m);
    expect(await calls(card)).toHaveLength(11);
    expect(await stage.read('workers ops')).toContain('110');
  }, 300_000);
});

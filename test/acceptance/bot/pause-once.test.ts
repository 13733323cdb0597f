import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderPlain } from '../../../demo/slack/plain.ts';
import type { Message } from '../../../demo/slack/timeline.ts';
import { numberOf, type People, peopleOn } from './people.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;
let people: People;

beforeAll(async () => {
  stage = await setStage({ workers: ['fap-queue-content'], tries: 2 });
  people = peopleOn(stage);
});
afterAll(() => stage?.stop());

const shows = (card: Message, ...parts: readonly string[]): Promise<void> =>
  expect
    .poll(() => {
      const text = renderPlain(card);
      return parts.every((part) => text.includes(part)) ? [] : [text, ...parts];
    })
    .toEqual([]);
const waiting = async (queue: string): Promise<number> =>
  Number((await stage.rows('SELECT COUNT(*) AS n FROM fap.jobs WHERE queue = ?', [queue]))[0]?.['n']);
const eventsOf = async (number: number): Promise<readonly string[]> =>
  (
    await stage.rows(
      'SELECT l.event FROM queuekeeper.audit_log l JOIN queuekeeper.approvals a ON a.id = l.request_id WHERE a.number = ? ORDER BY l.seq',
      [number],
    )
  ).map((row) => String(row['event']));

/** Resolves when workers have asked so often whether their queue is paused. */
async function looksOfWorkers(least: number): Promise<void> {
  const monitor = await stage.world.redis.client.monitor();
  let looks = 0;
  monitor.on('monitor', (_, words: readonly string[]) => {
    if (words.some((word) => word.includes('queue:paused') && word.includes('content'))) looks += 1;
  });
  try {
    await expect.poll(() => looks).toBeGreaterThanOrEqual(least);
  } finally {
    monitor.disconnect();
  }
}

describe('a paused queue', () => {
  it('is left alone by real workers, and resumes by itself though the bot was killed meanwhile', async () => {
    const card = await stage.say('pause content 10m the provider is down');
    await shows(card, '`database:content` is paused until', 'the provider is down', '@U0ANNA', '[Resume]');
    const { app } = stage.world;
    await app.dispatch('RunContentProbeJob');
    const status = await stage.read('status content');
    expect(status).toMatch(/content\* is paused by @U0ANNA \(#\d+\), until .*: the provider is down/);
    expect(status).toContain('[Resume]');

    // Nobody lifts it while the bot is dead, and the workers look again and again.
    await stage.bot.kill();
    await stage.rows('UPDATE queuekeeper.queue_pauses SET until_at = UTC_TIMESTAMP(6)');
    await looksOfWorkers(3);
    expect(await waiting('content')).toBe(1);
    // Two of them find it due.
    await Promise.all([stage.restart(), stage.another()]);
    await shows(card, 'its time is over and it is resumed (#');
    await stage.see(`the time of pause #${numberOf(card)} is over`);
    await expect.poll(() => waiting('content')).toBe(0);
    const resumed = await stage.rows("SELECT number FROM queuekeeper.approvals WHERE verb = 'resume'");
    expect(resumed).toHaveLength(1);
    expect(await eventsOf(Number(resumed[0]?.['number']))).toEqual([
      ...['REQUESTED', 'CLAIMED', 'INTENT', 'RESULT', 'OUTCOME'],
    ]);
    expect(await stage.read('status content')).not.toContain('paused');
  });

  it('is resumed by a button before its time, and never twice', async () => {
    const card = await stage.say('pause ops 1h');
    await shows(card, '`database:ops` is paused until');
    expect(await stage.read('once ops')).toContain('it is paused');
    await stage.slack.as('U0BO').click(card, 'Resume');
    await shows(card, '@U0BO has resumed it');
    expect(people.buttons(card)).toEqual([]);
    // What is told last is told before anything else is asked.
    await stage.see('`database:ops` is resumed', 'Was paused by');
    expect(await stage.read('resume ops')).toContain('is not paused');
    const left = await stage.rows('SELECT queue FROM queuekeeper.queue_pauses WHERE live = 1 AND queue = ?', [
      'database:ops',
    ]);
    expect(left).toEqual([]);
  });
});

describe('once', () => {
  const once = async (words = 'once reports'): Promise<Message> => {
    const card = await stage.say(words);
    await expect.poll(() => renderPlain(card)).not.toContain('Running one job');
    return card;
  };

  it('runs exactly one real job, as its workers would, and tells by the data how it ended', async () => {
    const { app } = stage.world;
    expect(await stage.read('once reports')).toContain('No job of `database:reports` waits');
    const [done] = await app.dispatch('GenerateReportSnapshotJob', 2);
    const card = await once();
    await shows(
      card,
      '`GenerateReportSnapshotJob` of `database:reports` is done, its business row is good',
      '2 tries, timeout 3 min, ended by the host after 3 min 30 s',
      '[Run one]',
    );
    expect(await waiting('reports')).toBe(1);
    const ready = await stage.rows("SELECT attempt_id FROM fap.report_snapshots WHERE status = 'ready'");
    expect(ready.map((row) => row['attempt_id'])).toEqual([done]);
    expect(await eventsOf(numberOf(card))).toEqual(['REQUESTED', 'CLAIMED', 'INTENT', 'RESULT', 'OUTCOME']);

    await app.behave({ GenerateReportSnapshotJob: { do: 'throw', exception: 'content' } });
    await shows(await once(), 'was run and put back onto its queue');
    expect(await waiting('reports')).toBe(1);
    const failed = await once();
    const [row] = await stage.rows('SELECT id FROM fap.failed_jobs');
    await shows(
      failed,
      `\`GenerateReportSnapshotJob\` of \`database:reports\` failed, as ${row?.['id']}`,
      '[Show]',
    );
    expect(await waiting('reports')).toBe(0);
  });

  it('does the same in Redis, and knows the job by its own id there', async () => {
    const { app, redis } = stage.world;
    await app.dispatch('GenerateInsightJob', 2);
    const card = await once('once insights');
    await shows(card, '`GenerateInsightJob` of `redis:insights` ended without failing');
    expect(await redis.client.llen('fap:queues:insights')).toBe(1);
  });

  it('asks by a button where it is costly', async () => {
    const { app } = stage.world;
    await app.dispatch('RefundOrderJob');
    const asked = await stage.say('once commerce');
    expect(renderPlain(asked)).toContain('costs something');
    expect(await waiting('commerce')).toBe(1);
    await stage.slack.as('U0ANNA').click(asked, 'Run one');
    await stage.see('`RefundOrderJob` of `database:commerce` is done');
    expect(await waiting('commerce')).toBe(0);
  });
});

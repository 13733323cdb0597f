import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { renderPlain } from '../../../demo/slack/plain.ts';
import type { Message } from '../../../demo/slack/timeline.ts';
import { approvalsChannel, numberOf, type People, peopleOn } from './people.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;
let people: People;

beforeAll(async () => {
  stage = await setStage();
  people = peopleOn(stage);
});
afterAll(() => stage?.stop());
beforeEach(async () => {
  await stage.rows('DELETE FROM fap.jobs');
  await stage.rows('DELETE FROM fap.failed_jobs');
});

/** Failures made by real workers. */
async function fail(count: number, kind = 'GenerateReportSnapshotJob', queue = 'reports'): Promise<void> {
  const { app } = stage.world;
  await app.behave({ [kind]: { do: 'throw', exception: 'content' } });
  await app.dispatch(kind, count);
  await app.work('database', queue);
  await app.behave({ [kind]: undefined });
}

const shows = (card: Message, ...parts: readonly string[]): Promise<void> =>
  expect.poll(() => parts.filter((part) => !renderPlain(card).includes(part))).toEqual([]);
const eventsOf = async (card: Message): Promise<readonly string[]> =>
  (
    await stage.rows(
      'SELECT l.event FROM queuekeeper.audit_log l JOIN queuekeeper.approvals a ON a.id = l.request_id WHERE a.number = ? ORDER BY l.seq',
      [numberOf(card)],
    )
  ).map((row) => String(row['event']));
const frozen = async (): Promise<boolean> =>
  (await stage.rows('SELECT app FROM queuekeeper.kill_switches')).length > 0;
/** Said below a card. */
const below = (card: Message): readonly string[] =>
  stage.slack.timeline.messages
    .filter(({ threadTs, channel }) => threadTs === card.ts && channel === card.channel)
    .map(renderPlain);

describe('freeze', () => {
  it('is seen by all, stops what changes jobs, leaves reading alone, and is lifted by an approver', async () => {
    await fail(1);
    const card = await stage.say('freeze the provider is down');
    expect(card.ephemeralFor).toBeUndefined();
    await shows(card, 'Changes to fap were frozen', 'the provider is down', '@U0ANNA');
    expect(await frozen()).toBe(true);
    expect((await eventsOf(card)).slice(0, 2)).toEqual(['REQUESTED', 'CLAIMED']);
    const [row] = await stage.rows("SELECT * FROM queuekeeper.audit_log WHERE event = 'KILL_SWITCH'");
    expect(row).toMatchObject({ outcome: 'frozen', reason: 'the provider is down' });

    const status = await stage.read('status');
    expect(status.indexOf('Changes are frozen')).toBeGreaterThanOrEqual(0);
    expect(status.indexOf('Changes are frozen')).toBeLessThan(status.indexOf('reports'));
    const [failure] = await stage.rows('SELECT id FROM fap.failed_jobs');
    expect(await stage.read(`retry ${failure?.['id']}`)).toContain('the provider is down');
    expect(await stage.read('retry all queue=reports')).toContain('the provider is down');
    expect(await stage.read('approvals')).toContain('the provider is down');
    expect(await stage.rows('SELECT id FROM fap.jobs')).toHaveLength(0);

    expect(await stage.read('unfreeze')).toContain('Only approvers');
    const lifted = await stage.say('unfreeze', 'U0BO');
    await shows(lifted, 'The freeze of fap was lifted', 'the provider is down', '@U0BO');
    expect(await frozen()).toBe(false);
    expect(await stage.read('unfreeze', 'U0BO')).toContain('Nothing is frozen');
    expect(await stage.read('status')).not.toMatch(/frozen/i);
  });

  it('wants a reason, and an operator', async () => {
    expect(await stage.read('freeze')).toContain('needs a reason');
    expect(await stage.read('freeze now', 'U0CHEN')).toContain('只有操作员');
    expect(await frozen()).toBe(false);
  });

  it('works while the audit log can not be written, and says so to all', async () => {
    await stage.rows("REVOKE INSERT ON queuekeeper.audit_log FROM 'qk_store'@'%'");
    try {
      const said = await stage.say('freeze the log is broken');
      expect(said.ephemeralFor).toBeUndefined();
      expect(renderPlain(said)).toContain('could not be recorded');
      expect(await frozen()).toBe(true);
      expect(await stage.read('unfreeze', 'U0BO')).toContain('audit log can not be written');
      expect(await frozen()).toBe(true);
    } finally {
      await stage.rows("GRANT INSERT ON queuekeeper.audit_log TO 'qk_store'@'%'");
    }
    await shows(await stage.say('unfreeze', 'U0BO'), 'The freeze of fap was lifted');
    await stage.untilRow("SELECT seq FROM queuekeeper.audit_log WHERE reason = 'the log is broken'");
  });
});

describe('a preapproval', () => {
  it('is signed in the afternoon and used at night by another person, inside its filter and number', async () => {
    const card = await stage.say(
      'preapprove retry queue=reports max=3 2h the content pack is rebuilt tonight',
      'U0CHEN',
    );
    await shows(
      card,
      'Preapproved: retries on',
      '0 of 3 jobs',
      'the content pack is rebuilt tonight',
      '@U0CHEN',
    );
    expect(people.buttons(card)).toEqual(['Withdraw']);
    // It is signed, and in force, before its outcome is on record.
    await expect.poll(() => eventsOf(card)).toEqual(['REQUESTED', 'CLAIMED', 'PREAPPROVED', 'OUTCOME']);

    await fail(2);
    const asked = await people.askRetryAll('retry all queue=reports');
    await shows(asked, '2 acted on', `#${numberOf(card)}`);
    await shows(card, '2 of 3 jobs');
    await expect.poll(() => below(card).join('\n')).toContain('@U0CHEN');
    expect(below(card)).toHaveLength(1);
    expect(below(card)[0]).toContain(`#${numberOf(asked)}`);
    expect(await stage.read('approvals')).toContain('2 of 3 jobs used');

    // What does not lie inside it needs another person as always.
    await fail(2);
    const more = await people.askRetryAll('retry all queue=reports');
    await shows(more, "needs another person's approval");
    const list = await stage.say('approvals', 'U0BO');
    expect(renderPlain(list)).toContain('1 open request, 1 preapproval');
    await stage.slack.as('U0BO').click(list, 'Withdraw');
    await shows(card, 'Preapproval withdrawn', '@U0BO');
    expect(people.buttons(card)).toEqual([]);
    expect(await stage.read('approvals')).not.toContain('2 of 3 jobs used');

    // Nobody decides: whoever may is reminded, and the requester told, below the card and where it was asked.
    await stage.rows(
      'UPDATE queuekeeper.approval_terms SET remind_at = UTC_TIMESTAMP(6) WHERE remind_at IS NOT NULL',
    );
    await expect.poll(() => below(more).length).toBe(1);
    await stage.rows(
      "UPDATE queuekeeper.approvals SET expires_at = UTC_TIMESTAMP(6) WHERE state = 'pending'",
    );
    await expect.poll(() => below(more).length).toBe(2);
    expect(below(more)[0]).toContain('@U0BO');
    expect(below(more)[1]).toMatch(/@U0ANNA, your request #\d+ \(`retry all queue=reports`\): expired/);
    const told = (): number =>
      stage.slack.timeline.messages.filter(
        (one) => one.channel === 'C0OPS' && renderPlain(one).includes(`your request #${numberOf(more)}`),
      ).length;
    await expect.poll(told).toBe(1);
  });

  it('is refused for what is costly or too much, and to who may not sign', async () => {
    expect(await stage.read('preapprove retry queue=commerce 2h tonight', 'U0BO')).toContain(
      'never preapproved',
    );
    expect(await stage.read('preapprove retry max=501 2h tonight', 'U0BO')).toContain('more jobs');
    expect(await stage.read('preapprove retry 13h tonight', 'U0BO')).toContain('longer');
    expect(await stage.read('preapprove retry soon tonight', 'U0BO')).toContain('is no duration');
    expect(await stage.read('preapprove retry 2h tonight')).toContain('Only approvers');
    const all = await stage.say('preapprove retry 2h tonight', 'U0BO');
    await shows(all, 'of any failed job', 'commerce', '[Withdraw]');
    expect(await people.refusal(all, 'Withdraw', 'U0ANNA')).toContain('Only approvers');
    await stage.slack.as('U0BO').click(all, 'Withdraw');
    await shows(all, 'Preapproval withdrawn');
  });
});

describe('a user group', () => {
  it('lets nobody decide who joined it just now, and tells people of it', async () => {
    const group = stage.slack.workspace.groups.find(({ id }) => id === 'S0LEADS');
    if (group === undefined) throw new Error('the workspace has the group');
    await stage.untilRow("SELECT seq FROM queuekeeper.audit_log WHERE target = 'group=S0LEADS'");
    group.members = ['U0ANNA'];
    expect(await stage.read('unfreeze')).toContain('less than 24 hours ago');
    await stage.slack.waitFor(
      'what changed in the group',
      (one) => one.channel === approvalsChannel && renderPlain(one).includes('S0LEADS'),
    );
  });
});

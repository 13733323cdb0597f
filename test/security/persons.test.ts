import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { renderPlain } from '../../demo/slack/plain.ts';
import { type Scene, setGroup, setScene } from './scene.ts';

/** Abuse cases of the security test plan that are about who acts; the numbers are the plan's. */
let scene: Scene;

beforeAll(async () => {
  // The lead is in the group from the start: who joins later has no vote for a day.
  scene = await setScene({ groups: { S0LEADS: ['U0CHEN'] } });
});
afterAll(() => scene?.stage.stop());
beforeEach(() => scene.clean());
afterEach(() => {
  scene.stage.slack.faults.clear();
  setGroup(scene.stage, 'S0LEADS', []);
});

describe('who approves', () => {
  it('7. an approver removed between vote and claim: the vote is void, and nothing runs', async () => {
    const [id] = await scene.failures(1);
    const card = await scene.pending();
    await scene.stage.say('freeze we look first');
    await scene.stage.slack.as('U0CHEN').click(card, 'Approve');
    await scene.untilState(card, 'approved');
    setGroup(scene.stage, 'S0LEADS', []);
    await scene.stage.say('unfreeze', 'U0BO');
    await scene.untilState(card, 'invalidated');
    expect(await scene.present()).toEqual([id]);
    expect(await scene.events(card)).not.toContain('INTENT');
  });

  it('3. a member who is no approver: refused, and the refusal is in the audit log', async () => {
    await scene.failures(2);
    const card = await scene.pending();
    expect(await scene.people.refusal(card, 'Approve', 'U0CHEN')).toContain('审批人');
    await scene.stage.untilRow(
      "SELECT 1 FROM queuekeeper.audit_log WHERE event = 'AUTH_DENIED' AND verb = 'approve' AND actor LIKE '%U0CHEN%'",
    );
    expect(await scene.state(card)).toBe('pending');
  });

  it('4. the requester, an approver too: refused', async () => {
    await scene.failures(2);
    const card = await scene.people.askRetryAll('retry all queue=reports', {}, 'U0BO');
    expect(await scene.people.refusal(card, 'Approve', 'U0BO')).toContain('is your own');
    expect(await scene.state(card)).toBe('pending');
  });

  it('5. the requester’s second account, an approver: the same person, refused', async () => {
    await scene.failures(2);
    const card = await scene.pending();
    expect(await scene.people.refusal(card, 'Approve', 'U0ANNA2')).toContain('is your own');
    expect(await scene.people.refusal(card, 'Reject', 'U0ANNA2')).toContain('is your own');
    expect(await scene.state(card)).toBe('pending');
  });

  it('6. guest, stranger, deactivated account and bot: refused as command, button and form alike', async () => {
    await scene.failures(2);
    const card = await scene.pending();
    const before = await scene.stage.rows('SELECT id FROM queuekeeper.approvals');
    const values = { reason: 'r', cause: 'Yes', twice: 'Yes' };
    for (const who of ['U0GUEST', 'U0STRANGE', 'U0GONE', 'U0QKBOT']) {
      const { slack } = scene.stage;
      const as = slack.as(who);
      await as.command('C0OPS', 'retry all queue=reports');
      await as.click(card, 'Approve');
      const view = await scene.people.formOf('retry all class=GenerateReportSnapshotJob');
      // A body that says somebody else sent the form.
      await slack.as('U0ANNA').submit(view, values, {
        edit: (body) => ({ ...body, user: { ...(body['user'] as object), id: who } }),
      });
      await scene.stage.untilRow(
        `SELECT 1 FROM queuekeeper.audit_log WHERE event = 'AUTH_DENIED' AND actor LIKE '%${who}%' HAVING COUNT(*) >= 2`,
      );
    }
    expect(await scene.stage.rows('SELECT id FROM queuekeeper.approvals')).toHaveLength(before.length);
    expect(await scene.state(card)).toBe('pending');
  });

  it('7. who joined the group an hour ago has no vote yet', async () => {
    await scene.failures(1);
    const card = await scene.pending();
    // Asked for once, so that the group is known without Chen.
    await scene.people.refusal(card, 'Approve', 'U0CHEN');
    setGroup(scene.stage, 'S0LEADS', ['U0CHEN']);
    expect(await scene.people.refusal(card, 'Approve', 'U0CHEN')).toMatch(/24/);
    expect(await scene.state(card)).toBe('pending');
  });

  it('8. a group that Slack can not read allows nobody, and the refusal names it', async () => {
    setGroup(scene.stage, 'S0LEADS', ['U0CHEN']);
    await scene.failures(1);
    const card = await scene.pending();
    scene.stage.slack.faults.set('usergroups.users.list', { kind: 'error', status: 500 });
    expect(await scene.people.refusal(card, 'Approve', 'U0CHEN')).toContain('S0LEADS');
    expect(await scene.state(card)).toBe('pending');
  });

  it('9. a name like an approver’s changes nothing', async () => {
    await scene.failures(1);
    const card = await scene.pending();
    const chen = scene.stage.slack.workspace.users.find(({ id }) => id === 'U0CHEN');
    if (chen === undefined) throw new Error('Chen is in the default workspace');
    const name = chen.name;
    Object.assign(chen, { name: 'Bo' });
    try {
      expect(await scene.people.refusal(card, 'Approve', 'U0CHEN')).toContain('审批人');
      expect(await scene.state(card)).toBe('pending');
    } finally {
      Object.assign(chen, { name });
    }
  });

  it('10. fifty clicks of one approver at once are one vote', async () => {
    await scene.failures(1);
    // A flush needs two of them here.
    const known = new Set(scene.stage.slack.timeline.messages);
    const view = await scene.people.formOf('flush queue=reports');
    await scene.stage.slack
      .as('U0ANNA')
      .submit(view, { reason: 'r', review: 'https://example.org/review/1' });
    const card = await scene.stage.slack.waitFor(
      'the card of the flush',
      (one) => !known.has(one) && one.channel === 'C0APPROVE' && renderPlain(one).includes('flush'),
    );
    const bo = scene.stage.slack.as('U0BO');
    await Promise.all(Array.from({ length: 50 }, () => bo.click(card, 'Approve')));
    const votes = async (): Promise<number> =>
      (await scene.events(card)).filter((event) => event === 'VOTED').length;
    await expect.poll(votes).toBe(1);
    // Others have been heard as well.
    await scene.stage.untilRow(
      "SELECT 1 FROM queuekeeper.audit_log WHERE outcome = 'refused:voted-already' HAVING COUNT(*) > 0",
    );
    expect(await votes()).toBe(1);
    expect(await scene.state(card)).toBe('pending');
  });

  it('36. in a shared channel, a direct message, or where the bot is not: nothing is asked', async () => {
    await scene.failures(1);
    const before = await scene.stage.rows('SELECT id FROM queuekeeper.approvals');
    const { slack } = scene.stage;
    await slack.as('U0ANNA').command('C0SHARED', 'retry all queue=reports');
    await slack.as('U0ANNA').command('C0RANDOM', 'retry all queue=reports');
    await slack.as('U0ANNA').directMessage('retry all queue=reports');
    await scene.stage.untilRow(
      "SELECT 1 FROM queuekeeper.audit_log WHERE outcome LIKE 'refused:not-in-direct%'",
    );
    expect(slack.as('U0ANNA').openViews()).toHaveLength(0);
    expect(await scene.stage.rows('SELECT id FROM queuekeeper.approvals')).toHaveLength(before.length);
  });
});

describe('one person alone', () => {
  it('39. a request set to approved by hand in the store is not run', async () => {
    const [id] = await scene.failures(1);
    const card = await scene.pending();
    await scene.stage.rows(
      "UPDATE queuekeeper.approvals SET state = 'approved', run_by = UTC_TIMESTAMP(6) + INTERVAL 5 MINUTE, version = version + 1 WHERE state = 'pending'",
    );
    await scene.untilState(card, 'invalidated');
    expect(await scene.present()).toEqual([id]);
  });

  it('39. nor is one with a vote that was written into the store by hand', async () => {
    const [id] = await scene.failures(1);
    const card = await scene.pending();
    await scene.stage.rows(
      `INSERT INTO queuekeeper.approval_votes (request_id, person, decision, team_id, slack_user, actor, at, audit_seq)
       SELECT id, 'U0BO', 'approve', 'T0FAP', 'U0BO', '{"person":"U0BO","teamId":"T0FAP","userId":"U0BO","name":"Bo"}',
         UTC_TIMESTAMP(6), (SELECT MAX(seq) FROM queuekeeper.audit_log) FROM queuekeeper.approvals WHERE state = 'pending'`,
    );
    await scene.stage.rows(
      "UPDATE queuekeeper.approvals SET state = 'approved', run_by = UTC_TIMESTAMP(6) + INTERVAL 5 MINUTE, version = version + 1 WHERE state = 'pending'",
    );
    await scene.untilState(card, 'invalidated');
    expect(await scene.present()).toEqual([id]);
  });
});

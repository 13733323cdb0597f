import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { renderPlain } from '../../demo/slack/plain.ts';
import type { Message } from '../../demo/slack/timeline.ts';
import { type Scene, setScene } from './scene.ts';

/** Abuse cases of the security test plan that are about what comes over the wire and when; the numbers are the plan's. */
let scene: Scene;

beforeAll(async () => {
  scene = await setScene({ groups: { S0LEADS: ['U0CHEN'] } });
});
afterAll(() => scene?.stage.stop());
beforeEach(() => scene.clean());
afterEach(() => scene.stage.slack.faults.clear());

const pressed = (verb: string): string =>
  `SELECT 1 FROM queuekeeper.audit_log WHERE verb = '${verb}' AND event = 'AUTH_DENIED'`;
/** What Bo alone hears from now on; an answer to what was pressed before may still come in between. */
const refusal = (words: string): Promise<Message> =>
  scene.stage.slack.nextMessage(
    `"${words}", to Bo`,
    (one) => one.ephemeralFor === 'U0BO' && renderPlain(one).includes(words),
  );
const shows = (card: Message, text: string | RegExp): Promise<void> =>
  expect.poll(() => renderPlain(card)).toMatch(text);

describe('what comes over the wire', () => {
  it('1. a forged vote: 401, and no effect', async () => {
    await scene.failures(1);
    const card = await scene.pending();
    const forged = await scene.stage.slack.as('U0BO').click(card, 'Approve', { wrongSignature: true });
    expect(forged.httpStatus).toBe(401);
    expect(await scene.state(card)).toBe('pending');
    expect(await scene.events(card)).toEqual(['REQUESTED']);
  });

  it('2. a vote replayed: old or dated in the future it is refused, at once it counts once', async () => {
    await scene.failures(1);
    const card = await scene.pending();
    const { raw } = scene.stage.slack;
    await scene.stage.say('freeze nothing starts meanwhile');
    try {
      await scene.stage.slack.as('U0BO').click(card, 'Approve');
      const vote = raw.recorded.findLast(({ kind }) => kind === 'interactive');
      if (vote === undefined) throw new Error('a click was recorded');
      await scene.untilState(card, 'approved');
      for (const skewSeconds of [-400, 3_600]) {
        const { httpStatus } = await raw.postSigned(raw.sign(vote, { skewSeconds }));
        expect(httpStatus).toBe(401);
      }
      await Promise.all([raw.replay(vote), raw.replay(vote), raw.replay(vote)]);
      await scene.stage.read('whoami');
      expect((await scene.events(card)).filter((event) => event === 'VOTED')).toHaveLength(1);
    } finally {
      await scene.stage.say('unfreeze', 'U0BO');
    }
    await scene.outcome(card);
  });

  it('13. a copied card, another channel, another workspace: refused', async () => {
    await scene.failures(1);
    const card = await scene.pending();
    const bo = scene.stage.slack.as('U0BO');
    const edited = async (
      edit: (body: Record<string, unknown>) => Record<string, unknown>,
    ): Promise<void> => {
      const before = (await scene.stage.rows(pressed('approve'))).length;
      await bo.click(card, 'Approve', { edit });
      await expect
        .poll(async () => (await scene.stage.rows(pressed('approve'))).length)
        .toBeGreaterThan(before);
    };
    await edited((body) => ({
      ...body,
      message: { ...(body['message'] as object), ts: '1700000000.000001' },
      container: { ...(body['container'] as object), message_ts: '1700000000.000001' },
    }));
    await edited((body) => ({
      ...body,
      channel: { id: 'C0OPS', name: 'ops' },
      container: { ...(body['container'] as object), channel_id: 'C0OPS' },
    }));
    const before = (await scene.stage.rows(pressed('approve'))).length;
    await bo.click(card, 'Approve', { team: 'T0OTHER' });
    await expect
      .poll(async () => (await scene.stage.rows(pressed('approve'))).length)
      .toBeGreaterThan(before);
    expect(await scene.state(card)).toBe('pending');
  });

  it('13. an edited value with another request’s id: it is not that request’s card', async () => {
    await scene.failures(2);
    const first = await scene.pending('retry all queue=reports');
    const second = await scene.pending('retry all class=GenerateReportSnapshotJob');
    const [other] = await scene.stage.rows(
      "SELECT id FROM queuekeeper.approvals WHERE state = 'pending' ORDER BY number LIMIT 1",
    );
    const said = refusal('not the card of that request');
    await scene.stage.slack.as('U0BO').click(second, 'Approve', { value: String(other?.['id']) });
    await said;
    expect([await scene.state(first), await scene.state(second)]).toEqual(['pending', 'pending']);
  });

  it('14. a button of an older version: out of date', async () => {
    await scene.failures(1);
    const card = await scene.pending();
    const said = refusal('out of date');
    await scene.stage.slack.as('U0BO').click(card, 'Approve', {
      edit: (body) => ({
        ...body,
        actions: (body['actions'] as readonly object[]).map((action) => ({
          ...action,
          action_id: 'approve-and-run',
        })),
      }),
    });
    await said;
    expect(await scene.state(card)).toBe('pending');
  });

  it('15. a guessed request id: refused, and the right one from nowhere as well', async () => {
    await scene.failures(1);
    const card = await scene.pending();
    const said = refusal('There is no request');
    await scene.stage.slack.as('U0BO').click(card, 'Approve', { value: '01ARZ3NDEKTSV4RRFFQ69G5FAV' });
    await said;
    const whoami = await scene.stage.say('whoami', 'U0BO');
    const [row] = await scene.stage.rows("SELECT id FROM queuekeeper.approvals WHERE state = 'pending'");
    await scene.stage.say(`approve ${row?.['id']}`, 'U0BO');
    expect(whoami.ephemeralFor).toBe('U0BO');
    expect(await scene.state(card)).toBe('pending');
  });

  it('38. the bot’s token leaked and the card edited by others: the state is unchanged, the card is mended', async () => {
    await scene.failures(1);
    const card = await scene.pending();
    const { slack } = scene.stage;
    const approve = structuredClone(card.blocks);
    const said = [{ type: 'section', text: { type: 'plain_text', text: 'approved by everybody' } }];
    await fetch(`${slack.apiUrl}chat.update`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${slack.workspace.tokens.bot}`,
        'content-type': 'application/json; charset=utf-8',
      },
      body: JSON.stringify({
        ...{ channel: card.channel, ts: card.ts, text: 'approved by everybody' },
        blocks: [...said, ...approve.filter((block) => JSON.stringify(block).includes('"approve"'))],
      }),
    });
    expect(renderPlain(card)).toContain('approved by everybody');
    expect(
      await scene.stage.rows("SELECT 1 FROM queuekeeper.approvals WHERE state = 'pending'"),
    ).toHaveLength(1);
    // The next change draws it again, from the store.
    await slack.as('U0BO').click(card, 'Approve');
    await shows(card, /(done|sent): /);
  });
});

describe('what changes after the request', () => {
  it('11. Approve and Reject at the same instant: one of them wins, never both', async () => {
    for (let round = 0; round < 3; round += 1) {
      await scene.clean();
      await scene.failures(1);
      const card = await scene.pending();
      await Promise.all([
        scene.stage.slack.as('U0BO').click(card, 'Approve'),
        scene.stage.slack.as('U0CHEN').click(card, 'Reject'),
      ]);
      const state = await scene.untilState(card, 'consumed', 'rejected');
      const events = await scene.events(card);
      expect(events.includes('CLAIMED')).toBe(state === 'consumed');
      expect(events.includes('REJECTED')).toBe(state === 'rejected');
      if (state === 'consumed') await scene.outcome(card);
    }
  });

  it('16. jobs gone are skipped and reported, failures that came later stay', async () => {
    const ids = await scene.failures(3);
    const card = await scene.pending();
    await scene.stage.rows('DELETE FROM fap.failed_jobs WHERE id = ?', [ids[1]]);
    const [later] = await scene.failures(1);
    await scene.stage.slack.as('U0BO').click(card, 'Approve');
    await scene.outcome(card);
    expect(await scene.waiting()).toBe(2);
    expect(await scene.present()).toEqual([later]);
    await shows(card, /gone/);
  });

  it('16. a payload edited in place makes the request void', async () => {
    const ids = await scene.failures(2);
    const card = await scene.pending();
    await scene.stage.rows("UPDATE fap.failed_jobs SET payload = CONCAT(payload, ' ') WHERE id = ?", [
      ids[0],
    ]);
    await scene.stage.slack.as('U0BO').click(card, 'Approve');
    await scene.untilState(card, 'invalidated');
    expect(await scene.present()).toEqual(ids);
    await shows(card, new RegExp(`${ids[0]}`));
  });

  it('18. two requests for the same jobs approved together: each job is pushed once', async () => {
    await scene.failures(4);
    const first = await scene.pending('retry all queue=reports');
    const second = await scene.pending('retry all class=GenerateReportSnapshotJob');
    const bo = scene.stage.slack.as('U0BO');
    await Promise.all([bo.click(first, 'Approve'), bo.click(second, 'Approve')]);
    for (const card of [first, second])
      if ((await scene.untilState(card, 'consumed', 'invalidated')) === 'consumed') await scene.outcome(card);
    await expect.poll(() => scene.present()).toEqual([]);
    await expect
      .poll(() => scene.stage.rows("SELECT 1 FROM queuekeeper.executions WHERE state = 'executing'"))
      .toHaveLength(0);
    expect(await scene.waiting()).toBe(4);
  });

  it('35. the same may be asked once at a time, and one person only so often within an hour', async () => {
    await scene.failures(1);
    await scene.pending();
    expect(await scene.stage.read('retry all queue=reports')).toContain('still open');
    await scene.stage.rows(
      `INSERT INTO queuekeeper.approvals (id, number, verb, words, app, host, template, takes_slot, digest, count, highest_id,
         facts, requester_person, requester, policy_version, state, requested_at, team_id, channel, quorum)
       SELECT CONCAT('01ARZ3NDEKTSV4RRFFQ69G', LPAD(seq, 4, '0')), 100000 + seq, verb, words, app, host, template, takes_slot,
         digest, count, highest_id, facts, requester_person, requester, policy_version, 'expired', UTC_TIMESTAMP(6), team_id,
         channel, quorum
       FROM queuekeeper.approvals, queuekeeper.seq_1_to_30 WHERE state = 'pending'`,
    );
    const view = await scene.people.formOf('retry all class=GenerateReportSnapshotJob');
    await scene.stage.slack.as('U0ANNA').submit(view, { reason: 'r', cause: 'Yes', twice: 'Yes' });
    expect(await scene.people.told('within an hour')).toContain('within an hour');
    await scene.stage.rows('DELETE FROM queuekeeper.approvals WHERE number > 100000');
  });

  it('40. the kill switch thrown between two chunks: the next one does not start, and the card says what ran', async () => {
    const ids = await scene.failures(130);
    // Nobody works here, so the run waits once fifty of its jobs wait in the queue.
    const card = await scene.pending('retry all queue=reports pace=50');
    await scene.stage.slack.as('U0BO').click(card, 'Approve');
    await expect.poll(() => scene.waiting()).toBe(50);
    await scene.stage.say('freeze something is wrong');
    try {
      expect(await scene.outcome(card)).toBe('partial');
      expect(await scene.waiting()).toBe(50);
      expect(await scene.present()).toEqual(ids.slice(50));
      await shows(card, /\b50\b/);
      await shows(card, /\b80\b/);
    } finally {
      await scene.stage.say('unfreeze', 'U0BO');
    }
  });
});

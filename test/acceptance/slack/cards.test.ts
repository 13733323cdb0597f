import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '../../../demo/slack/timeline.ts';
import { openStage, plainReply, type Stage } from './stage.ts';

describe('a card', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage('http');
  });
  afterEach(() => stage.close());

  const show = (...change: Parameters<Stage['cards']['change']>): void => {
    stage.cards.change(...change);
    stage.bot.cards.changed(change[0]);
  };
  const posts = (): readonly Message[] =>
    stage.slack.timeline.messages.filter(
      ({ botId, ephemeralFor }) => botId === 'B0QK' && ephemeralFor === undefined,
    );
  const shown = (): readonly string[] => posts().map(({ text }) => text);
  const settled = (id: string) =>
    expect.poll(() => stage.cards.place(id)?.shownVersion === stage.cards.place(id)?.version).toBe(true);

  it('is visible at once, also beside a channel that is limited', async () => {
    stage.slack.faults.set('chat.postMessage', { kind: 'rate-limit', retryAfterSeconds: 30 }, 1);
    show('r0', { channel: 'C0ALERTS' });
    await expect.poll(() => stage.calls('chat.postMessage')).toBe(1);
    const began = stage.slack.clock.lived();
    show('r1');
    await stage.slack.waitFor('the card', ({ text }) => text === 'r1 version 1');
    // Sooner than the next look that nothing hints at, which comes after two seconds.
    expect(stage.slack.clock.lived() - began).toBeLessThan(1_500);
    expect(shown()).toEqual(['r1 version 1']);
  });

  it('is edited as it goes on, and the newest version wins', async () => {
    show('r1');
    await stage.slack.waitFor('version 1', ({ text }) => text === 'r1 version 1');
    for (let count = 0; count < 20; count += 1) show('r1');
    const card = await stage.slack.waitFor('version 21', ({ text }) => text === 'r1 version 21');
    await settled('r1');
    expect(posts()).toEqual([card]);
    expect(card.edits).toBeLessThanOrEqual(2);
  });

  it('costs few looks at the store, however often it changes', async () => {
    show('r1');
    await settled('r1');
    const before = stage.cards.looks;
    for (let count = 0; count < 5_000; count += 1) stage.bot.cards.changed('r1');
    show('r2');
    await settled('r2');
    expect(stage.cards.looks - before).toBeLessThan(10);
  });

  it('comes in its thread, and in the order of requests', async () => {
    const root = stage.slack.timeline.add({ channel: 'C0OPS', user: 'U0ANNA', text: 'look', blocks: [] });
    for (const id of ['r1', 'r2', 'r3', 'r4']) stage.cards.change(id, { threadTs: root.ts });
    stage.bot.cards.changed('r4');
    await settled('r4');
    expect(shown()).toEqual(['r1', 'r2', 'r3', 'r4'].map((id) => `${id} version 1`));
    expect(posts().every(({ threadTs }) => threadTs === root.ts)).toBe(true);
  });

  it('is no message of somebody else with the same metadata', async () => {
    stage.slack.timeline.add({
      ...{ channel: 'C0OPS', user: 'U0BO', botId: 'B0OTHER', text: 'a trap', blocks: [] },
      metadata: { event_type: 'queuekeeper_request', event_payload: { request_id: 'r1' } },
    });
    stage.slack.faults.set('chat.postMessage', { kind: 'rate-limit', retryAfterSeconds: 1 }, 1);
    show('r1');
    await settled('r1');
    expect(shown()).toEqual(['r1 version 1']);
  });

  it('that can not be looked for holds no other one up', async () => {
    stage.slack.faults.set('conversations.history', { kind: 'refuse', error: 'missing_scope' });
    stage.slack.faults.set('chat.postMessage', { kind: 'rate-limit', retryAfterSeconds: 1 }, 1);
    show('r1');
    await expect.poll(() => stage.calls('chat.postMessage')).toBe(1);
    show('r2');
    await settled('r2');
    expect(shown()).toEqual(['r2 version 1']);
  });

  it('that can not be drawn holds no other one up', async () => {
    stage.cards.drawn = (id, version) => {
      if (id === 'r1') throw new Error('a bug');
      return plainReply(`${id} version ${version}`);
    };
    stage.cards.change('r1');
    show('r2');
    await settled('r2');
    expect(shown()).toEqual(['r2 version 1']);
  });

  it('comes without a table, then without blocks, where Slack refuses them', async () => {
    stage.cards.drawn = (id) => ({
      ...plainReply(id),
      parts: [{ kind: 'table', columns: [{ label: 'Job' }], rows: [['SendInvoice']] }],
    });
    stage.slack.faults.set('chat.postMessage', { kind: 'refuse', error: 'invalid_blocks' }, 2);
    show('r1');
    await settled('r1');
    expect(posts()[0]?.blocks).toEqual([]);
    expect(posts()[0]?.text).toContain('SendInvoice');
  });

  it.each(['C0RANDOM', 'C0NOWHERE'])(
    'is given up where nothing can be shown (%s), until it changes',
    async (channel) => {
      show('r1', { channel });
      await settled('r1');
      expect(stage.cards.givenUp).toEqual(['r1']);
      show('r2');
      await settled('r2');
      expect(shown()).toEqual(['r2 version 1']);
    },
  );

  it('of no request is given up', async () => {
    stage.cards.drawn = () => undefined;
    show('r1');
    await settled('r1');
    expect(stage.cards.givenUp).toEqual(['r1']);
  });

  it('is left to the process that draws in its channel, and taken over from it', async () => {
    stage.cards.leases.set('C0OPS', 'another');
    stage.cards.change('r1');
    show('r2', { channel: 'C0ALERTS' });
    await settled('r2');
    expect(shown()).toEqual(['r2 version 1']);
    stage.cards.leases.delete('C0OPS');
    await settled('r1');
  });

  it('that another process left behind is found without a hint', async () => {
    stage.cards.change('r1');
    await settled('r1');
    expect(shown()).toEqual(['r1 version 1']);
  });
});

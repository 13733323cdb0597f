import { describe, expect, it, vi } from 'vitest';
import type { Message } from '../../../demo/slack/timeline.ts';
import { openStage, type Stage } from './stage.ts';

/** These wait for time limits, so each has a Slack of its own and they run side by side. */
const onStage = (test: (stage: Stage) => Promise<void>) => async (): Promise<void> => {
  const stage = await openStage('http');
  try {
    await test(stage);
  } finally {
    await stage.close();
  }
};

function show(stage: Stage, ...change: Parameters<Stage['cards']['change']>): void {
  stage.cards.change(...change);
  stage.bot.cards.changed(change[0]);
}

const posts = ({ slack }: Stage): readonly Message[] =>
  slack.timeline.messages.filter(({ botId, ephemeralFor }) => botId === 'B0QK' && ephemeralFor === undefined);
const shown = (stage: Stage): readonly string[] => posts(stage).map(({ text }) => text);
/** `expect.poll` knows no tests side by side. */
const until = <Value>(look: () => Value, wanted: Value): Promise<void> =>
  vi.waitFor(() => expect(look()).toEqual(wanted), { timeout: 60_000, interval: 20 });
const settled = ({ cards }: Stage, id: string): Promise<void> =>
  until(() => cards.place(id)?.shownVersion === cards.place(id)?.version, true);

describe.concurrent('when Slack fails, a card', () => {
  it.each(['a channel', 'a thread'])('in %s is posted once although the answer was lost', (where) =>
    onStage(async (stage) => {
      const root = stage.slack.timeline.add({ channel: 'C0OPS', user: 'U0ANNA', text: 'look', blocks: [] });
      stage.slack.faults.set('chat.postMessage', { kind: 'lose-answer' }, 1);
      show(stage, 'r1', where === 'a channel' ? {} : { threadTs: root.ts });
      await until(() => shown(stage), ['r1 version 1']);
      show(stage, 'r1');
      await settled(stage, 'r1');
      expect(shown(stage)).toEqual(['r1 version 2']);
      expect(stage.calls('chat.postMessage')).toBe(1);
    })(),
  );

  it(
    'is posted once although Slack was slower than we waited',
    onStage(async (stage) => {
      stage.slack.faults.set('chat.postMessage', { kind: 'slow', milliseconds: 6_000 }, 1);
      show(stage, 'r1');
      await settled(stage, 'r1');
      expect(shown(stage)).toEqual(['r1 version 1']);
    }),
  );

  it(
    'is drawn right and once when Slack was away for a while',
    onStage(async (stage) => {
      stage.slack.faults.set('*', { kind: 'error', status: 500 });
      show(stage, 'r1');
      show(stage, 'r2', { channel: 'C0ALERTS' });
      await until(() => stage.calls('chat.postMessage'), 2);
      show(stage, 'r1');
      stage.slack.faults.clear();
      await Promise.all([settled(stage, 'r1'), settled(stage, 'r2')]);
      expect([...shown(stage)].sort()).toEqual(['r1 version 2', 'r2 version 1']);
    }),
  );

  it(
    'does not wait for another channel in which Slack hangs',
    onStage(async (stage) => {
      stage.slack.faults.set('chat.postMessage', { kind: 'hang' }, 1);
      show(stage, 'r1', { channel: 'C0ALERTS' });
      await until(() => stage.calls('chat.postMessage'), 1);
      const began = stage.slack.clock.lived();
      show(stage, 'r2');
      await stage.slack.waitFor('the other card', ({ text }) => text === 'r2 version 1');
      // Sooner than the one that hangs is given up, after four seconds.
      expect(stage.slack.clock.lived() - began).toBeLessThan(3_000);
    }),
  );

  it(
    'is drawn once more at the end',
    onStage(async (stage) => {
      show(stage, 'r1');
      await settled(stage, 'r1');
      show(stage, 'r1');
      await stage.bot.stop(0);
      expect(shown(stage)).toEqual(['r1 version 2']);
    }),
  );

  it(
    'does not keep the process from stopping',
    onStage(async (stage) => {
      stage.slack.faults.set('*', { kind: 'hang' });
      // One after the other they would take minutes.
      for (let count = 1; count <= 60; count += 1) show(stage, `r${count}`);
      await until(() => stage.calls('chat.postMessage'), 1);
      await stage.bot.stop(0);
    }),
  );
});

describe.concurrent('an anchor of the audit', () => {
  it(
    'is posted, the newest of several, again when Slack did not take it',
    onStage(async (stage) => {
      stage.slack.faults.set('chat.postMessage', { kind: 'error', status: 500 }, 1);
      for (const seq of [1, 2, 3]) stage.bot.anchors.post({ seq, hash: 'ab'.repeat(32) });
      const anchor = await stage.slack.waitFor('the anchor', ({ channel }) => channel === 'C0AUDIT');
      expect(anchor.text).toBe(`audit 3 ${'ab'.repeat(32)}`);
      expect(stage.slack.timeline.messages).toEqual([anchor]);
    }),
  );
});

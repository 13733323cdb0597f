import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderPlain } from '../../../demo/slack/plain.ts';
import type { Message } from '../../../demo/slack/timeline.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage({ workers: ['fap-queue-reports', 'fap-queue-insights'] });
});
afterAll(() => stage?.stop());

const isLooking = (message: Message): boolean => /: looking at|: looked at/.test(renderPlain(message));

/** All that the message says from its first words on, until it does not look any more. Call it before it is asked for. */
async function watchUntilEnd(ask: () => Promise<Message>): Promise<readonly string[]> {
  const seen: (readonly [Message, string])[] = [];
  const stop = stage.slack.timeline.onChange((message) => void seen.push([message, renderPlain(message)]));
  try {
    const answer = await ask();
    await stage.slack.until('the end of the looks', () => !isLooking(answer));
    return seen.flatMap(([message, text]) => (message === answer ? [text] : []));
  } finally {
    stop();
  }
}

/** Mentions the bot in a thread of alerts and waits for what it posts there. */
async function mention(words: string): Promise<Message> {
  const root = stage.slack.as('U0ANNA').says('C0ALERTS', 'reports are late');
  await stage.slack.as('U0ANNA').mention('C0ALERTS', words, root.ts);
  return stage.slack.waitFor(
    'an answer in the thread',
    (one) => one.botId !== undefined && one.threadTs === root.ts && !isLooking(one),
  );
}

describe('/queue diagnose', () => {
  it('is one visible message in the thread that it was asked in, and one READ row', async () => {
    const answer = await mention('diagnose reports step=2');
    expect(answer.ephemeralFor).toBeUndefined();
    expect(renderPlain(answer)).toContain('reports: Backlog of reports: fine');
    const row = await stage.untilRow(
      "SELECT event, target, outcome FROM queuekeeper.audit_log WHERE verb = 'diagnose' ORDER BY seq DESC LIMIT 1",
    );
    expect(row).toMatchObject({
      ...{ event: 'READ', target: 'queue=database:reports step=2', outcome: 'shown' },
    });
  });

  // Nobody has looked at workers or the application yet, so nothing is remembered that could stand in for a look.
  it('with Redis hanging and the host cut: what is seen is shown while the rest is looked at, all within ten seconds, and what is unseen is named', async () => {
    const { redis, ssh } = stage.world.proxies;
    redis.set('hang');
    ssh.set('hang');
    try {
      const began = Date.now();
      const states = await watchUntilEnd(() => stage.say('diagnose insights'));
      // Ten seconds are the bot's own limit; a busy machine needs as long again to hand its words over.
      expect(Date.now() - began).toBeLessThan(20_000);
      expect(states.join('\n---\n')).toMatch(
        /⏳ 1\. Workers(?:(?!\n---\n)[\s\S])*✅ \*4\. Rows of ai_insights/,
      );
      const last = states.at(-1) ?? '';
      expect(last).toContain('insights: what holds its jobs can not be reached from here');
      expect(last).toMatch(
        /Not looked at.*Workers of fap-queue-insights \(host api-1.*Backlog of insights \(Redis of fap/,
      );
      expect(last).not.toContain(':white_check_mark:');
    } finally {
      for (const proxy of [redis, ssh]) {
        proxy.cut();
        proxy.set('pass');
      }
    }
  });

  it('answers the person alone where the bot may not post', async () => {
    stage.slack.faults.set('chat.postMessage', { kind: 'refuse', error: 'not_in_channel' }, 1);
    const answer = await stage.say('diagnose ops step=2');
    expect(answer.ephemeralFor).toBe('U0ANNA');
    expect(renderPlain(answer)).toContain('ops: Backlog of ops: fine');
  });
});

import { describe, expect, it } from 'vitest';
import { renderReply } from '../../src/cli/render-text.ts';
import type { RequestNotice } from '../../src/core/approval-ports.ts';
import type { Locale } from '../../src/core/people.ts';
import type { Reply } from '../../src/core/reply.ts';
import type { ExecutionView, RequestView, TargetState } from '../../src/core/request.ts';
import { createSay } from '../../src/operations/say-notice.ts';
import { createFakeRequests } from '../fakes/requests.ts';
import { createFakeApp, createFakeClock, createFakeWorld } from '../fakes/world.ts';

const world = createFakeWorld(createFakeApp().app, createFakeRequests(), createFakeClock());

/** What the requester is told of a retry that ended so. */
async function told(
  countsByState: Partial<Record<TargetState, number>>,
  execution: Partial<ExecutionView>,
  kind: RequestNotice['kind'] = 'outcome',
  own?: Locale,
  change: Partial<RequestView> = {},
): Promise<Reply> {
  const view = {
    ...{ app: 'fap', number: 6, words: 'retry all', state: 'consumed', countsByState },
    ...{ requester: { userId: 'U0ANNA' }, execution: { state: 'succeeded', followed: false, ...execution } },
    ...change,
  } as unknown as RequestView; // what a notice reads of one
  const say = createSay({
    requests: { find: async () => view },
    worlds: new Map([['fap', world]]),
    incidents: { say: async () => undefined },
    locale: 'en',
  });
  const reply = await say({ kind, requestId: 'R6', detail: {} } as unknown as RequestNotice, own);
  if (reply === undefined) throw new Error('nothing was said');
  return reply;
}

describe('what the requester is told at the end', () => {
  it.each([
    ['nobody decided it', { runBy: null }, 'Nobody decided it in time. Nothing was done'],
    [
      'it could not start',
      { runBy: new Date(0) },
      'It was approved and could not start in time. Nothing was done',
    ],
  ])('says why nothing was done where %s', async (_, change, why) => {
    const reply = await told({}, {}, 'outcome', undefined, {
      state: 'expired',
      decision: {},
      execution: null,
      ...change,
    });
    expect(renderReply(reply)).toContain(why);
  });

  it('is no good news while the jobs are on their way', async () => {
    const reply = await told({ pushed: 12 }, { followed: true });
    expect(reply.mood).toBe('neutral');
    expect(renderReply(reply)).toContain('sent: 12 pushed');
    expect(renderReply(reply)).toContain('is not known yet');
  });

  it('is a warning when all that was pushed has failed again', async () => {
    const reply = await told({ failed_again: 12 }, {});
    expect(reply.mood).toBe('warning');
    expect(renderReply(reply)).toContain('12 failed again');
  });

  it('is not called done when none of them did well', async () => {
    expect(renderReply(await told({ failed_again: 12 }, {}))).toContain('ended: 12 failed again');
    expect(renderReply(await told({ done: 1, failed_again: 11 }, {}))).toContain('done: 1 done');
  });

  it('is good when they are done', async () => {
    const reply = await told({ done: 12 }, {});
    expect(reply.mood).toBe('good');
    expect(renderReply(reply)).toContain('done: 12 done');
  });
});

describe('what the requester is told alone when the watch over the jobs is over', () => {
  it('counts what became of them, and says where those are that failed again', async () => {
    const reply = await told({ done: 10, failed_again: 2 }, {}, 'became');
    expect(reply.mood).toBe('warning');
    expect(renderReply(reply)).toMatch(/10 done, 2 failed again[\s\S]*\/queue failed/);
  });

  it('is good news in a few words when all are done', async () => {
    const reply = await told({ done: 12 }, {}, 'became');
    expect(reply).toMatchObject({ mood: 'good', parts: [] });
  });

  it('is none while some still wait, and says that nobody watches them any more', async () => {
    const reply = await told({ done: 3, waiting: 9 }, {}, 'became');
    expect(reply.mood).toBe('neutral');
    expect(renderReply(reply)).toContain('is not watched any more');
  });

  it('offers what vanished, in the language of who asked', async () => {
    const reply = await told({ done: 3, vanished: 1 }, { state: 'partial' }, 'became', 'zh-CN');
    expect(renderReply(reply)).toMatch(/最终结果：3 个完成，1 个消失[\s\S]*restore #6/);
  });
});

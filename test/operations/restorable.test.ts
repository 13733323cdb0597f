import { describe, expect, it } from 'vitest';
import { renderReply } from '../../src/cli/render-text.ts';
import type { ExecutionId, RequestId } from '../../src/core/ids.ts';
import type { Locale } from '../../src/core/people.ts';
import type { Reply } from '../../src/core/reply.ts';
import type { RequestView } from '../../src/core/request.ts';
import { drawFlushCard } from '../../src/operations/flush-card.ts';
import { drawJobsCard } from '../../src/operations/jobs-card.ts';
import { createFakeApp, createFakeClock, createFakeWorld } from '../fakes/world.ts';

const at = new Date('2026-11-25T03:30:00Z');
const world = createFakeWorld(
  createFakeApp([]).app,
  {} as never, // nothing is looked up in the store here
  createFakeClock(),
);
const view = (change: Partial<RequestView>): RequestView => ({
  ...{ id: '01JD0000000000000000000000' as RequestId, number: 12, verb: 'flush', words: 'flush', app: 'fap' }, // made up
  ...{ host: 'api-1', reason: null, digest: 'd', facts: {}, count: 3, state: 'consumed', version: 4 },
  requester: { person: 'U0ANNA', teamId: 'T0FAP', userId: 'U0ANNA', name: 'Anna' },
  place: { teamId: 'T0FAP', channel: 'C0OPS' },
  ...{ requestedAt: at, quorum: 1, expiresAt: at, runBy: null, votes: [], preapproval: null, decision: {} },
  ...{ policyVersion: 'p1', takesSlot: true, template: 'flush', targets: [], countsByState: {}, restored: 0 },
  execution: {
    ...{ id: 'E1' as ExecutionId, state: 'succeeded', startedAt: at, finishedAt: at, detail: {} }, // made up, too
    ...{ progress: {}, stoppedBy: null, followed: false },
  },
  ...change,
});
const cardOf = (change: Partial<RequestView>, locale: Locale): Reply => {
  const one = view(change);
  return one.verb === 'flush'
    ? drawFlushCard(one, world, locale)
    : drawJobsCard(one.verb === 'forget' ? 'forget' : 'retry', one, world, locale);
};
const draw = (change: Partial<RequestView>, locale: Locale = 'en'): string =>
  renderReply(cardOf(change, locale));
const offers = (change: Partial<RequestView>): boolean =>
  cardOf(change, 'en').parts.some(
    (part) => part.kind === 'buttons' && part.buttons.some(({ press }) => press.verb === 'restore'),
  );

describe('the card of what can be restored', () => {
  const all: readonly (readonly [string, Partial<RequestView>])[] = [
    ['flush', { verb: 'flush', countsByState: { forgotten: 2, unconfirmed: 1, present: 4 } }],
    ['forget', { verb: 'forget', countsByState: { forgotten: 3 } }],
    ['retry', { verb: 'retry', countsByState: { done: 9, unconfirmed: 1, vanished: 2 } }],
  ];

  it.each(all)('of a %s offers it while something is not back', (_, change) => {
    for (const restored of [0, 2]) {
      expect(offers({ ...change, restored })).toBe(true);
      expect(draw({ ...change, restored })).not.toContain('is back');
    }
  });

  it.each(all)('of a %s says instead that all is back, in both languages', (_, change) => {
    expect(offers({ ...change, restored: 3 })).toBe(false);
    expect(draw({ ...change, restored: 3 })).toContain(
      'All that could be restored is back in failed_jobs: 3 failed jobs.',
    );
    expect(draw({ ...change, restored: 3 }, 'zh-CN')).toContain(
      '可恢复的 3 个失败任务已全部恢复到 failed_jobs',
    );
  });

  it('says nothing of the kind where nothing was removed', () => {
    expect(draw({ countsByState: { present: 3 } })).not.toContain('is back');
    expect(offers({ countsByState: { present: 3 } })).toBe(false);
  });

  it('offers the rest where it is not known whether all that was gone before can come back', () => {
    const change = { verb: 'forget', countsByState: { forgotten: 1, gone_before: 1 }, restored: 1 };
    expect(offers(change)).toBe(true);
  });
});

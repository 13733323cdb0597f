import { describe, expect, it } from 'vitest';
import type { ExecutionId, RequestId } from '../../src/core/ids.ts';
import type { Locale } from '../../src/core/people.ts';
import type { Button, Reply } from '../../src/core/reply.ts';
import type { ExecutionState, ExecutionView, RequestView, VoteView } from '../../src/core/request.ts';
import { spansOf } from '../../src/core/rich.ts';
import { drawApprovalCard, type OwnCard } from '../../src/operations/approval-card.ts';
import { createFakeRequests } from '../fakes/requests.ts';
import { createFakeApp, createFakeClock, createFakeWorld } from '../fakes/world.ts';

const world = createFakeWorld(createFakeApp().app, createFakeRequests(), createFakeClock());
const anna = { person: 'U0ANNA', teamId: 'T0FAP', userId: 'U0ANNA', name: 'Anna' };
const bo = { person: 'U0BO', teamId: 'T0FAP', userId: 'U0BO', name: 'Bo' };
const at = new Date(Date.UTC(2026, 10, 25, 3, 30));
const vote: VoteView = { person: 'U0BO', actor: bo, decision: 'approve', at, voided: false };

const pending: RequestView = {
  ...{ id: '01JD0000000000000000000000' as RequestId, number: 12, verb: 'retry-all', words: 'retry all' },
  ...{ app: 'fap', host: 'api-1', requester: anna, reason: 'the pack is back', facts: {}, count: 3_400 },
  ...{
    place: { teamId: 'T0FAP', channel: 'C0OPS' },
    digest: 'abcdef0123456789',
    state: 'pending',
    version: 1,
  },
  ...{ requestedAt: at, quorum: 1, expiresAt: at, runBy: null, votes: [], preapproval: null, decision: {} },
  ...{ policyVersion: 'p1', takesSlot: true, template: 'retry', execution: null, targets: [] },
  ...{ countsByState: {}, restored: 0 },
};
const running = (state: ExecutionState, change: Partial<ExecutionView> = {}): Partial<RequestView> => ({
  state: 'consumed',
  execution: {
    ...{ id: 'E1' as ExecutionId, state, startedAt: at, finishedAt: null, detail: {}, progress: {} },
    ...{ stoppedBy: null, followed: false, ...change },
  },
});
const own: OwnCard = {
  what: 'retry 3,400 failed jobs',
  about: [{ kind: 'text', text: 'what it touches' }],
  running: { summary: '120 of 3,400', parts: [{ kind: 'text', text: 'how fast' }], waits: true },
  result: { summary: '3,380 done', parts: [{ kind: 'text', text: 'what became of them' }] },
  undo: true,
};

const draw = (change: Partial<RequestView>, parts: Partial<OwnCard> = {}, locale: Locale = 'en'): Reply =>
  drawApprovalCard({ ...pending, ...change }, world, locale, { ...own, ...parts });
const buttons = (reply: Reply): readonly Button[] =>
  reply.parts.flatMap((part) => (part.kind === 'buttons' ? part.buttons : []));
const verbs = (reply: Reply): readonly string[] => buttons(reply).map(({ press }) => press.verb);
const heading = (reply: Reply): string =>
  spansOf(reply.heading)
    .map((span) => (typeof span === 'string' ? span : 'bold' in span ? span.bold : ''))
    .join('');

describe('the card of a request that others decide', () => {
  it.each<[string, Partial<RequestView>, string, readonly string[]]>([
    ['pending', {}, "#12 needs another person's approval", ['approve', 'reject', 'cancel', 'show-jobs']],
    [
      'with a vote',
      { quorum: 2, votes: [vote] },
      '#12 needs',
      ['approve', 'reject', 'withdraw', 'cancel', 'show-jobs'],
    ],
    ['approved', { state: 'approved', runBy: at, votes: [vote] }, '#12 approved', ['cancel', 'show-jobs']],
    ['rejected', { state: 'rejected', decision: { by: bo } }, '#12 rejected', []],
    ['expired', { state: 'expired' }, '#12 expired', []],
    ['cancelled', { state: 'cancelled', decision: { by: anna } }, '#12 cancelled', []],
    ['void', { state: 'invalidated', decision: { why: 'data', ids: [7] } }, '#12 void', []],
    [
      'running',
      running('executing'),
      '#12 running: retry 3,400 failed jobs — 120 of 3,400',
      ['continue', 'stop', 'show-jobs'],
    ],
    ['stopping', running('executing', { stoppedBy: bo }), '#12 running', ['continue', 'show-jobs']],
    ['unknown', running('unknown'), '#12 what it did is not known yet', ['continue', 'stop', 'show-jobs']],
    [
      'done',
      running('succeeded'),
      '#12 done: retry 3,400 failed jobs — 3,380 done',
      ['restore', 'show-jobs'],
    ],
    [
      'sent, and still watched',
      running('succeeded', { followed: true }),
      '#12 sent: retry 3,400 failed jobs — 3,380 done',
      ['restore', 'show-jobs'],
    ],
    [
      'ended, and nothing did well',
      { ...running('succeeded'), countsByState: { failed_again: 12 } },
      '#12 ended: retry 3,400 failed jobs',
      ['restore', 'show-jobs'],
    ],
    [
      'done, and some did badly',
      { ...running('succeeded'), countsByState: { done: 1, failed_again: 12 } },
      '#12 done: retry',
      ['restore', 'show-jobs'],
    ],
    ['partly done', running('partial'), '#12 partly done', ['restore', 'show-jobs']],
    ['not started', running('not_started'), '#12 not started', ['restore', 'show-jobs']],
  ])('has only the buttons that can still do something: %s', (_, change, title, expected) => {
    const reply = draw(change);
    expect(heading(reply)).toContain(title);
    expect(verbs(reply)).toEqual(expected);
  });

  it("carries nothing but the request's id on its own buttons", () => {
    const own = buttons(draw({})).map(({ press }) => press);
    expect(own.every((press) => press.kind === 'request' && press.requestId === pending.id)).toBe(true);
  });

  it('asks for a second thought before an approval', () => {
    expect(buttons(draw({}))[0]?.confirm?.text).toContain('3,400 failed jobs');
  });

  it('shows no Continue where nothing waits for it, and no Restore where nothing can come back', () => {
    expect(verbs(draw(running('executing'), { running: { summary: '', parts: [] } }))).toEqual([
      'stop',
      'show-jobs',
    ]);
    expect(verbs(draw(running('succeeded'), { undo: false }))).toEqual(['show-jobs']);
  });

  it('calls who may approve once, and none of the accounts of who asked', () => {
    const call = draw({}).parts.find((part) => part.kind === 'text' && part.once === true);
    expect(call).toMatchObject({ text: ['May approve: ', { person: 'U0BO' }] });
    expect(draw({ state: 'approved' }).parts.some((part) => part.kind === 'text' && part.once === true)).toBe(
      false,
    );
  });

  it('shows the reason as the words of somebody', () => {
    expect(draw({}).parts).toContainEqual({ kind: 'quote', text: 'the pack is back' });
  });

  it('says which rows were changed, and not all of ten thousand', () => {
    const ids = Array.from({ length: 100 }, (_, index) => index + 1);
    const [story] = draw({ state: 'invalidated', decision: { why: 'data', ids } }).parts;
    expect(story).toMatchObject({ kind: 'text' });
    expect(JSON.stringify(story)).toContain('1, 2, 3, 4, 5, 6, 7, 8, 9, 10…');
  });

  it.each<Locale>(['en', 'zh-CN'])('can be drawn in every state: %s', (locale) => {
    const states = ['pending', 'approved', 'rejected', 'expired', 'cancelled', 'invalidated'] as const;
    for (const state of states) expect(heading(draw({ state }, {}, locale))).toContain('#12');
    expect(heading(draw(running('partial'), {}, locale))).toContain('3,380 done');
  });
});

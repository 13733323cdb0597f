import { describe, expect, it } from 'vitest';
import type { Evidence, RequestSeen } from '../../../demo/tour/evidence.ts';
import { steps } from '../../../demo/tour/steps.ts';
import { noProgress, possibleSteps, showTour, tick } from '../../../demo/tour/tour.ts';
import { readVerbs } from '../../../demo/tour/verbs.ts';

const all = new Set(['status', 'failed', 'show', 'retry', 'retry all', 'flush', 'restore', 'diagnose']);
const nothing: Evidence = {
  ...{ broken: new Set(['content-pack'] as const), reads: [], requests: [], failedReports: [7, 8] },
};
const request = (verb: string, change: Partial<RequestSeen> = {}): RequestSeen => ({
  ...{ number: 3, verb, state: 'pending', execution: undefined, approvals: 0, count: 1, done: 0 },
  ...change,
});
const ended = { state: 'consumed', execution: 'succeeded', approvals: 1, done: 1 } as const;
const ticked = (evidence: Partial<Evidence>): readonly string[] =>
  tick(possibleSteps(steps, all), noProgress, { ...nothing, ...evidence }).ticked;

describe('the steps', () => {
  it('are those that the bot has the verbs for', () => {
    const ids = (...verbs: string[]) => possibleSteps(steps, new Set(verbs)).map(({ id }) => id);
    expect(ids('status', 'failed', 'show', 'retry', 'forget')).toEqual(['look', 'diagnose', 'fix']);
    expect(ids('status', 'retry all')).toEqual(['look', 'two-persons']);
    expect(ids('status', 'flush')).toEqual(['look']);
  });

  it('diagnose by the verb once there is one, by a list and a look before', () => {
    const way = (verbs: ReadonlySet<string>) =>
      possibleSteps(steps, verbs)
        .find(({ id }) => id === 'diagnose')
        ?.tasks.map(({ id }) => id);
    expect(way(all)).toEqual(['diagnose']);
    expect(way(new Set(['failed', 'show']))).toEqual(['list', 'show']);
  });
});

describe('what was seen', () => {
  it.each<[string, Partial<Evidence>, readonly string[]]>([
    ['nothing', {}, []],
    ['an answered status', { reads: [{ verb: 'status', target: '' }] }, ['status']],
    ['a readable content pack', { broken: new Set() }, ['mend']],
    ['a retry that was only asked for', { requests: [request('retry')] }, []],
    ['a retried job that is done', { requests: [request('retry', ended)] }, ['retry']],
    ['an open request', { requests: [request('retry-all')] }, ['ask-retry-all']],
    ['a rejected request', { requests: [request('retry-all', { state: 'rejected' })] }, ['ask-retry-all']],
    [
      'an approved request',
      { requests: [request('retry-all', { state: 'approved', approvals: 1 })] },
      ['ask-retry-all', 'approve-retry-all'],
    ],
    [
      'a run that ended',
      { requests: [request('retry-all', ended)] },
      ['ask-retry-all', 'approve-retry-all', 'watch-retry-all'],
    ],
    ['a flush that ended', { requests: [request('flush', ended)] }, ['ask-flush', 'approve-flush']],
    [
      'a restore that failed',
      { requests: [request('restore', { ...ended, execution: 'failed' })] },
      ['ask-restore'],
    ],
  ])('%s ticks what it proves', (_, evidence, tasks) => {
    expect(ticked(evidence)).toEqual(tasks);
  });

  it('stays ticked when the world moves on', () => {
    const possible = possibleSteps(steps, all);
    const before = tick(possible, noProgress, { ...nothing, broken: new Set() });
    expect(tick(possible, before, nothing)).toBe(before);
  });
});

describe('the tour', () => {
  const possible = possibleSteps(steps, all);
  const show = (progress = noProgress, evidence: Partial<Evidence> = {}) =>
    showTour(possible, progress, { ...nothing, ...evidence }, (id) => `<${id}>`) ?? [];

  it('is at the first step that is neither done nor skipped', () => {
    expect(show().map(({ state }) => state)).toEqual(['current', 'ahead', 'ahead', 'ahead', 'ahead']);
    expect(
      show({ ticked: ['status', 'mend', 'retry'], skipped: ['diagnose'] }).map(({ state }) => state),
    ).toEqual(['done', 'skipped', 'done', 'current', 'ahead']);
  });

  it('knows the words to type, the person and the place', () => {
    const retry = show().find(({ id }) => id === 'fix')?.tasks[1];
    expect(retry?.type).toBe('/queue retry 7');
    expect(retry?.hand).toEqual({
      ...{ userId: 'U0ANNA', name: '<U0ANNA>', channelId: 'C0OPS', channelName: '<C0OPS>' },
    });
    const restore = () =>
      show(noProgress, { requests: [request('flush', { ...ended, number: 9 })] }).at(-1)?.tasks[2];
    expect(restore()?.type).toBe('/queue restore #9');
  });

  it('says that words are not known yet', () => {
    const retry = show(noProgress, { failedReports: [] }).find(({ id }) => id === 'fix')?.tasks[1];
    expect(retry).toMatchObject({ type: undefined, needsWords: true });
  });
});

describe('the bot’s own help', () => {
  it('names its verbs as they are typed', () => {
    const item = (code: string) => ({ text: [{ code }, '  what it does'] });
    const usages = [
      'status [QUEUE]',
      'whoami',
      'retry ID…',
      'retry all [queue=] [pace=]',
      'restore #N',
      'restart all',
    ];
    const reply = { ok: true, reply: { parts: [{ kind: 'items', items: usages.map(item) }] } };
    expect(readVerbs(reply)).toEqual(['status', 'whoami', 'retry', 'retry all', 'restore', 'restart all']);
  });

  it('is no verb where it is no code', () => {
    expect(readVerbs({ heading: 'retry all', parts: [{ text: 'flush' }] })).toEqual([]);
  });
});

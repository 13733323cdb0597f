import { describe, expect, it } from 'vitest';
import { type Asking, createAsking } from './asking.ts';
import type { BenchOptions } from './bench.ts';

async function approved(options: BenchOptions = {}): Promise<Asking> {
  const asking = createAsking(options);
  await asking.submit();
  await asking.press('approve', 'U0BO');
  return asking;
}

describe('what other persons approved', () => {
  it('is claimed, run and seen to its outcome', async () => {
    const asking = await approved();
    await asking.claim();
    expect((await asking.view()).execution?.state).toBe('succeeded');
    expect(asking.fake.artisanCalls).toHaveLength(4);
    expect(asking.memory.events).toEqual([
      ...['REQUESTED', 'VOTED', 'CLAIMED'],
      ...Array.from({ length: 4 }, () => ['INTENT', 'RESULT']).flat(),
      'OUTCOME',
    ]);
  });

  it('runs once, although two processes look at the same time', async () => {
    const asking = await approved();
    await Promise.all([asking.claim(), asking.claim()]);
    expect(asking.fake.artisanCalls).toHaveLength(4);
  });

  it('is void when the requester has lost the right', async () => {
    const asking = await approved();
    asking.people['U0ANNA'] = { standing: 'deactivated' };
    await asking.claim();
    expect(await asking.view()).toMatchObject({ state: 'invalidated', decision: { why: 'requester' } });
  });

  it('is void when the only voter has lost the right', async () => {
    const asking = await approved();
    asking.people['U0BO'] = { standing: 'guest' };
    await asking.claim();
    expect(await asking.view()).toMatchObject({ state: 'invalidated', decision: { why: 'quorum' } });
    expect(asking.fake.artisanCalls).toEqual([]);
  });

  it('is void when a voter has left the group', async () => {
    const asking = createAsking({ roster: { approvers: ['S0LEADS'] } });
    asking.groups.set('S0LEADS', new Set(['U0BO']));
    await asking.submit();
    await asking.press('approve', 'U0BO');
    asking.groups.set('S0LEADS', new Set());
    await asking.claim();
    expect((await asking.view()).state).toBe('invalidated');
  });

  it('waits while Slack does not say who is in the group, and then runs', async () => {
    const asking = createAsking({ roster: { approvers: ['S0LEADS'] } });
    asking.groups.set('S0LEADS', new Set(['U0BO']));
    await asking.submit();
    await asking.press('approve', 'U0BO');
    asking.groups.set('S0LEADS', undefined);
    const stop = new AbortController();
    const running = asking.claimer.run(stop.signal);
    for (let turn = 0; turn < 20; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
    expect((await asking.view()).state).toBe('approved');
    asking.groups.set('S0LEADS', new Set(['U0BO']));
    await asking.settled();
    stop.abort();
    await running;
    expect((await asking.view()).execution?.state).toBe('succeeded');
  });

  it('is void with the ids when rows were changed in place', async () => {
    const asking = await approved();
    asking.tiny.verify = 'changed';
    await asking.claim();
    expect(await asking.view()).toMatchObject({ state: 'invalidated', decision: { why: 'data', ids: [2] } });
  });

  it('waits while its rows can not be read', async () => {
    const asking = await approved();
    asking.tiny.verify = 'unreadable';
    const stop = new AbortController();
    const running = asking.claimer.run(stop.signal);
    for (let turn = 0; turn < 20; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
    stop.abort();
    await running;
    expect((await asking.view()).state).toBe('approved');
    expect(asking.fake.artisanCalls).toEqual([]);
  });

  it('is void when the host has changed', async () => {
    const asking = await approved();
    Object.assign(asking.fake.app.artisan, { host: 'api-2' });
    await asking.claim();
    expect(await asking.view()).toMatchObject({ state: 'invalidated', decision: { why: 'host' } });
  });

  it('is left to others by a replica whose configuration is not the active one', async () => {
    const asking = await approved();
    asking.policy.active = 'p2';
    const stop = new AbortController();
    const running = asking.claimer.run(stop.signal);
    for (let turn = 0; turn < 20; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
    stop.abort();
    await running;
    expect((await asking.view()).state).toBe('approved');
  });

  it('does not start while the app is frozen', async () => {
    const asking = await approved();
    const by = { person: 'U0BO', teamId: 'T0FAP', userId: 'U0BO', name: 'Bo' };
    asking.memory.freezes.set('fap', { app: 'fap', reason: 'wait', by, at: new Date(0) });
    const stop = new AbortController();
    const running = asking.claimer.run(stop.signal);
    for (let turn = 0; turn < 20; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
    stop.abort();
    await running;
    expect((await asking.view()).state).toBe('approved');
    expect(asking.fake.artisanCalls).toEqual([]);
  });

  it('is not started by a vote that stands in the store without its sealed record', async () => {
    const asking = createAsking();
    await asking.submit();
    const kept = asking.memory.kept[0];
    if (kept?.terms == null) throw new Error('nothing was asked');
    kept.requestState = 'approved';
    kept.terms.runBy = new Date(Date.now() + 1e12);
    await asking.claim();
    expect((await asking.view()).state).toBe('invalidated');
    expect(asking.fake.artisanCalls).toEqual([]);
  });
});

describe('a run that others approved', () => {
  it('ends before its next step when somebody stops it', async () => {
    const asking = await approved();
    asking.tiny.beforeCall = async (_, call) => {
      if (call === 1) await asking.press('stop', 'U0BO');
    };
    await asking.claim();
    expect(asking.fake.artisanCalls).toHaveLength(2);
    expect((await asking.view()).execution).toMatchObject({
      state: 'partial',
      stoppedBy: { userId: 'U0BO' },
    });
  });

  it('may not be stopped by who can only read', async () => {
    const asking = await approved();
    asking.tiny.beforeCall = async (_, call) => {
      if (call === 1) await asking.press('stop', 'U0CHEN');
    };
    await asking.claim();
    expect(asking.fake.artisanCalls).toHaveLength(4);
    expect(asking.notes.map(({ outcome }) => outcome)).toEqual(['refused:needs-role']);
  });
});

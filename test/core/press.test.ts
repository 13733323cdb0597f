import { describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../src/core/store-ports.ts';
import { type Asking, createAsking } from './asking.ts';
import { type BenchOptions, refusals } from './bench.ts';

async function asked(options: BenchOptions = {}): Promise<Asking> {
  const asking = createAsking(options);
  await asking.submit();
  asking.answers.length = 0;
  return asking;
}

describe("a request's button", () => {
  it('approves as another person, who is told by the card alone', async () => {
    const asking = await asked();
    await asking.press('approve', 'U0BO');
    expect(await asking.view()).toMatchObject({ state: 'approved', votes: [{ person: 'U0BO' }] });
    expect(asking.answers).toEqual([]);
  });

  it.each([
    ['the requester', 'U0ANNA', { approvers: ['U0ANNA', 'U0BO'] }, 'refused:own-request'],
    ["the requester's second account", 'U0ANNA2', { approvers: ['U0ANNA2', 'U0BO'] }, 'refused:own-request'],
    ['who is no approver', 'U0CHEN', {}, 'refused:needs-role'],
    ['a guest', 'U0GUEST', { approvers: ['U0GUEST'] }, 'refused:not-a-member'],
    ['anybody, when nobody is configured', 'U0BO', { approvers: [] }, 'refused:needs-role'],
    ['who is in a group that can not be read', 'U0DEE', { approvers: ['S0LEADS'] }, 'refused:needs-role'],
  ])('does not approve as %s', async (_, who, roster, outcome) => {
    const asking = await asked({ roster });
    asking.groups.set('S0LEADS', undefined);
    await asking.press('approve', who);
    expect((await asking.view()).state).toBe('pending');
    const { id: requestId, number } = await asking.view();
    const about = { app: 'fap', target: `request=#${number}`, requestId };
    expect(asking.notes).toMatchObject([{ event: 'AUTH_DENIED', verb: 'approve', outcome, ...about }]);
    expect(asking.answers).toHaveLength(1);
  });

  it('counts the vote of a group that the person has been in for a day, and no earlier', async () => {
    const asking = await asked({ roster: { approvers: ['S0LEADS'] } });
    asking.groups.set('S0LEADS', new Set(['U0DEE']));
    asking.young.add('U0DEE');
    await asking.press('approve', 'U0DEE');
    expect(refusals(asking)).toEqual(['refused:group-too-young']);
    asking.young.clear();
    await asking.press('approve', 'U0DEE');
    expect((await asking.view()).state).toBe('approved');
  });

  it('counts one vote of a person, however often it is pressed', async () => {
    const asking = await asked({ quorum: 2 });
    await Promise.all(Array.from({ length: 50 }, () => asking.press('approve', 'U0BO')));
    expect(await asking.view()).toMatchObject({ state: 'pending', votes: [{ person: 'U0BO' }] });
    expect(new Set(refusals(asking))).toEqual(new Set(['refused:voted-already']));
  });

  it('rejects for good', async () => {
    const asking = await asked();
    await asking.press('reject', 'U0BO');
    await asking.press('approve', 'U0BO');
    expect((await asking.view()).state).toBe('rejected');
    expect(refusals(asking)).toEqual(['refused:request-moved-on']);
  });

  it('takes a vote back while others are awaited', async () => {
    const asking = await asked({ quorum: 2 });
    await asking.press('approve', 'U0BO');
    await asking.press('withdraw', 'U0BO');
    expect((await asking.view()).votes).toEqual([]);
    await asking.press('withdraw', 'U0BO');
    expect(refusals(asking)).toEqual(['refused:no-vote']);
  });

  it("is cancelled by who asked, by any of the person's accounts, and by nobody else", async () => {
    const asking = await asked();
    await asking.press('cancel', 'U0BO');
    expect(refusals(asking)).toEqual(['refused:only-requester']);
    await asking.press('cancel', 'U0ANNA2');
    expect((await asking.view()).state).toBe('cancelled');
  });

  it.each([['approve'], ['reject'], ['cancel'], ['stop'], ['continue']])(
    'is refused in a direct message: %s',
    async (verb) => {
      const asking = await asked({ channel: { kind: 'direct-message' } });
      await asking.press(verb, 'U0BO');
      expect(refusals(asking)).toContain('refused:not-in-direct-message');
      expect(asking.memory.kept).toEqual([]);
    },
  );

  it('works in the approvals channel although words are not answered there', async () => {
    const asking = await asked();
    await asking.press('show-jobs', 'U0CHEN');
    expect(asking.answers).toHaveLength(1);
  });

  it('is refused on a copy of its card', async () => {
    const asking = await asked();
    const { id } = await asking.view();
    asking.memory.messages.set(id, { teamId: 'T0FAP', channel: 'C0APPROVE', messageTs: '9.9' });
    for (const [verb, who] of [
      ['approve', 'U0BO'],
      ['reject', 'U0BO'],
      ['cancel', 'U0ANNA'],
      ['stop', 'U0BO'],
    ] as const) {
      await asking.press(verb, who);
    }
    expect(refusals(asking)).toEqual(Array.from({ length: 4 }, () => 'refused:not-its-card'));
    expect((await asking.view()).state).toBe('pending');
  });

  it('says that a card of another version is out of date', async () => {
    const asking = await asked();
    await asking.press('approve-and-run', 'U0BO');
    expect(refusals(asking)).toEqual(['refused:out-of-date']);
  });

  it('does nothing for an id that is guessed', async () => {
    const asking = await asked();
    await asking.press('approve', 'U0BO', { id: '01JDXXXXXXXXXXXXXXXXXXXXXX' });
    expect(refusals(asking)).toEqual(['refused:unknown-request']);
  });

  it('does nothing without the word of the store', async () => {
    const claims = [async () => true, () => Promise.reject(new StoreUnavailable('away'))];
    const asking = await asked({ claim: () => (claims.shift() ?? (async () => true))() });
    await asking.press('approve', 'U0BO');
    expect(refusals(asking)).toEqual(['refused:store-unreachable']);
    expect((await asking.view()).state).toBe('pending');
  });

  it('shows the frozen jobs page by page', async () => {
    const asking = await asked();
    await asking.press('show-jobs', 'U0CHEN', { argument: '2.2' });
    const [answer] = asking.answers;
    expect(asking.notes).toMatchObject([{ event: 'READ', verb: 'show-jobs', outcome: 'answered' }]);
    expect(answer?.locale).toBe('zh-CN');
    expect(answer?.reply.parts[0]).toMatchObject({ kind: 'items', items: [{}, {}] });
  });
});

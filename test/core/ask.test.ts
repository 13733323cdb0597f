import { describe, expect, it } from 'vitest';
import { findFieldErrors } from '../../src/core/ask.ts';
import type { RequestId } from '../../src/core/ids.ts';
import { StoreUnavailable } from '../../src/core/store-ports.ts';
import { createAsking } from './asking.ts';
import { refusals } from './bench.ts';
import { createTiny } from './tiny.ts';

describe('asking other persons', () => {
  it('opens the form at once and fills it when the survey is through', async () => {
    const asking = createAsking();
    await asking.say('tidy queue=reports');
    expect(asking.forms.map(({ parts }) => parts)).toEqual([
      [{ kind: 'text', text: 'looking' }],
      [{ kind: 'text', text: '4 jobs' }],
    ]);
    expect(asking.forms[1]?.carries).toEqual({ words: 'tidy queue=reports', channel: 'C0OPS', highest: 4 });
    expect(asking.notes).toMatchObject([{ event: 'READ', verb: 'tidy', outcome: 'form' }]);
    expect(asking.memory.kept).toEqual([]);
  });

  it('says what forbids to ask without opening a form', async () => {
    const asking = createAsking();
    asking.tiny.frozen = true;
    await asking.say('tidy');
    expect(asking.forms).toEqual([]);
    expect(refusals(asking)).toEqual(['refused:app-frozen']);
    expect(asking.answers).toHaveLength(1);
  });

  it('says in the form what the survey found against it', async () => {
    const asking = createAsking();
    asking.tiny.survey = 'nothing';
    await asking.say('tidy');
    expect(asking.told).toHaveLength(1);
    expect(refusals(asking)).toEqual(['form', 'refused:nothing-to-do']);
  });

  it('says in the form that nothing could be looked at', async () => {
    const asking = createAsking();
    asking.tiny.survey = 'fails';
    await asking.say('tidy');
    expect(refusals(asking)).toEqual(['form', 'refused:part-missing']);
    expect(asking.told).toHaveLength(1);
    expect(asking.told[0]?.heading).toContain('Nothing was done');
  });

  it('answers with a button where no form can be opened', async () => {
    const asking = createAsking();
    await asking.say('tidy', { surface: { answer: async () => undefined, post: async () => true } });
    const heard: unknown[] = [];
    await asking.say('tidy queue=reports', {
      surface: { answer: async (reply) => void heard.push(reply.parts.at(-1)), post: async () => true },
    });
    expect(heard).toMatchObject([
      { kind: 'buttons', buttons: [{ press: { kind: 'words', words: 'tidy queue=reports' } }] },
    ]);
    expect(asking.forms).toEqual([]);
  });

  it('offers the form again when Slack was too slow', async () => {
    const asking = createAsking();
    asking.slack.opens = false;
    await asking.say('tidy');
    expect(refusals(asking)).toEqual(['refused:form-lost']);
    expect(asking.answers[0]?.reply.parts.at(-1)).toMatchObject({
      buttons: [{ press: { kind: 'words', words: 'tidy' } }],
    });
  });

  it.each([
    ['who may only read', 'U0CHEN', 'refused:needs-role'],
    ['a guest', 'U0GUEST', 'refused:not-a-member'],
  ])('refuses %s the form and what it asks', async (_, who, outcome) => {
    const asking = createAsking();
    await asking.say('tidy', { who });
    await asking.submit(who);
    expect(refusals(asking)).toEqual([outcome, outcome]);
    expect(asking.forms).toEqual([]);
    expect(asking.memory.kept).toEqual([]);
  });

  it('asks nothing on a replica whose configuration is not the active one', async () => {
    const asking = createAsking();
    asking.policy.active = 'p2';
    await asking.say('tidy');
    expect(refusals(asking)).toEqual(['refused:policy-outdated']);
  });

  it('asks nothing without the word of the store', async () => {
    const asking = createAsking({ claim: () => Promise.reject(new StoreUnavailable('away')) });
    await asking.say('tidy');
    await asking.submit();
    expect(refusals(asking)).toEqual(['refused:store-unreachable', 'refused:store-unreachable']);
    expect(asking.memory.kept).toEqual([]);
  });

  it('freezes what is there when the form is sent, with its digest, and tells the number', async () => {
    const asking = createAsking();
    await asking.submit();
    const view = await asking.view();
    expect(view).toMatchObject({ state: 'pending', count: 4, quorum: 1, reason: 'the cause is gone' });
    expect(view.targets.map(({ failedId }) => failedId)).toEqual([1, 2, 3, 4]);
    expect(asking.answers).toHaveLength(1);
    expect(asking.memory.kept[0]?.terms?.asked.cards).toEqual([{ teamId: 'T0FAP', channel: 'C0APPROVE' }]);
  });

  it('shows the card in the thread that it was asked from, too', async () => {
    const asking = createAsking();
    await asking.submit('U0ANNA', undefined, { threadTs: '7.7' });
    expect(asking.memory.kept[0]?.terms?.asked.cards).toEqual([
      { teamId: 'T0FAP', channel: 'C0APPROVE' },
      { teamId: 'T0FAP', channel: 'C0OPS', threadTs: '7.7' },
    ]);
  });

  it('shows one card only where it was asked in a thread of the approvals channel itself', async () => {
    const asking = createAsking({ commandChannels: ['C0APPROVE'] });
    await asking.submit('U0ANNA', undefined, { channel: 'C0APPROVE', threadTs: '7.7' });
    expect(asking.memory.kept[0]?.terms?.asked.cards).toEqual([{ teamId: 'T0FAP', channel: 'C0APPROVE' }]);
  });

  it('asks once, however often one form is sent', async () => {
    const asking = createAsking();
    await Promise.all([1, 2, 3].map(() => asking.submit('U0ANNA', undefined, { dedupeKey: 'form:one' })));
    expect(asking.memory.kept).toHaveLength(1);
  });

  it('asks for the same once while a request for it is open', async () => {
    const asking = createAsking();
    await asking.submit();
    await asking.submit();
    expect(refusals(asking)).toEqual(['refused:open-request']);
  });

  it('asks nothing when nothing is left of what the form showed', async () => {
    const asking = createAsking();
    asking.fake.rows.clear();
    await asking.submit();
    expect(refusals(asking)).toEqual(['refused:nothing-to-do']);
  });

  it('asks nothing when the audit log can not be written', async () => {
    const asking = createAsking({ auditWritable: false });
    await asking.submit();
    expect(refusals(asking)).toEqual(['refused:audit-not-writable']);
  });

  it('finds the fields that can not be taken, and none in words that ask nobody', () => {
    const parts = { operations: [createTiny().operation], worlds: new Map([['fap', createAsking().world]]) };
    const errors = (words: string, reason?: string) =>
      findFieldErrors(
        parts,
        {
          carried: { words, channel: 'C0OPS' },
          values: new Map(reason === undefined ? [] : [['reason', reason]]),
        },
        'en',
      );
    expect(errors('tidy')).toEqual(new Map([['reason', 'say why']]));
    expect(errors('tidy', 'because')).toEqual(new Map());
    expect(errors('no such verb')).toEqual(new Map());
  });
});

describe('asking with a preapproval', () => {
  const signer = { person: 'U0BO', teamId: 'T0FAP', userId: 'U0BO', name: 'Bo' };
  const id = 'P1' as RequestId; // what ids look like here

  function withPreapproval(by = signer) {
    const asking = createAsking();
    asking.tiny.coveredBy = [id];
    asking.memory.signers.set(id, by);
    asking.world.preapprovals.find = async () => ({
      ...{ id, number: 9, app: 'fap', signer: by, place: { teamId: 'T0FAP', channel: 'C0OPS' } },
      ...{ policyVersion: 'p1', used: 0, endsAt: new Date(0), withdrawnAt: null, withdrawnBy: null },
      ...{ over: false, filter: {}, most: 10, seconds: 60, reason: 'tonight' },
    });
    return asking;
  }

  it('is approved at once, and runs', async () => {
    const asking = withPreapproval();
    await asking.submit();
    expect((await asking.view()).state).toBe('approved');
    await asking.claim();
    expect((await asking.view()).execution?.state).toBe('succeeded');
  });

  it('waits for a vote when its signer has lost the right', async () => {
    const asking = withPreapproval();
    asking.people['U0BO'] = { standing: 'deactivated' };
    await asking.submit();
    expect((await asking.view()).state).toBe('pending');
  });

  it('waits for a vote when the signer is the requester, by another account', async () => {
    const asking = withPreapproval({ ...signer, person: 'U0ANNA', userId: 'U0ANNA2' });
    await asking.submit();
    expect((await asking.view()).state).toBe('pending');
  });
});

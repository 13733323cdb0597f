import { describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../src/core/store-ports.ts';
import { candidate, uuidOf } from '../fakes/world.ts';
import { createBench, refusals } from './bench.ts';

describe('the pipeline, for what only reads', () => {
  it('answers the person alone and notes one READ row', async () => {
    const bench = createBench();
    await bench.say('whoami');
    expect(bench.answers).toHaveLength(1);
    expect(bench.notes).toMatchObject([{ event: 'READ', verb: 'whoami', app: 'fap', outcome: 'answered' }]);
  });

  it('answers in the language of the person', async () => {
    const bench = createBench();
    await bench.say('whoami', { who: 'U0CHEN' });
    expect(bench.answers[0]?.locale).toBe('zh-CN');
  });

  it('opens the overview when nothing is typed', async () => {
    const bench = createBench();
    await bench.say('');
    expect(bench.notes).toMatchObject([{ event: 'READ', verb: 'overview' }]);
  });

  it('posts for all to see when it is shared', async () => {
    const bench = createBench();
    await bench.say('whoami', { share: true });
    expect(bench.posts).toHaveLength(1);
    expect(bench.answers).toHaveLength(0);
  });

  it('answers although the store can not say whether it was delivered twice', async () => {
    const bench = createBench({ claim: () => Promise.reject(new StoreUnavailable('away')) });
    await bench.say('whoami');
    expect(bench.answers).toHaveLength(1);
  });

  it('answers once when it is delivered twice', async () => {
    const bench = createBench();
    await Promise.all([
      bench.say('whoami', { dedupeKey: 'same' }),
      bench.say('whoami', { dedupeKey: 'same' }),
    ]);
    expect(bench.answers).toHaveLength(1);
  });

  it('keeps still when another replica has it', async () => {
    const bench = createBench({ claim: async () => false });
    await bench.say('whoami');
    expect(bench.answers).toHaveLength(0);
  });
});

describe('the pipeline, for what is refused', () => {
  it.each([
    ['stauts', 'refused:unknown-verb'],
    ['status reprots', 'refused:unknown-queue'],
    ['status reports ops', 'refused:too-many-arguments'],
    ['status class=x', 'refused:unknown-filter'],
    ['failed error="x', 'refused:unclosed-quote'],
    ['status app=nobody', 'refused:unknown-app'],
    ['failed since=soon', 'refused:not-a-duration'],
    ['retry', 'refused:missing-argument'],
    ['retry 1;id', 'refused:not-a-job-id'],
    ['retry --range=1-5', 'refused:not-a-job-id'],
    ['retry 1 all', 'refused:not-a-job-id'],
    ['retry 99', 'refused:job-not-found'],
  ])('says no to %j and notes it', async (text, outcome) => {
    const bench = createBench();
    await bench.say(text);
    await bench.settled();
    expect(refusals(bench)).toEqual([outcome]);
    expect(bench.answers).toHaveLength(1);
    expect(bench.fake.artisanCalls).toEqual([]);
  });

  it('tells guests nothing, not even that they mistyped', async () => {
    const bench = createBench();
    await bench.say('stauts', { who: 'U0GUEST' });
    expect(bench.notes).toMatchObject([{ event: 'AUTH_DENIED', outcome: 'refused:not-a-member' }]);
  });

  it('refuses a retry by who may only read', async () => {
    const bench = createBench();
    await bench.say('retry 1', { who: 'U0CHEN' });
    expect(bench.notes).toMatchObject([{ event: 'AUTH_DENIED', outcome: 'refused:needs-role' }]);
    expect(bench.fake.artisanCalls).toEqual([]);
  });

  it('refuses a button as it refuses the typed word', async () => {
    const bench = createBench();
    await bench.say('retry 1', { who: 'U0CHEN', source: 'button' });
    expect(refusals(bench)).toEqual(['refused:needs-role']);
  });
});

describe('the pipeline, for what changes something', () => {
  it('records the intent before artisan runs and the outcome after its effect was seen', async () => {
    const bench = createBench();
    await bench.say('retry 1 2');
    await bench.settled();
    expect(bench.requests.events).toEqual(['REQUESTED', 'ARCHIVED', 'INTENT', 'RESULT', 'OUTCOME']);
    expect(bench.fake.artisanCalls).toEqual([[uuidOf(1), uuidOf(2)]]);
    expect(bench.requests.kept[0]).toMatchObject({ state: 'succeeded' });
  });

  it('runs nothing when the audit log can not be written', async () => {
    const bench = createBench({ auditWritable: false });
    await bench.say('retry 1');
    await bench.settled();
    expect(bench.fake.artisanCalls).toEqual([]);
    expect(refusals(bench)).toEqual(['refused:audit-not-writable']);
  });

  it('runs nothing when the store can not say whether it was delivered twice', async () => {
    const bench = createBench({ claim: () => Promise.reject(new StoreUnavailable('away')) });
    await bench.say('retry 1');
    await bench.settled();
    expect(bench.fake.artisanCalls).toEqual([]);
    expect(refusals(bench)).toEqual(['refused:store-unreachable']);
  });

  it('runs once when it is delivered twice', async () => {
    const bench = createBench();
    await Promise.all([
      bench.say('retry 1', { dedupeKey: 'same' }),
      bench.say('retry 1', { dedupeKey: 'same' }),
    ]);
    await bench.settled();
    expect(bench.fake.artisanCalls).toHaveLength(1);
  });

  it('never believes an exit status: a row that is still there was not retried', async () => {
    const bench = createBench();
    bench.fake.answer = () => ({
      ...{ kind: 'ended', rc: 0, confirmed: new Set<string>(), notFound: new Set<string>() },
      ...{ stdout: '', stderr: '', durationMs: 1 },
    });
    await bench.say('retry 1');
    await bench.settled();
    expect(bench.requests.kept[0]).toMatchObject({ state: 'failed', targets: [{ state: 'present' }] });
  });

  it('is unknown when contact is lost, and then what the data says', async () => {
    const bench = createBench();
    bench.fake.answer = (ids) => {
      for (const [id, row] of bench.fake.rows) if (row.uuid === ids[0]) bench.fake.rows.delete(id);
      return { kind: 'unknown', why: 'connection lost', stdout: '', stderr: '', durationMs: 1 };
    };
    await bench.say('retry 1 2');
    await bench.settled();
    const kept = bench.requests.kept[0];
    expect(kept?.state).toBe('partial');
    expect(kept?.targets.map(({ state }) => state)).toEqual(['unconfirmed', 'double_risk']);
    expect(bench.fake.artisanCalls).toHaveLength(1);
  });

  it('refuses more jobs than one person may retry alone', async () => {
    const bench = createBench();
    for (let id = 5; id <= 11; id += 1) bench.fake.rows.set(candidate(id).failedId, candidate(id));
    await bench.say('retry 1 2 3 4 5 6 7 8 9 10 11');
    await bench.settled();
    expect(refusals(bench)).toEqual(['refused:needs-approval']);
    expect(bench.fake.artisanCalls).toEqual([]);
  });

  it.each([
    ['has no uuid', { uuid: null }],
    ['shares its uuid', { uuidCount: 2 }],
    ['has a payload that is no JSON', { payloadKind: 'broken' as const }],
    ['names a connection that nobody knows', { connection: 'sqs' }],
  ])('refuses a job that %s, with the reason', async (_, change) => {
    const bench = createBench();
    bench.fake.rows.set(candidate(4).failedId, candidate(4, change));
    await bench.say('retry 4 1');
    await bench.settled();
    expect(refusals(bench)).toEqual(['refused:job-unsafe']);
    expect(bench.fake.artisanCalls).toEqual([]);
  });

  it('retries nothing whose payload was edited after it was frozen', async () => {
    const bench = createBench();
    const archive = bench.requests.archive;
    bench.requests.archive = async (...args) => {
      bench.fake.rows.set(candidate(1).failedId, candidate(1, { payloadSha256: 'edited' }));
      return archive(...args);
    };
    await bench.say('retry 1');
    await bench.settled();
    expect(bench.fake.artisanCalls).toEqual([]);
    expect(bench.requests.kept[0]).toMatchObject({ state: 'not_started' });
  });

  it('stops at once when its lease was taken over', async () => {
    const bench = createBench();
    bench.fake.answer = () => {
      bench.requests.stealLease();
      return { kind: 'unknown', why: 'slept', stdout: '', stderr: '', durationMs: 1 };
    };
    await bench.say('retry 1');
    await bench.settled();
    expect(bench.requests.events).not.toContain('OUTCOME');
  });

  it('forgets one job, archived first', async () => {
    const bench = createBench();
    await bench.say('forget 2');
    await bench.settled();
    expect(bench.requests.events).toEqual(['REQUESTED', 'ARCHIVED', 'INTENT', 'RESULT', 'OUTCOME']);
    expect(bench.requests.kept[0]).toMatchObject({ state: 'succeeded', targets: [{ state: 'forgotten' }] });
  });
});

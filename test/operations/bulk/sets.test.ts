import { describe, expect, it } from 'vitest';
import type { Preapproval, PreapprovalFilter } from '../../../src/core/approval-ports.ts';
import { createDigest } from '../../../src/core/digest.ts';
import { type FailedJobId, failedJobId, type RequestId } from '../../../src/core/ids.ts';
import { PartMissing } from '../../../src/core/reading.ts';
import type { RequestView } from '../../../src/core/request.ts';
import { createCoverage } from '../../../src/operations/bulk/coverage.ts';
import { freezeSet } from '../../../src/operations/bulk/freeze-set.ts';
import { surveySet } from '../../../src/operations/bulk/survey-set.ts';
import { verifySet } from '../../../src/operations/bulk/verify-set.ts';
import { frozen } from '../../../src/operations/failed-jobs-request.ts';
import type { SelectedCandidate, TargetCandidate } from '../../../src/operations/ports.ts';
import type { World } from '../../../src/operations/world.ts';
import { createFakeRequests } from '../../fakes/requests.ts';
import {
  candidate,
  createFakeApp,
  createFakeClock,
  createFakeWorld,
  type FakeApp,
} from '../../fakes/world.ts';

function setWorld(rows: readonly TargetCandidate[]): { readonly world: World; readonly fake: FakeApp } {
  const fake = createFakeApp(rows);
  const requests = createFakeRequests();
  const records = rows.map((row) => ({ ...frozen(row), state: 'frozen' as const, failedAgainAs: null }));
  const world: World = {
    ...createFakeWorld(
      fake.app,
      { ...requests, doubleRisks: async () => new Set([failedJobId(9)]) },
      createFakeClock(),
    ),
    control: {
      targetPage: async (_, { after, limit }) =>
        records.filter(({ failedId }) => failedId > after).slice(0, limit),
      countsByState: async () => ({}),
      archived: async () => [],
    },
  };
  return { world, fake };
}
const { signal } = new AbortController();
const context = (world: World) => ({
  ...{ world, locale: 'en' as const, signal },
  asker: { teamId: 'T0HOME', userId: 'U0ANNA', name: 'Anna', operator: true, approver: false },
});

describe('a set of failures, surveyed', () => {
  const odd = [
    candidate(1),
    candidate(2, { uuid: null, uuidCount: 0 }),
    candidate(3, { uuidCount: 2 }),
    candidate(4, { payloadKind: 'broken' }),
    candidate(5, { connection: 'elsewhere' }),
    candidate(6, { batchCancelled: true }),
    candidate(7, { payloadKind: 'encrypted' }),
    candidate(9),
    candidate(10, { queue: 'commerce', timeoutSeconds: 180, failedInstant: new Date(60_000) }),
  ];

  it('tells what is meant, what is left out and why, and which queue is costly', async () => {
    const { world } = setWorld(odd);
    const survey = await surveySet({ filter: {} }, 'retry all', context(world));
    if (!survey.ok) throw new Error('it can be asked');
    expect([survey.value.count, survey.value.highest]).toEqual([3, 10]);
    expect(survey.value.detail).toMatchObject({
      leftOut: {
        ...{ 'uuid-missing': 1, 'uuid-doubled': 1, 'payload-undecodable': 1, 'double-risk': 1 },
        ...{ 'connection-unknown': 1, 'batch-cancelled': 1 },
      },
      ...{ encrypted: 1, costly: true, complete: true, oldest: '1970-01-01T00:00:00.000Z' },
      queues: [
        { queue: 'database:reports', count: 2, retryAfterSeconds: 90, costly: false },
        { queue: 'database:commerce', count: 1, retryAfterSeconds: 90, timeoutSeconds: 180, costly: true },
      ],
    });
  });

  it('offers a job at double risk where it was named itself, and freezes it when it was ticked', async () => {
    const { world } = setWorld([candidate(8), candidate(9)]);
    const selection = { filter: {}, ids: [failedJobId(8), failedJobId(9)] };
    const survey = await surveySet(selection, 'retry all', context(world));
    expect(survey).toMatchObject({ ok: true, value: { count: 1, detail: { risky: [9] } } });
    const byFilter = await surveySet({ filter: {} }, 'retry all', context(world));
    expect(byFilter).toMatchObject({ ok: true, value: { detail: { risky: [] } } });
    const frozenIds = async (risks: readonly FailedJobId[]): Promise<readonly number[]> => {
      const stream = freezeSet(selection, 'retry all', createCoverage([], world), context(world), risks);
      const first = await stream.next();
      return first.done === true ? [] : first.value.map(({ failedId }) => failedId);
    };
    expect(await frozenIds([])).toEqual([8]);
    expect(await frozenIds([failedJobId(9)])).toEqual([8, 9]);
  });

  it('has nothing to do where no row may be touched', async () => {
    const { world } = setWorld(odd.slice(1, 4));
    const survey = await surveySet({ filter: {} }, 'retry all', context(world));
    expect(survey).toMatchObject({ ok: false, refusal: { code: 'nothing-to-do', leftOut: 3 } });
  });

  it('asks for the workers beside the look, so that a host that hangs takes none of its time', async () => {
    const { world, fake } = setWorld([candidate(1)]);
    const order: string[] = [];
    const { candidates } = fake.app.failures;
    const watched: World = {
      ...world,
      app: {
        ...fake.app,
        workers: {
          ...fake.app.workers,
          list(until) {
            order.push('workers');
            return fake.app.workers.list(until);
          },
        },
        failures: {
          ...fake.app.failures,
          async *candidates(selection, until) {
            yield* candidates(selection, until);
            order.push('looked');
          },
        },
      },
    };
    expect(await surveySet({ filter: {} }, 'retry all', context(watched))).toMatchObject({ ok: true });
    expect(order).toEqual(['workers', 'looked']);
  });

  it('offers what it saw until then where its time is over, and says so', async () => {
    const { world, fake } = setWorld([candidate(1), candidate(2)]);
    const whole = fake.app.failures.candidates;
    const cut: World = {
      ...world,
      app: {
        ...fake.app,
        failures: {
          ...fake.app.failures,
          async *candidates(selection, until) {
            yield* whole(selection, until);
            throw new PartMissing({ part: 'database', name: 'fap', why: 'timeout' });
          },
        },
      },
    };
    const survey = await surveySet({ filter: {} }, 'retry all', context(cut));
    expect(survey).toMatchObject({ ok: true, value: { count: 2, highest: 2, detail: { complete: false } } });
  });

  it('is frozen without what may not be touched, in id order', async () => {
    const { world } = setWorld(odd);
    const stream = freezeSet({ filter: {} }, 'retry all', createCoverage([], world), context(world));
    const ids: number[] = [];
    for (;;) {
      const next = await stream.next();
      if (next.done === true) {
        expect(next.value).toMatchObject({ ok: true, value: { count: 3, costly: true } });
        break;
      }
      ids.push(...next.value.map(({ failedId }) => failedId));
    }
    expect(ids).toEqual([1, 7, 10]);
  });
});

describe('a preapproval', () => {
  const live = (filter: PreapprovalFilter, most = 10, used = 0): Preapproval => ({
    ...{
      id: '01PRE' as RequestId,
      number: 7,
      app: 'fap',
      filter,
      most,
      used,
      reason: 'tonight',
      seconds: 3_600,
    },
    signer: { person: 'U0CHEN', teamId: 'T0HOME', userId: 'U0CHEN', name: 'Chen' },
    ...{ place: { teamId: 'T0HOME', channel: 'C0OPS' }, policyVersion: 'p', endsAt: new Date(0) },
    ...{ withdrawnAt: null, withdrawnBy: null, over: false },
  });
  const row = (change: Partial<SelectedCandidate> = {}): SelectedCandidate => ({
    ...{ ...candidate(1), fingerprint: 'broke', contains: new Set<string>(), ...change },
  });
  const covers = (preapproval: Preapproval, rows: readonly SelectedCandidate[]): boolean => {
    const coverage = createCoverage([preapproval], setWorld([]).world);
    for (const one of rows) coverage.add(one);
    return coverage.covering().length === 1;
  };
  const reports = { connection: 'database', name: 'reports' };

  it.each<[string, boolean, Preapproval, readonly SelectedCandidate[]]>([
    [
      'its queue, by any connection of its table',
      true,
      live({ queue: reports }),
      [row({ connection: 'database_reports' })],
    ],
    [
      'its class, short or full, in any letter case',
      true,
      live({ jobClass: 'App\\Jobs\\generatereportsnapshotjob' }),
      [row()],
    ],
    ['its error', true, live({ error: 'pack' }), [row({ contains: new Set(['pack']) })]],
    [
      'no row of another queue',
      false,
      live({ queue: reports }),
      [row(), row({ queue: 'insights', connection: 'redis' })],
    ],
    [
      'no row without its error',
      false,
      live({ error: 'pack' }),
      [row({ contains: new Set(['pack']) }), row()],
    ],
    ['no more jobs than it has left', false, live({}, 10, 9), [row(), row()]],
    ['never a costly queue', false, live({}), [row({ queue: 'commerce' })]],
    ['never an empty set', false, live({}), []],
  ])('covers %s', (_, expected, preapproval, rows) => {
    expect(covers(preapproval, rows)).toBe(expected);
  });

  it('tells which texts have to be looked for', () => {
    const { texts } = createCoverage(
      [live({ error: 'a' }), live({ error: 'a' }), live({})],
      setWorld([]).world,
    );
    expect(texts).toEqual(['a']);
  });
});

describe('a frozen set, read again', () => {
  const rows = [candidate(1), candidate(2), candidate(3)];
  const digest = (): string => {
    const made = createDigest();
    for (const one of rows) made.add(one);
    return made.end();
  };
  const verify = (world: World) => verifySet({ id: '01X' } as RequestView, { world, signal }); // its id alone is read

  it('is unchanged where rows are as they were, or gone', async () => {
    const { world, fake } = setWorld(rows);
    fake.rows.delete(failedJobId(2));
    expect(await verify(world)).toEqual({ kind: 'unchanged', digest: digest(), gone: 1 });
  });

  it.each([{ payloadSha256: 'other' }, { queue: 'commerce' }, { connection: 'redis' }])(
    'is changed where a row has %j now',
    async (change) => {
      const { world, fake } = setWorld(rows);
      fake.rows.set(failedJobId(2), candidate(2, change));
      expect(await verify(world)).toEqual({ kind: 'changed', why: 'data', ids: [2] });
    },
  );
});

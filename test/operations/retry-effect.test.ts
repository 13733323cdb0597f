import { describe, expect, it } from 'vitest';
import { type FailedJobId, failedJobId, findJobUuid } from '../../src/core/ids.ts';
import type { FrozenTarget, TargetState } from '../../src/core/request.ts';
import type { ArtisanResult, PresentRow } from '../../src/operations/ports.ts';
import { isUnchanged, judgeEnded, judgeUnclean } from '../../src/operations/retry-effect.ts';

const uuid = (n: number): string => `0198f6aa-0000-4000-8000-${String(n).padStart(12, '0')}`;
const target = (n: number): FrozenTarget => ({
  ...{
    failedId: failedJobId(n),
    uuid: findJobUuid(uuid(n)) ?? null,
    jobUuid: findJobUuid(uuid(n)) ?? null,
    connection: 'database',
    queue: 'reports',
  },
  ...{ payloadSha256: `sha${n}`, jobClass: 'GenerateReportSnapshotJob', businessKey: null },
});
const present = (...ids: number[]): ReadonlyMap<FailedJobId, PresentRow> =>
  new Map(ids.map((n) => [failedJobId(n), target(n)]));
const ended = (
  confirmed: readonly number[],
  stopped?: { id: number; decoding: boolean },
): Extract<ArtisanResult, { kind: 'ended' }> => ({
  ...{ kind: 'ended', rc: 0, confirmed: new Set(confirmed.map(uuid)), notFound: new Set(), durationMs: 1 },
  ...{ stdout: '', stderr: '' },
  ...(stopped === undefined ? {} : { stoppedAt: { id: uuid(stopped.id), decoding: stopped.decoding } }),
});
const states = (judged: ReadonlyMap<FailedJobId, TargetState>): readonly TargetState[] => [
  ...judged.values(),
];
const idOf = ({ uuid: own }: FrozenTarget): string => own ?? '';

describe('the effect of a retry whose end was seen', () => {
  it('is a push only where the row is gone and artisan said so', () => {
    const judged = judgeEnded([target(1), target(2), target(3)], present(3), ended([1]), idOf);
    expect(states(judged)).toEqual(['pushed', 'unconfirmed', 'present']);
  });

  it('is a double risk where artisan said so and the row is still there', () => {
    expect(states(judgeEnded([target(1)], present(1), ended([1]), idOf))).toEqual(['double_risk']);
  });

  it('leaves a job stuck that artisan could not decode, and the ones after it untouched', () => {
    const judged = judgeEnded(
      [target(1), target(2), target(3)],
      present(2, 3),
      ended([1], { id: 2, decoding: true }),
      idOf,
    );
    expect(states(judged)).toEqual(['pushed', 'stuck', 'present']);
  });

  it('is a double risk where it stopped by any other exception', () => {
    const judged = judgeEnded([target(1)], present(1), ended([], { id: 1, decoding: false }), idOf);
    expect(states(judged)).toEqual(['double_risk']);
  });

  it('is none where nothing was sent', () => {
    const result = { kind: 'not-started', why: 'unreachable' } as const;
    expect(states(judgeEnded([target(1)], present(1), result, idOf))).toEqual(['present']);
  });
});

describe('the effect of a retry that was cut off', () => {
  const none = new Set<FailedJobId>();

  it('makes the first row still present a double risk, and no other', () => {
    const judged = judgeUnclean([target(1), target(2), target(3)], present(2, 3), () => false, none);
    expect(states(judged)).toEqual(['unconfirmed', 'double_risk', 'present']);
  });

  it('keeps the one that was noted at once, where it is another one', () => {
    const judged = judgeUnclean(
      [target(1), target(2)],
      present(1, 2),
      () => false,
      new Set([failedJobId(2)]),
    );
    expect(states(judged)).toEqual(['double_risk', 'double_risk']);
  });

  it('is a push where the job was seen in its queue or failed anew', () => {
    const judged = judgeUnclean([target(1), target(2)], present(), ({ failedId }) => failedId === 1, none);
    expect(states(judged)).toEqual(['pushed', 'unconfirmed']);
  });
});

describe('a frozen row', () => {
  it('is changed when its payload, uuid, queue or connection is another one', () => {
    expect(isUnchanged(target(1), present(1))).toBe(true);
    expect(isUnchanged(target(1), present(2))).toBe(false);
    const edited = (change: Partial<FrozenTarget>) =>
      new Map([[failedJobId(1), { ...target(1), ...change }]]);
    expect(isUnchanged(target(1), edited({ payloadSha256: 'other' }))).toBe(false);
    expect(isUnchanged(target(1), edited({ queue: 'commerce' }))).toBe(false);
    expect(isUnchanged(target(1), edited({ connection: 'redis' }))).toBe(false);
  });
});

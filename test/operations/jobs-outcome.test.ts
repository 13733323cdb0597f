import { describe, expect, it } from 'vitest';
import { failedJobId } from '../../src/core/ids.ts';
import type { TargetRecord, TargetState } from '../../src/core/request.ts';
import { outcomeOf } from '../../src/operations/jobs-outcome.ts';

const targets = (...states: TargetState[]): readonly TargetRecord[] =>
  states.map((state, index) => ({
    ...{
      failedId: failedJobId(index + 1),
      uuid: null,
      jobUuid: null,
      connection: 'database',
      queue: 'reports',
    },
    ...{ payloadSha256: '', jobClass: 'J', businessKey: null, state, failedAgainAs: null },
  }));

describe('the outcome of a request over failed jobs', () => {
  it.each<[string, readonly TargetState[], boolean, string]>([
    ['succeeded when every row is gone and confirmed', ['pushed', 'pushed'], true, 'succeeded'],
    ['partial when one is unconfirmed', ['pushed', 'unconfirmed'], true, 'partial'],
    ['partial when all are unconfirmed', ['unconfirmed'], true, 'partial'],
    ['partial when one was gone before', ['gone_before', 'pushed'], true, 'partial'],
    ['partial when one is stuck', ['pushed', 'stuck'], true, 'partial'],
    ['failed when artisan ran and nothing moved', ['present', 'present'], true, 'failed'],
    ['not started when artisan is not known to have run', ['present'], false, 'not_started'],
    [
      'not started, with its double risk kept, when a cut-off call moved nothing',
      ['double_risk', 'present'],
      false,
      'not_started',
    ],
    ['succeeded for a forgotten row', ['forgotten'], true, 'succeeded'],
  ])('is %s', (_, states, ran, expected) => {
    expect(outcomeOf(targets(...states), ran, undefined).state).toBe(expected);
  });

  it('counts its targets by state', () => {
    expect(outcomeOf(targets('pushed', 'pushed', 'stuck'), true, undefined).detail).toEqual({
      ...{ requested: 3, pushed: 2, stuck: 1 },
    });
  });
});

import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/core/digest.ts';
import { failedJobId, findJobUuid } from '../../src/core/ids.ts';
import type { FrozenTarget } from '../../src/core/request.ts';

const target = (id: number, more: Partial<FrozenTarget> = {}): FrozenTarget => ({
  failedId: failedJobId(id),
  uuid: findJobUuid('0b1f8a34-7f8f-4f0e-9d6a-5a2f0c1d2e3f') ?? null,
  ...{ connection: 'database', queue: 'reports', payloadSha256: 'a'.repeat(64) },
  ...{ jobClass: 'BuildReportJob', businessKey: null, jobUuid: null },
  ...more,
});

describe('the digest of a frozen set', () => {
  it('does not depend on the order in which rows are given', () => {
    expect(digestOf([target(2), target(10), target(1)])).toBe(digestOf([target(1), target(2), target(10)]));
  });

  it.each<[string, readonly FrozenTarget[]]>([
    ['a row is missing', [target(1)]],
    ['a row has joined', [target(1), target(2), target(3)]],
    ['a payload was edited', [target(1), target(2, { payloadSha256: 'b'.repeat(64) })]],
    ['a row has another uuid', [target(1), target(2, { uuid: null })]],
    ['a row has another queue', [target(1), target(2, { queue: 'mails' })]],
    ['text moved between fields', [target(1), target(2, { connection: 'database_r', queue: 'eports' })]],
  ])('changes when %s', (_, changed) => {
    expect(digestOf(changed)).not.toBe(digestOf([target(1), target(2)]));
  });

  it('leaves out what is only for people', () => {
    expect(digestOf([target(1, { jobClass: 'Other', businessKey: '7' })])).toBe(digestOf([target(1)]));
  });
});

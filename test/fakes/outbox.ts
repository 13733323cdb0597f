import type { Notice, Outbox, RequestNotice } from '../../src/core/approval-ports.ts';
import type { RequestId } from '../../src/core/ids.ts';

export interface FakeOutbox extends Outbox {
  put(id: string, more?: Partial<RequestNotice>): void;
  /** By id, what became of each: its message's ts, or that it was given up. */
  readonly ended: Map<string, string>;
  looks: number;
}

/** Notices in memory, in the order of `src/store/outbox.ts`. */
export function createFakeOutbox(): FakeOutbox {
  const notices = new Map<string, Notice>();
  const ended = new Map<string, string>();
  const rank = ({ lane }: Notice): number => (lane === 'approvals' ? 0 : 1);
  const fake: FakeOutbox = {
    ...{ ended, looks: 0 },
    put(id, more = {}) {
      notices.set(id, {
        ...{ id, lane: 'approvals', kind: 'outcome', requestId: id as RequestId, channel: 'C0OPS' }, // the test's own ids
        ...{ threadTs: undefined, underCard: false, attempted: false, detail: {}, ...more },
      });
    },
    async waiting(limit) {
      fake.looks += 1;
      const left = [...notices.values()].filter(({ id }) => !ended.has(id));
      return left.sort((a, b) => rank(a) - rank(b)).slice(0, limit);
    },
    async attempt(notice) {
      notices.set(notice.id, { ...notice, attempted: true });
    },
    async said({ id }, messageTs) {
      ended.set(id, messageTs);
    },
    async giveUp({ id }) {
      ended.set(id, 'given up');
    },
  };
  return fake;
}

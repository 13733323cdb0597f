import type { Evidence, RequestSeen } from './evidence.ts';
import type { StepId, TaskId } from './model.ts';

/** A step of the tour. A new one is an entry here and its sentences. */
export interface Step {
  readonly id: StepId;
  /** The first one whose verbs the bot has is taken; with none of them the step is left out. */
  readonly ways: readonly Way[];
}

export interface Way {
  /** As they are typed: `retry all`. */
  readonly needs: readonly string[];
  readonly tasks: readonly Task[];
}

export interface Task {
  readonly id: TaskId;
  /** Whose turn it is and where; left out: it is done in the world panel. */
  readonly by?: { readonly userId: string; readonly channelId: string };
  /** What to type, as far as it is known yet. */
  readonly type?: (evidence: Evidence) => string | undefined;
  readonly facts?: (evidence: Evidence) => Readonly<Record<string, number>>;
  readonly isDone: (evidence: Evidence) => boolean;
}

const anna = { userId: 'U0ANNA', channelId: 'C0OPS' } as const;
const boApproves = { userId: 'U0BO', channelId: 'C0APPROVE' } as const;

export const steps: readonly Step[] = [
  {
    id: 'look',
    ways: [
      {
        needs: ['status'],
        tasks: [
          { id: 'status', by: anna, type: () => '/queue status', isDone: (seen) => hasRead(seen, 'status') },
        ],
      },
    ],
  },
  {
    id: 'diagnose',
    ways: [
      {
        needs: ['diagnose'],
        tasks: [
          {
            id: 'diagnose',
            by: anna,
            type: () => '/queue diagnose reports',
            isDone: (seen) => hasRead(seen, 'diagnose'),
          },
        ],
      },
      {
        needs: ['failed', 'show'],
        tasks: [
          {
            id: 'list',
            by: anna,
            type: () => '/queue failed reports',
            isDone: (seen) => hasRead(seen, 'failed'),
          },
          {
            id: 'show',
            by: anna,
            type: ({ failedReports: [id] }) => (id === undefined ? undefined : `/queue show ${id}`),
            isDone: (seen) => hasRead(seen, 'show'),
          },
        ],
      },
    ],
  },
  {
    id: 'fix',
    ways: [
      {
        needs: ['retry'],
        tasks: [
          { id: 'mend', isDone: ({ broken }) => !broken.has('content-pack') },
          {
            id: 'retry',
            by: anna,
            type: ({ failedReports: [id] }) => (id === undefined ? undefined : `/queue retry ${id}`),
            isDone: (seen) => of(seen, 'retry').some(({ done }) => done > 0),
          },
        ],
      },
    ],
  },
  {
    id: 'two-persons',
    ways: [
      {
        needs: ['retry all'],
        tasks: [
          {
            id: 'ask-retry-all',
            by: anna,
            type: () => '/queue retry all queue=reports error="content pack unreadable"',
            isDone: (seen) => of(seen, 'retry-all').length > 0,
          },
          {
            id: 'approve-retry-all',
            by: boApproves,
            facts: (seen) => numberOf(newest(seen, 'retry-all')),
            isDone: (seen) => of(seen, 'retry-all').some(isApproved),
          },
          {
            id: 'watch-retry-all',
            by: boApproves,
            facts: (seen) => numberOf(newest(seen, 'retry-all')),
            isDone: (seen) => of(seen, 'retry-all').some(hasEnded),
          },
        ],
      },
    ],
  },
  {
    id: 'undo',
    ways: [
      {
        needs: ['flush', 'restore'],
        tasks: [
          {
            id: 'ask-flush',
            by: anna,
            type: () => '/queue flush queue=insights',
            isDone: (seen) => of(seen, 'flush').length > 0,
          },
          {
            id: 'approve-flush',
            by: boApproves,
            facts: (seen) => numberOf(newest(seen, 'flush')),
            isDone: (seen) => of(seen, 'flush').some(hasEnded),
          },
          {
            id: 'ask-restore',
            by: anna,
            type: (seen) => {
              const flushed = of(seen, 'flush').findLast(hasEnded);
              return flushed === undefined ? undefined : `/queue restore #${flushed.number}`;
            },
            isDone: (seen) => of(seen, 'restore').length > 0,
          },
          {
            id: 'approve-restore',
            by: boApproves,
            facts: (seen) => numberOf(newest(seen, 'restore')),
            isDone: (seen) => of(seen, 'restore').some(hasEnded),
          },
        ],
      },
    ],
  },
];

const hasRead = ({ reads }: Evidence, verb: string): boolean => reads.some((read) => read.verb === verb);

const of = ({ requests }: Evidence, verb: string): readonly RequestSeen[] =>
  requests.filter((request) => request.verb === verb);

const newest = (seen: Evidence, verb: string): RequestSeen | undefined => of(seen, verb).at(-1);

const numberOf = (request: RequestSeen | undefined): Readonly<Record<string, number>> =>
  request === undefined ? {} : { number: request.number };

/** The vote that completes the quorum moves the state in the same transaction. */
const isApproved = ({ state, approvals }: RequestSeen): boolean =>
  approvals > 0 && (state === 'approved' || state === 'consumed');

const hasEnded = ({ execution }: RequestSeen): boolean =>
  execution === 'succeeded' || execution === 'partial';

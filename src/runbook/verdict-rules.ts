import type { Predicate } from './predicate.ts';

/** What a verdict advises; `src/operations/diagnose.ts` makes the button and its words of it. */
export type Advice =
  | 'restart'
  | 'resume'
  | 'workers'
  | 'running'
  | 'failed'
  | 'show'
  | 'retry-all'
  | 'status'
  | 'step'
  | 'diagnose';

/** Each key is a sentence in `src/text/verdicts.ts`, in both languages. */
export type VerdictKey =
  | 'nothing-seen'
  | 'maintenance'
  | 'paused-and-due'
  | 'paused'
  | 'dying'
  | 'stopped'
  | 'stopped-nothing-due'
  | 'exited'
  | 'no-workers-and-due'
  | 'no-workers'
  | 'starting'
  | 'queue-not-served'
  | 'other-connection'
  | 'killed'
  | 'taken-twice'
  | 'stuck'
  | 'idle'
  | 'idle-maybe-paused'
  | 'busy-elsewhere'
  | 'store-away'
  | 'waits-unseen-workers'
  | 'too-few-workers'
  | 'some-dying'
  | 'some-missing'
  | 'old-code-and-failures'
  | 'time-limits'
  | 'one-exception'
  | 'many-exceptions'
  | 'main-exception'
  | 'orphaned-rows'
  | 'rows-one-error'
  | 'rows-without-job'
  | 'rows-found'
  | 'log-without-failures'
  | 'old-code'
  | 'timeout-trap'
  | 'stays-exited-trap'
  | 'waiting-long'
  | 'only-delayed'
  | 'failed-earlier'
  | 'step-stands-out'
  | 'working-off'
  | 'all-fine'
  | 'nothing-stands-out';

/** Of several rules the first that holds is the verdict; the next one of another topic may be said besides. */
export type Topic = 'application' | 'workers' | 'flow' | 'failures' | 'rows' | 'log' | 'rest';

export interface BuiltInRule {
  readonly key: VerdictKey;
  readonly topic: Topic;
  readonly mood: 'good' | 'warning' | 'bad';
  readonly when: readonly Predicate[];
  readonly advice: readonly Advice[];
  /** Worth saying after another verdict. */
  readonly besides?: true;
}

/** What stops everything, so that every other finding may follow from it. The runbook's own rules come after these. */
export const causes: readonly BuiltInRule[] = [
  {
    key: 'maintenance',
    ...{ topic: 'application', mood: 'bad', advice: ['status'] },
    when: [{ of: 'condition', fact: 'maintenance', is: true }],
  },
  {
    key: 'paused-and-due',
    ...{ topic: 'application', mood: 'bad', advice: ['resume'] },
    when: [
      { of: 'condition', fact: 'paused', is: true },
      { of: 'backlog', fact: 'due', above: 0 },
    ],
  },
  // Workers that can't reach their jobs die because of it.
  {
    key: 'store-away',
    ...{ topic: 'application', mood: 'bad', advice: ['diagnose'] },
    when: [
      { of: 'overall', fact: 'storeAway', is: true },
      { of: 'workers', fact: 'dying', above: 0 },
    ],
  },
  {
    key: 'store-away',
    ...{ topic: 'application', mood: 'bad', advice: ['diagnose'] },
    when: [
      { of: 'overall', fact: 'storeAway', is: true },
      { of: 'workers', fact: 'alive', is: 0 },
      // Whom somebody stopped, no outage has ended.
      { of: 'workers', fact: 'stopped', is: 0 },
    ],
  },
  {
    key: 'dying',
    ...{ topic: 'workers', mood: 'bad', advice: ['workers'] },
    when: [
      { of: 'workers', fact: 'alive', is: 0 },
      { of: 'workers', fact: 'dying', above: 0 },
    ],
  },
  {
    key: 'exited',
    ...{ topic: 'workers', mood: 'bad', advice: ['restart', 'workers'] },
    when: [
      { of: 'workers', fact: 'alive', is: 0 },
      { of: 'workers', fact: 'exited', above: 0 },
    ],
  },
  {
    key: 'stopped',
    ...{ topic: 'workers', mood: 'bad', advice: ['restart', 'workers'] },
    when: [
      { of: 'workers', fact: 'alive', is: 0 },
      { of: 'workers', fact: 'stopped', above: 0 },
      { of: 'backlog', fact: 'due', above: 0 },
    ],
  },
  {
    key: 'stopped-nothing-due',
    ...{ topic: 'workers', mood: 'bad', advice: ['restart', 'workers'] },
    when: [
      { of: 'workers', fact: 'alive', is: 0 },
      { of: 'workers', fact: 'stopped', above: 0 },
    ],
  },
  {
    key: 'no-workers-and-due',
    ...{ topic: 'workers', mood: 'bad', advice: ['restart', 'workers'] },
    when: [
      { of: 'workers', fact: 'alive', is: 0 },
      { of: 'workers', fact: 'starting', is: 0 },
      { of: 'backlog', fact: 'due', above: 0 },
    ],
  },
  {
    key: 'no-workers',
    ...{ topic: 'workers', mood: 'bad', advice: ['restart', 'workers'] },
    when: [
      { of: 'workers', fact: 'alive', is: 0 },
      { of: 'workers', fact: 'starting', is: 0 },
    ],
  },
  {
    key: 'queue-not-served',
    ...{ topic: 'workers', mood: 'bad', advice: ['workers'] },
    when: [{ of: 'workers', fact: 'missesQueue', is: true }],
  },
  {
    key: 'other-connection',
    ...{ topic: 'workers', mood: 'bad', advice: ['workers'] },
    when: [{ of: 'workers', fact: 'elsewhere', is: true }],
  },
  // Whether they stay alive is not known yet: nobody is sent to restart what was just restarted.
  {
    key: 'starting',
    ...{ topic: 'workers', mood: 'warning', advice: ['diagnose', 'workers'] },
    when: [
      { of: 'workers', fact: 'alive', is: 0 },
      { of: 'workers', fact: 'starting', above: 0 },
      { of: 'backlog', fact: 'due', above: 0 },
    ],
  },
];

/** What explains most comes first. */
export const guesses: readonly BuiltInRule[] = [
  {
    key: 'killed',
    ...{ topic: 'flow', mood: 'bad', advice: ['running', 'workers'] },
    when: [
      { of: 'backlog', fact: 'stuck', above: 0 },
      { of: 'flow', fact: 'killed', is: true },
    ],
  },
  {
    key: 'taken-twice',
    ...{ topic: 'flow', mood: 'bad', advice: ['running', 'workers'] },
    when: [
      { of: 'backlog', fact: 'stuck', above: 0 },
      { of: 'workers', fact: 'timeoutOverRetryAfter', is: true },
    ],
  },
  {
    key: 'stuck',
    ...{ topic: 'flow', mood: 'bad', advice: ['running', 'workers'] },
    when: [{ of: 'backlog', fact: 'stuck', above: 0 }],
  },
  {
    key: 'idle',
    ...{ topic: 'flow', mood: 'bad', advice: ['workers', 'restart'] },
    when: [
      { of: 'flow', fact: 'idle', is: true },
      { of: 'condition', fact: 'paused', is: false },
      { of: 'condition', fact: 'maintenance', is: false },
    ],
  },
  {
    key: 'idle-maybe-paused',
    ...{ topic: 'flow', mood: 'bad', advice: ['resume', 'workers'] },
    when: [{ of: 'flow', fact: 'idle', is: true }],
  },
  {
    key: 'busy-elsewhere',
    ...{ topic: 'flow', mood: 'warning', advice: ['workers', 'running'] },
    when: [
      { of: 'flow', fact: 'busyElsewhere', is: true },
      { of: 'backlog', fact: 'oldestSeconds', above: 60 },
    ],
  },
  {
    key: 'store-away',
    ...{ topic: 'application', mood: 'bad', advice: ['diagnose'] },
    when: [{ of: 'overall', fact: 'storeAway', is: true }],
  },
  {
    key: 'waits-unseen-workers',
    ...{ topic: 'flow', mood: 'bad', advice: ['workers', 'diagnose'] },
    when: [
      { of: 'backlog', fact: 'standing', is: true },
      { of: 'workers', fact: 'alive', unknown: true },
    ],
  },
  {
    key: 'some-dying',
    ...{ topic: 'workers', mood: 'warning', advice: ['workers'], besides: true },
    when: [
      { of: 'workers', fact: 'alive', above: 0 },
      { of: 'workers', fact: 'dying', above: 0 },
    ],
  },
  {
    key: 'old-code-and-failures',
    ...{ topic: 'workers', mood: 'bad', advice: ['restart', 'failed'] },
    when: [
      { of: 'workers', fact: 'oldCode', is: true },
      { of: 'failures', fact: 'isMarked', is: true },
    ],
  },
  {
    key: 'time-limits',
    ...{ topic: 'failures', mood: 'bad', advice: ['failed', 'running'], besides: true },
    when: [
      { of: 'failures', fact: 'isMarked', is: true },
      {
        of: 'failures',
        fact: 'topException',
        matches: /^(MaxAttemptsExceeded|TimeoutExceeded|ProcessTimedOut)/,
      },
      { of: 'failures', fact: 'topShare', above: 0.5 },
    ],
  },
  {
    key: 'one-exception',
    ...{ topic: 'failures', mood: 'bad', advice: ['failed', 'show', 'retry-all'], besides: true },
    when: [
      { of: 'failures', fact: 'isMarked', is: true },
      { of: 'failures', fact: 'recent', above: 0 },
      { of: 'failures', fact: 'topShare', above: 0.8 },
    ],
  },
  {
    key: 'main-exception',
    ...{ topic: 'failures', mood: 'bad', advice: ['failed', 'show'], besides: true },
    when: [
      { of: 'failures', fact: 'isMarked', is: true },
      { of: 'failures', fact: 'recent', above: 2 },
      { of: 'failures', fact: 'topShare', above: 0.5 },
    ],
  },
  {
    key: 'many-exceptions',
    ...{ topic: 'failures', mood: 'bad', advice: ['failed'], besides: true },
    when: [
      { of: 'failures', fact: 'isMarked', is: true },
      { of: 'failures', fact: 'recent', above: 0 },
      { of: 'failures', fact: 'exceptions', above: 1 },
    ],
  },
  {
    key: 'orphaned-rows',
    ...{ topic: 'rows', mood: 'bad', advice: ['step', 'running'], besides: true },
    when: [{ of: 'rows', fact: 'orphaned', above: 0 }],
  },
  {
    key: 'too-few-workers',
    ...{ topic: 'flow', mood: 'warning', advice: ['running', 'workers'] },
    when: [
      { of: 'backlog', fact: 'isMarked', is: true },
      { of: 'flow', fact: 'busy', is: true },
      { of: 'backlog', fact: 'due', above: 0 },
      { of: 'backlog', fact: 'oldestSeconds', above: 60 },
    ],
  },
  {
    key: 'rows-one-error',
    ...{ topic: 'rows', mood: 'bad', advice: ['step'], besides: true },
    when: [
      { of: 'rows', fact: 'isMarked', is: true },
      { of: 'rows', fact: 'isStale', is: false },
      { of: 'rows', fact: 'errorCount', above: 0 },
      { of: 'rows', fact: 'errorShare', above: 0.5 },
    ],
  },
  {
    key: 'rows-without-job',
    ...{ topic: 'rows', mood: 'bad', advice: ['step'], besides: true },
    when: [
      { of: 'rows', fact: 'isMarked', is: true },
      { of: 'rows', fact: 'isStale', is: false },
      { of: 'rows', fact: 'waiting', above: 0 },
      { of: 'backlog', fact: 'due', is: 0 },
      { of: 'backlog', fact: 'delayed', is: 0 },
      { of: 'backlog', fact: 'reserved', is: 0 },
    ],
  },
  {
    key: 'rows-found',
    ...{ topic: 'rows', mood: 'warning', advice: ['step'], besides: true },
    when: [
      { of: 'rows', fact: 'isMarked', is: true },
      { of: 'rows', fact: 'isStale', is: false },
      { of: 'rows', fact: 'total', above: 0 },
    ],
  },
  {
    key: 'log-without-failures',
    ...{ topic: 'log', mood: 'warning', advice: ['failed'], besides: true },
    when: [
      { of: 'log', fact: 'isMarked', is: true },
      { of: 'failures', fact: 'recent', is: 0 },
    ],
  },
  {
    key: 'starting',
    ...{ topic: 'workers', mood: 'warning', advice: ['diagnose', 'workers'] },
    when: [
      { of: 'workers', fact: 'alive', is: 0 },
      { of: 'workers', fact: 'starting', above: 0 },
    ],
  },
  {
    key: 'some-missing',
    ...{ topic: 'workers', mood: 'warning', advice: ['workers', 'restart'] },
    when: [{ of: 'workers', fact: 'missing', above: 0 }],
  },
  {
    key: 'old-code',
    ...{ topic: 'workers', mood: 'warning', advice: ['restart'], besides: true },
    when: [{ of: 'workers', fact: 'oldCode', is: true }],
  },
  {
    key: 'waiting-long',
    ...{ topic: 'flow', mood: 'warning', advice: ['running', 'workers'] },
    when: [
      { of: 'backlog', fact: 'isMarked', is: true },
      { of: 'backlog', fact: 'due', above: 0 },
      { of: 'backlog', fact: 'oldestSeconds', above: 60 },
    ],
  },
  {
    key: 'paused',
    ...{ topic: 'application', mood: 'warning', advice: ['resume'], besides: true },
    when: [{ of: 'condition', fact: 'paused', is: true }],
  },
  {
    key: 'step-stands-out',
    ...{ topic: 'rest', mood: 'warning', advice: [] },
    when: [{ of: 'overall', fact: 'broken', above: 0 }],
  },
  {
    key: 'step-stands-out',
    ...{ topic: 'rest', mood: 'warning', advice: [] },
    when: [{ of: 'overall', fact: 'suspicious', above: 0 }],
  },
];

/** Worth knowing whatever the verdict is: they change no verdict, and no mark. */
export const asides: readonly BuiltInRule[] = [
  {
    key: 'timeout-trap',
    ...{ topic: 'workers', mood: 'warning', advice: ['workers'] },
    when: [{ of: 'workers', fact: 'timeoutOverRetryAfter', is: true }],
  },
  {
    key: 'stays-exited-trap',
    ...{ topic: 'workers', mood: 'warning', advice: ['workers'] },
    when: [{ of: 'workers', fact: 'staysExited', is: true }],
  },
];

/** When nothing is wrong, or nothing that could be seen. */
export const calm: readonly BuiltInRule[] = [
  {
    key: 'nothing-seen',
    ...{ topic: 'rest', mood: 'warning', advice: ['diagnose'] },
    when: [
      { of: 'overall', fact: 'fine', is: 0 },
      { of: 'overall', fact: 'unseen', above: 0 },
    ],
  },
  {
    key: 'nothing-stands-out',
    ...{ topic: 'rest', mood: 'warning', advice: ['diagnose'] },
    when: [{ of: 'overall', fact: 'unseen', above: 0 }],
  },
  {
    key: 'failed-earlier',
    ...{ topic: 'rest', mood: 'good', advice: ['failed'] },
    when: [{ of: 'failures', fact: 'earlier', above: 0 }],
  },
  {
    key: 'working-off',
    ...{ topic: 'rest', mood: 'good', advice: ['running'] },
    when: [{ of: 'backlog', fact: 'due', above: 0 }],
  },
  {
    key: 'only-delayed',
    ...{ topic: 'rest', mood: 'good', advice: [] },
    when: [
      { of: 'backlog', fact: 'due', is: 0 },
      { of: 'backlog', fact: 'reserved', is: 0 },
      { of: 'backlog', fact: 'delayed', above: 0 },
    ],
  },
  {
    key: 'all-fine',
    ...{ topic: 'rest', mood: 'good', advice: [] },
    when: [{ of: 'overall', fact: 'unseen', is: 0 }],
  },
];

import { describe, expect, it } from 'vitest';
import type { Findings } from '../../src/runbook/facts.ts';
import { judge, type Verdict } from '../../src/runbook/verdict.ts';
import { asides, calm, causes, guesses } from '../../src/runbook/verdict-rules.ts';
import { diagnoseText } from '../../src/text/diagnose.ts';
import { verdictText } from '../../src/text/verdicts.ts';
import { backlog, failures, findings, log, rows, workers } from './findings.ts';

const verdictOf = (change: Partial<Findings>): Verdict => judge([], findings(change), []);
const keyOf = ({ main }: Verdict): string => (main.by === 'built-in' ? main.rule.key : 'runbook');
const flow = (change: Partial<Findings['flow']>): Findings['flow'] => ({ ...findings().flow, ...change });
const overall = (change: Partial<Findings['overall']>): Findings['overall'] => ({
  ...findings().overall,
  ...change,
});
const waits = backlog({ due: 240, oldestSeconds: 840 });
const dead = workers({ alive: 0, missing: 2 });
const oneException = failures({
  ...{ recent: 31, exceptions: 1, topShare: 1, topCount: 31, topException: 'RuntimeException' },
  ...{ topMessage: 'content pack unreadable', topClass: 'GenerateReportJob', topNewestId: 7 },
  ...{ topFirstSeconds: 1_800, topLastSeconds: 60 },
});

const cases: readonly (readonly [string, string, Partial<Findings>])[] = [
  ['all is well', 'all-fine', {}],
  ['maintenance mode', 'maintenance', { condition: { maintenance: true, paused: false }, backlog: waits }],
  ['paused with work', 'paused-and-due', { condition: { maintenance: false, paused: true }, backlog: waits }],
  ['paused without work', 'paused', { condition: { maintenance: false, paused: true } }],
  ['workers dead and a backlog', 'no-workers-and-due', { workers: dead, backlog: waits }],
  ['workers dead and nothing to do', 'no-workers', { workers: dead }],
  [
    'workers only just starting, and a backlog',
    'starting',
    { workers: workers({ ...dead, starting: 2 }), backlog: waits },
  ],
  ['workers only just starting, nothing due', 'starting', { workers: workers({ ...dead, starting: 2 }) }],
  [
    'workers only just starting, and rows that nobody works on',
    'orphaned-rows',
    { workers: workers({ ...dead, starting: 2 }), rows: [rows({ total: 1, inWork: 1, orphaned: 1 })] },
  ],
  [
    'a crash loop',
    'dying',
    { workers: workers({ ...dead, dying: 2, reason: 'Exited too quickly' }), backlog: waits },
  ],
  ['stopped by hand', 'stopped', { workers: workers({ ...dead, stopped: 2 }), backlog: waits }],
  ['stopped by hand, nothing due', 'stopped-nothing-due', { workers: workers({ ...dead, stopped: 2 }) }],
  ['the autorestart trap', 'exited', { workers: workers({ ...dead, exited: 2 }), backlog: waits }],
  ['one of two dies again and again', 'some-dying', { workers: workers({ alive: 1, dying: 1, missing: 1 }) }],
  ['one of two is missing', 'some-missing', { workers: workers({ alive: 1, missing: 1 }) }],
  ['another queue list', 'queue-not-served', { workers: workers({ missesQueue: true, takes: 'report' }) }],
  ['another connection', 'other-connection', { workers: workers({ elsewhere: true, connection: 'redis' }) }],
  ['alive, work, nothing moves', 'idle', { backlog: waits, flow: flow({ idle: true }) }],
  [
    'the same where pauses can not be seen',
    'idle-maybe-paused',
    { backlog: waits, flow: flow({ idle: true }), condition: { maintenance: false, paused: undefined } },
  ],
  ['busy with other queues', 'busy-elsewhere', { backlog: waits, flow: flow({ busyElsewhere: true }) }],
  [
    'held for longer than any worker lives',
    'killed',
    { backlog: backlog({ stuck: 1, due: 1, longestHeldSeconds: 900 }), flow: flow({ killed: true }) },
  ],
  [
    'held past retry_after by workers that may',
    'taken-twice',
    {
      backlog: backlog({ stuck: 1, due: 1, longestHeldSeconds: 120 }),
      workers: workers({ timeoutOverRetryAfter: true, timeoutSeconds: 180, timeoutRetryAfterSeconds: 90 }),
    },
  ],
  ['held past retry_after', 'stuck', { backlog: backlog({ stuck: 1, due: 1, longestHeldSeconds: 120 }) }],
  ['all workers busy', 'too-few-workers', { backlog: waits, flow: flow({ busy: true }) }],
  ['work waits though it moves', 'waiting-long', { backlog: waits }],
  ['a young backlog', 'working-off', { backlog: backlog({ due: 3, oldestSeconds: 4 }) }],
  ['one exception', 'one-exception', { failures: oneException }],
  [
    'one exception among others',
    'main-exception',
    { failures: failures({ ...oneException, exceptions: 3, topShare: 0.7, topCount: 22 }) },
  ],
  [
    'many exceptions',
    'many-exceptions',
    { failures: failures({ ...oneException, exceptions: 9, topShare: 0.2, topCount: 6 }) },
  ],
  [
    'time limits',
    'time-limits',
    { failures: failures({ ...oneException, topException: 'MaxAttemptsExceededException' }) },
  ],
  [
    'rows that nobody works on',
    'orphaned-rows',
    { rows: [rows(), rows({ total: 2, inWork: 2, inWorkValue: 'running', orphaned: 2 })] },
  ],
  [
    'rows with one error',
    'rows-one-error',
    { rows: [rows({ total: 12, error: 'PROVIDER_TIMEOUT', errorCount: 10, errorShare: 0.83 })] },
  ],
  [
    'rows that wait for no job',
    'rows-without-job',
    { rows: [rows({ total: 3, waiting: 3, waitingValue: 'pending' })] },
  ],
  ['rows that should not be there', 'rows-found', { rows: [rows({ total: 3 })] }],
  ['a log without failures', 'log-without-failures', { log: [log({ matches: 40 })] }],
  ['old code', 'old-code', { workers: workers({ oldCode: true, changedFile: 'vendor/autoload.php' }) }],
  [
    'old code and failures',
    'old-code-and-failures',
    { workers: workers({ oldCode: true }), failures: oneException },
  ],
  ['only delayed jobs', 'only-delayed', { backlog: backlog({ delayed: 5 }) }],
  ['fine now, failures earlier', 'failed-earlier', { failures: failures({ earlier: 12 }) }],
  [
    'the database away',
    'store-away',
    {
      ...{
        backlog: undefined,
        failures: undefined,
        rows: [],
        flow: flow({ busy: undefined, idle: undefined }),
      },
      overall: overall({ fine: 2, unseen: 4, storeAway: true }),
    },
  ],
  [
    'workers that die since their store is away',
    'store-away',
    { workers: workers({ ...dead, dying: 2 }), overall: overall({ unseen: 2, storeAway: true }) },
  ],
  [
    'workers that have just ended since their store is away',
    'store-away',
    { workers: workers({ ...dead, exited: 2 }), overall: overall({ unseen: 2, storeAway: true }) },
  ],
  [
    'workers that somebody stopped, and their store away',
    'stopped-nothing-due',
    {
      workers: workers({ ...dead, stopped: 2 }),
      backlog: backlog({ due: undefined }),
      overall: overall({ unseen: 2, storeAway: true }),
    },
  ],
  [
    'the host away',
    'nothing-stands-out',
    { workers: undefined, flow: flow({ idle: undefined }), overall: overall({ fine: 4, unseen: 2 }) },
  ],
  [
    'the host away while nothing moves',
    'waits-unseen-workers',
    { workers: undefined, backlog: backlog({ ...waits, standing: true }), overall: overall({ unseen: 2 }) },
  ],
  [
    'everything away',
    'nothing-seen',
    {
      ...{
        condition: undefined,
        workers: undefined,
        backlog: undefined,
        failures: undefined,
        rows: [],
        log: [],
      },
      overall: overall({ fine: 0, unseen: 6 }),
    },
  ],
  ['a step that no rule knows', 'step-stands-out', { overall: overall({ fine: 5, suspicious: 1 }) }],
];

describe('the verdict', () => {
  it.each(cases)('%s: %s', (_, key, change) => {
    expect(keyOf(verdictOf(change))).toBe(key);
  });

  it('has a case for every rule', () => {
    const told = new Set(cases.map(([, key]) => key));
    const rules = [...causes, ...guesses, ...calm].map(({ key }) => key);
    expect(rules.filter((key) => !told.has(key))).toEqual([]);
  });

  it('never rests on what nobody knows', () => {
    const dark: Partial<Findings> = {
      workers: workers({ alive: undefined, missing: undefined }),
      backlog: backlog({
        due: undefined,
        delayed: undefined,
        reserved: undefined,
        stuck: undefined,
        standing: undefined,
      }),
      flow: { busy: undefined, killed: undefined, idle: undefined, busyElsewhere: undefined },
      condition: { maintenance: undefined, paused: undefined },
      overall: overall({ fine: 2, unseen: 3 }),
    };
    expect(keyOf(verdictOf(dark))).toBe('nothing-stands-out');
  });

  it('gives no all-clear while one step could not be looked at, whatever else is calm', () => {
    for (const change of [{}, { failures: failures({ earlier: 3 }) }, { backlog: backlog({ delayed: 4 }) }])
      expect(keyOf(verdictOf({ ...change, overall: overall({ fine: 5, unseen: 1 }) }))).toBe(
        'nothing-stands-out',
      );
  });
});

describe('conflicting findings', () => {
  it('what stops everything comes before what may follow from it', () => {
    const all: Partial<Findings> = {
      ...{ workers: dead, backlog: waits, failures: oneException },
      rows: [rows({ total: 2, inWork: 2, orphaned: 2 })],
    };
    expect(keyOf(verdictOf({ ...all, condition: { maintenance: true, paused: true } }))).toBe('maintenance');
    expect(keyOf(verdictOf({ ...all, condition: { maintenance: false, paused: true } }))).toBe(
      'paused-and-due',
    );
    expect(keyOf(verdictOf(all))).toBe('no-workers-and-due');
  });

  it('another true cause of another topic is said besides', () => {
    const both = verdictOf({ workers: dead, backlog: waits, failures: oneException });
    expect(both.besides?.rule.key).toBe('one-exception');
    const rowsToo = verdictOf({ failures: oneException, rows: [rows({ total: 2, inWork: 2, orphaned: 2 })] });
    expect([keyOf(rowsToo), rowsToo.besides?.rule.key]).toEqual(['one-exception', 'orphaned-rows']);
  });

  it('of several looks at tables it speaks of the one that fits', () => {
    const { main } = verdictOf({
      rows: [rows({ step: 4 }), rows({ step: 5, table: 'report_jobs', total: 3 })],
    });
    expect(main.by === 'built-in' && main.bound.rows?.table).toBe('report_jobs');
  });

  it('conditions about rows hold for one and the same look', () => {
    const stale = rows({ step: 4, total: 9, error: 'OLD', errorCount: 9, errorShare: 1, isStale: true });
    expect(keyOf(verdictOf({ rows: [stale, rows({ step: 5 })] }))).toBe('all-fine');
  });

  it('what the runbook says is not too much is no cause', () => {
    const usual = { isMarked: false };
    const change: Partial<Findings> = {
      failures: failures({ ...oneException, ...usual }),
      rows: [rows({ total: 3, error: 'X', errorCount: 3, errorShare: 1, ...usual })],
      log: [log({ matches: 9, ...usual })],
      backlog: backlog({ due: 500, oldestSeconds: 900, ...usual }),
      flow: flow({ busy: true }),
    };
    expect(keyOf(verdictOf(change))).toBe('working-off');
  });

  it('a trap that has not sprung is worth knowing and changes nothing else', () => {
    const verdict = verdictOf({ workers: workers({ timeoutOverRetryAfter: true }) });
    expect(keyOf(verdict)).toBe('all-fine');
    expect(verdict.asides.map(({ rule }) => rule.key)).toEqual(['timeout-trap']);
  });
});

describe('the sentences of the verdict', () => {
  const bound = { ...findings(), rows: rows(), log: log() };
  const bare = {
    ...{ condition: undefined, workers: undefined, backlog: undefined, failures: undefined, rows: undefined },
    ...{ log: undefined, flow: findings().flow, overall: findings().overall },
  };
  const rules = [...causes, ...guesses, ...calm, ...asides];

  it.each(['en', 'zh-CN'] as const)('are there for every rule in %s', (locale) => {
    for (const { key, advice } of rules) {
      const { cause, next } = verdictText[locale][key](bound);
      expect(cause, key).toMatch(/\S/);
      expect(next, key).toMatch(/[.。]$/);
      expect(`${cause} ${next}`, key).not.toMatch(/undefined|NaN|\[object/);
      for (const one of advice) expect(diagnoseText[locale].buttons[one]).toMatch(/\S/);
    }
  });

  it.each(['en', 'zh-CN'] as const)('do not break where facts are missing, in %s', (locale) => {
    for (const { key } of rules) expect(() => verdictText[locale][key](bare)).not.toThrow();
  });

  it.each([
    ['failures', { topCount: 800, recent: 1_000 }, ['time-limits', 'one-exception', 'main-exception']],
    ['backlog', { stuck: 1, delayed: 40 }, ['killed', 'taken-twice', 'stuck', 'only-delayed']],
    ['rows', { orphaned: 3, waiting: 3, total: 9 }, ['orphaned-rows', 'rows-without-job', 'rows-found']],
  ] as const)(
    'say of %s of which only so many were counted that there are at least so many',
    (part, counts, keys) => {
      const told = (isAtLeast: boolean, locale: 'en' | 'zh-CN', key: (typeof keys)[number]): string => {
        const facts = { ...bound[part], ...counts, isAtLeast };
        const { cause, next } = verdictText[locale][key]({ ...bound, [part]: facts });
        return `${cause} ${next}`;
      };
      for (const locale of ['en', 'zh-CN'] as const)
        for (const key of keys) {
          expect(told(true, locale, key), key).toMatch(/\d\+/);
          expect(told(false, locale, key), key).not.toMatch(/\d\+/);
        }
    },
  );

  it('count at least in both numbers of a share, and in the plural', () => {
    const capped = { ...bound.failures, ...failures({ topCount: 800, recent: 1_000 }), isAtLeast: true };
    expect(verdictText.en['time-limits']({ ...bound, failures: capped }).next).toContain(
      '800+ of 1,000+ failures',
    );
    expect(verdictText['zh-CN']['time-limits']({ ...bound, failures: capped }).next).toContain(
      '共 1,000+ 个失败，其中 800+ 个是它',
    );
    const held = backlog({ stuck: 1, isAtLeast: true });
    expect(verdictText.en.stuck({ ...bound, backlog: held }).cause).toMatch(/^1\+ jobs held/);
  });

  it('differ between the languages', () => {
    for (const { key } of rules)
      expect(verdictText['zh-CN'][key](bound).cause).not.toBe(verdictText.en[key](bound).cause);
  });
});

import { describe, expect, it } from 'vitest';
import type { VerdictRule } from '../../src/core/runbook-description.ts';
import { findHeldRule } from '../../src/runbook/operators-rules.ts';
import type { StepResult } from '../../src/runbook/step-result.ts';
import { judge } from '../../src/runbook/verdict.ts';
import { backlog, failures, findings, log, rows, workers } from './findings.ts';

const ended = { mark: 'suspicious', missing: [] } as const;
const results: readonly StepResult[] = [
  {
    ...{ ...ended, kind: 'workers', number: 1, step: { kind: 'workers', group: 'ops' } },
    ...{ facts: workers({ alive: 1 }), processes: [], traps: [] },
  },
  {
    ...{ ...ended, kind: 'backlog', number: 2, step: { kind: 'backlog', queue: 'ops' } },
    ...{ facts: backlog({ due: 7 }), next: [], held: [] },
  },
  {
    ...{ ...ended, kind: 'failures', number: 3, step: { kind: 'failures', jobs: [], withinSeconds: 60 } },
    facts: failures({ recent: 5 }),
    groups: [
      {
        ...{ connection: 'database', name: 'ops', jobClass: 'A', exceptionClass: 'App\\Deadlock', count: 4 },
        ...{ fingerprint: 'x', newestId: 1 as never, newestAt: new Date(0), oldestAt: new Date(0) },
      },
    ],
  },
  {
    ...{ ...ended, kind: 'rows', number: 4, facts: rows({ total: 9 }) },
    step: { kind: 'rows', rows: { table: 'approvals', groupBy: ['status'], show: [] } },
    found: {
      total: { kind: 'exact', value: 9 },
      groups: [
        {
          ...{ values: ['EXECUTING'], count: { kind: 'exact', value: 6 }, oldestSeconds: 700 },
          ...{ newestSeconds: 10, updatedSeconds: undefined },
        },
      ],
      rows: [],
    },
  },
  {
    ...{ ...ended, kind: 'log', number: 5, facts: log({ matches: 3 }), found: undefined },
    step: { kind: 'log', log: { match: 'X', withinSeconds: 60 } },
  },
  {
    ...{ kind: 'log', number: 7, mark: 'unseen', missing: [], facts: log({ matches: 3 }), found: undefined },
    step: { kind: 'log', log: { match: 'Y', withinSeconds: 60 } },
  },
  {
    ...{ kind: 'rows', number: 6, mark: 'unseen', missing: [], facts: undefined, found: undefined },
    step: { kind: 'rows', rows: { table: 'audit', groupBy: [], show: [] } },
  },
];

const rule = (...when: VerdictRule['when']): VerdictRule => ({ when, say: { en: '{count} of them' } });
const holds = (...when: VerdictRule['when']): number | undefined =>
  findHeldRule([rule(...when)], results)?.count;

describe("a runbook's own rules", () => {
  it.each([
    ['alive workers', 1, 1],
    ['due jobs', 2, 7],
    ['failures', 3, 5],
    ['rows', 4, 9],
    ['lines', 5, 3],
  ])('count %s', (_, step, count) => {
    expect(holds({ step, above: count - 1 })).toBe(count);
    expect(holds({ step, above: count })).toBeUndefined();
    expect(holds({ step, below: count + 1 })).toBe(count);
    expect(holds({ step, below: count })).toBeUndefined();
  });

  it('count the groups of one value alone', () => {
    expect(holds({ step: 4, value: ['EXECUTING', 'APPROVED'], above: 5 })).toBe(6);
    expect(holds({ step: 4, value: ['FAILED'], above: 0 })).toBeUndefined();
    expect(holds({ step: 3, value: ['Deadlock'], above: 3 })).toBe(4);
  });

  it('hold only when all their conditions do', () => {
    expect(holds({ step: 4, above: 5 }, { step: 2, above: 5 })).toBe(9);
    expect(holds({ step: 4, above: 5 }, { step: 2, above: 50 })).toBeUndefined();
    expect(holds({ step: 4, above: 5, mark: 'broken' })).toBeUndefined();
  });

  it('never hold about a step that could not be looked at, or only in part, or that is not there', () => {
    expect(holds({ step: 6, below: 5 })).toBeUndefined();
    expect(holds({ step: 7, below: 5 })).toBeUndefined();
    expect(holds({ step: 9, below: 5 })).toBeUndefined();
  });

  it('come after what stops everything and before every guess', () => {
    const own = [rule({ step: 4, above: 5 })];
    const failing = { failures: failures({ recent: 3, exceptions: 1, topShare: 1 }) };
    expect(judge(results, findings(failing), own).main.by).toBe('runbook');
    const dead = { ...failing, workers: workers({ alive: 0 }) };
    expect(judge(results, findings(dead), own).main.by).toBe('built-in');
  });
});

import { describe, expect, it } from 'vitest';
import { dueRules } from '../../src/alerts/due-rules.ts';
import { calmState } from '../../src/alerts/episode.ts';
import { doingBehind, heldBack } from '../../src/alerts/held-back.ts';
import { endOfQuiet } from '../../src/alerts/hush.ts';
import type { Judgement } from '../../src/alerts/judgement.ts';
import type { Doing } from '../../src/alerts/ports.ts';
import { ruleHashOf } from '../../src/alerts/rule-hash.ts';
import type { AlertRule } from '../../src/core/alert-description.ts';
import { failedJobs, night, noon, noWorkers, slo } from './evaluating.ts';
import { backlogRule, staleShareRule, surgeRule, utilizationRule } from './rules.ts';

const later = (seconds: number): Date => new Date(noon.getTime() + seconds * 1_000);

describe('a rule’s hash', () => {
  const hashOf = (rule: AlertRule, queue?: string): string => ruleHashOf(rule, queue);
  const hash = hashOf(failedJobs);
  const base = { name: 'payments', app: 'fap', forSeconds: 0 };
  const surge = { ...surgeRule, ...base };
  const levels = { ...utilizationRule, ...base, severity: 'critical' } as const;

  it('stays when only its pace, its patience, its severity or its message changes', () => {
    const patient = { forSeconds: 60, recoverTicks: 5, severity: 'critical' } as const;
    expect(hashOf({ ...failedJobs, everySeconds: 300, timeoutSeconds: 2 })).toBe(hash);
    expect(hashOf({ ...failedJobs, ...patient })).toBe(hash);
    expect(hashOf({ ...surge, show: ['provider'], recoverWindows: 1 })).toBe(hashOf(surge));
    expect(hashOf({ ...levels, warnForSeconds: 1, breachForSeconds: 1, recoverForSeconds: 1 })).toBe(
      hashOf(levels),
    );
  });

  it('differs when its expression or a threshold does', () => {
    expect(hashOf({ ...failedJobs, queue: 'reports' })).not.toBe(hash);
    expect(hashOf({ ...backlogRule, ...base, above: 1 })).not.toBe(hashOf({ ...backlogRule, ...base }));
    for (const change of [{ where: '2' }, { windowSeconds: 60 }, { ratio: 4 }, { criticalFrom: 60 }])
      expect([change, hashOf({ ...surge, ...change })]).not.toEqual([change, hashOf(surge)]);
  });

  it('differs for a queue whose service levels change, and for no other', () => {
    const slo = { reports: { maxPending: 60, maxFailed: 10 }, commerce: { maxPending: 40 } };
    const before = { ...levels, levels: slo };
    const after = { ...levels, levels: { ...slo, reports: { maxPending: 61, maxFailed: 10 } } };
    expect(hashOf(after, 'reports')).not.toBe(hashOf(before, 'reports'));
    expect(hashOf(after, 'commerce')).toBe(hashOf(before, 'commerce'));
    const less = { ...levels, levels: { reports: { maxPending: 60 } } };
    expect(hashOf(less, 'reports')).not.toBe(hashOf(before, 'reports'));
  });
});

describe('which rules are looked at', () => {
  const slow: AlertRule = { ...failedJobs, name: 'slow', everySeconds: 120 };

  it('all at first, then each at its own pace', () => {
    expect(dueRules([failedJobs, slow], new Map(), noon, 30)).toEqual([failedJobs, slow]);
    const looked = new Map([failedJobs, slow].map((rule) => [rule, noon]));
    expect(dueRules([failedJobs, slow], looked, later(90), 30)).toEqual([failedJobs]);
    // A tick that came half a second early is no reason to wait for another one.
    expect(dueRules([failedJobs, slow], looked, later(119.5), 30)).toEqual([failedJobs, slow]);
    // Nor is a clock that was set back one to wait until it has come so far again.
    expect(dueRules([failedJobs, slow], looked, later(-3_600), 30)).toEqual([failedJobs, slow]);
  });
});

describe('what our own operations explain', () => {
  const pause: Doing = {
    ...{ app: 'fap', queue: 'database:reports', verb: 'pause', requestNumber: 3, endedAt: undefined },
  };
  const stale: AlertRule = { ...staleShareRule, name: 'snapshots', app: 'fap', forSeconds: 120 };
  const reports = { queue: 'database:reports' };

  it('is that queue’s, of that app, while it runs and for five minutes', () => {
    expect(doingBehind(noWorkers, reports, [pause], noon, 300)).toBe(pause);
    expect(doingBehind(noWorkers, { queue: 'database:commerce' }, [pause], noon, 300)).toBeUndefined();
    expect(doingBehind({ ...noWorkers, app: 'other' }, reports, [pause], noon, 300)).toBeUndefined();
    const ended = { ...pause, endedAt: noon };
    expect(doingBehind(noWorkers, reports, [ended], later(299), 300)).toBe(ended);
    expect(doingBehind(noWorkers, reports, [ended], later(300), 300)).toBeUndefined();
  });

  it('of a rule over rows only where that rule names the queue; of failures nothing', () => {
    expect(doingBehind(stale, { queue: undefined }, [pause], noon, 300)).toBeUndefined();
    expect(doingBehind({ ...stale, queue: 'reports' }, { queue: undefined }, [pause], noon, 300)).toBe(pause);
    expect(doingBehind(failedJobs, { queue: undefined }, [pause], noon, 300)).toBeUndefined();
  });

  it('of a rule over rows that names no queue: those whose jobs write the rows', () => {
    const written: AlertRule = { ...stale, writtenBy: ['reports'] };
    const of = (change: Partial<Doing>) =>
      doingBehind(written, { queue: undefined }, [{ ...pause, ...change }], noon, 300)?.requestNumber;
    expect(of({})).toBe(3);
    expect(of({ queue: 'database:commerce' })).toBeUndefined();
    expect(of({ queue: undefined, verb: 'restart-all' })).toBe(3);
    expect(ruleHashOf(written, undefined)).toBe(ruleHashOf(stale, undefined));
  });

  it('is over with them where nothing is held after their end', () => {
    expect(doingBehind(noWorkers, reports, [{ ...pause, endedAt: noon }], noon, 0)).toBeUndefined();
    expect(doingBehind(noWorkers, reports, [{ ...pause, endedAt: noon }], later(899), 900)).toBeDefined();
  });

  it('of the whole app is about each of its queues', () => {
    const all = { ...pause, queue: undefined, verb: 'restart-all' };
    expect(doingBehind(slo, reports, [all], noon, 300)).toBe(all);
  });

  const broken = (facts: Readonly<Record<string, number>>): Judgement => ({
    ...{ kind: 'known', holds: 'critical', recovered: false, value: 2, facts },
  });
  const levels = { max_pending: 60, max_failed: 10 };

  it('is a full queue, and never a level of failures that is broken', () => {
    expect(heldBack(broken({ pending: 120, failed: 1 }), calmState, levels)).toMatchObject({
      holds: undefined,
    });
    expect(heldBack(broken({ pending: 120, failed: 11 }), calmState, levels)).toMatchObject({
      holds: 'critical',
    });
  });

  it('does not end or raise what fires already', () => {
    const firing = { phase: 'firing', severity: 'warning' } as const;
    expect(heldBack(broken({ pending: 120 }), firing, levels)).toMatchObject({
      ...{ holds: 'warning', recovered: false },
    });
  });
});

describe('the end of the quiet window', () => {
  it('is the same instant whoever asks, however late', () => {
    const end = new Date('2026-11-26T00:00:00Z');
    expect(endOfQuiet(night, end)).toEqual(end);
    expect(endOfQuiet(night, new Date('2026-11-26T00:00:29.5Z'))).toEqual(end);
    expect(endOfQuiet(night, new Date('2026-11-26T17:59:59Z'))).toEqual(end);
    expect(endOfQuiet(night, new Date('2026-11-26T18:00:00Z'))).toBeUndefined();
  });

  it('is none where there is no window', () => {
    expect(endOfQuiet({ ...night, to: '02:00' }, noon)).toBeUndefined();
  });
});

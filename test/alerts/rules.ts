import type {
  BacklogRule,
  Severity,
  StaleShareRule,
  SurgeRule,
  UtilizationRule,
} from '../../src/core/alert-description.ts';

/** The numbers of facts/alerts.md. */
export const backlogRule: BacklogRule & { readonly severity: Severity } = {
  ...{ watch: 'backlog', severity: 'critical', above: 100, noDeclineForSeconds: 600 },
  ...{ leastSamplesShare: 18 / 21, endSamples: 3, declineTo: 0.85, recoverForSeconds: 300 },
};

export const staleShareRule: StaleShareRule & { readonly severity: Severity } = {
  ...{ watch: 'stale_share', severity: 'warning', table: 'snapshots', where: '1', since: 'created_at' },
  ...{ olderThanSeconds: 300, lookBackSeconds: 3_600, shareAbove: 0.1, leastStale: 3, boundFrom: 0.05 },
  ...{ staleFrom: 20, recoverBelow: 0.05, recoverForSeconds: 300 },
};

export const surgeRule: SurgeRule & { readonly severity: Severity } = {
  ...{ watch: 'surge', severity: 'warning', table: 'events', where: '1', since: 'updated_at' },
  ...{ windowSeconds: 300, baselineSeconds: 86_400, skipSeconds: 900, trimTo: 0.95, leastMean: 0.5 },
  ...{ leastCount: 5, ratio: 3, probabilityBelow: 1e-4, criticalFrom: 50, leastBaselineSeconds: 21_600 },
  ...{ fewCount: 10, recoverBelow: 3, recoverRatio: 1.5, recoverWindows: 3 },
};

export const utilizationRule: UtilizationRule = {
  ...{ watch: 'utilization', warnAbove: 0.8, warnForSeconds: 600, breachForSeconds: 300 },
  ...{ recoverUpTo: 0.6, recoverForSeconds: 600 },
};

/**
 * The rules as they are shipped, with durations for a visit of five minutes: what is broken in the world panel is told in
 * #alerts within seconds, and is over soon after it was mended. Nobody sleeps here, so there is no quiet window.
 */
export const demoAlerts = {
  every: '3s',
  quiet: undefined,
  rules: {
    'failed-jobs': { for: '5s', tell_every: '30s' },
    'reports-backlog': { no_decline_for: '12s', least_samples: 0.5, recover_for: '5s' },
    'snapshots-pending': { older_than: '60s', for: '5s', recover_for: '10s' },
    'payment-failures': { window: '30s', recover_windows: 1 },
    'no-workers': { for: '5s' },
    slo: { warn_for: '20s', breach_for: '10s', recover_for: '15s' },
  },
} as const;

import type { Severity } from '../core/alert-description.ts';
import type { IncidentFacts } from '../core/incident.ts';
import { fingerprintOf } from '../core/incident.ts';
import { topPrefix } from '../core/incident-facts.ts';
import { judgeStaleShare } from './judge-stale-share.ts';
import { judgeSurge } from './judge-surge.ts';
import { calm, type Judgement } from './judgement.ts';
import { type Measuring, measured, nameOf, present, type RuleOf, unknown } from './measuring.ts';
import type { RowsAsk, StaleFound, SurgeAsk, SurgeFound, Traffic } from './measuring-ports.ts';
import type { Measured } from './ports.ts';

/** Rows that have been in a state too long. */
export async function measureStaleShare(
  rule: RuleOf<'stale_share'>,
  measuring: Measuring,
): Promise<readonly Measured[]> {
  const read = await measuring.app.alerts.stale({ ...rule, ...askOf(rule) }, measuring.tick);
  if (!read.ok) return [await measured(rule, undefined, unknown(nameOf(read.missing)), measuring)];
  const judgement = judgeStale(rule, read.value);
  return [
    await measured(rule, undefined, judgement, measuring, async () =>
      present({ oldestSeconds: read.value.oldestSeconds, threshold: rule.shareAbove }),
    ),
  ];
}

/** What could not be counted in time matters only where it decides. */
function judgeStale(rule: RuleOf<'stale_share'>, { stale, eligible }: StaleFound): Judgement {
  if (eligible !== undefined) return judgeStaleShare(rule, { stale, eligible });
  if (stale >= rule.staleFrom) return certain(rule.severity, undefined, { stale });
  return stale < rule.leastStale ? calm(undefined, { stale }) : unknown(rule.table);
}

const certain = (
  holds: Severity,
  value: number | undefined,
  facts: Readonly<Record<string, number>>,
): Judgement => ({ kind: 'known', holds, recovered: false, value, facts });

/** Rows that entered a state, against what is usual. */
export async function measureSurge(
  rule: RuleOf<'surge'>,
  measuring: Measuring,
): Promise<readonly Measured[]> {
  const { app, tick } = measuring;
  const ask = { ...rule, ...askOf(rule), unusual: await unusualOf(rule, measuring) };
  const read = await app.alerts.surge(ask, tick);
  if (!read.ok) return [await measured(rule, undefined, unknown(nameOf(read.missing)), measuring)];
  const judgement = judge(rule, read.value);
  return [
    await measured(rule, undefined, judgement, measuring, async () => {
      const traffic = await app.alerts.traffic(ask, tick);
      return {
        ...statesOf(read.value),
        ...(traffic.ok ? trafficOf(read.value, traffic.value) : {}),
      };
    }),
  ];
}

const askOf = (rule: RuleOf<'surge' | 'stale_share'>): RowsAsk => ({
  ...{ rule: rule.name, timeoutSeconds: rule.timeoutSeconds },
});

/** So many are critical whatever is usual; fewer are nothing that can be judged without it. */
function judge(rule: RuleOf<'surge'>, { count, baseline }: SurgeFound): Judgement {
  if (baseline !== undefined) return judgeSurge(rule, { count, baseline });
  if (count < rule.criticalFrom) return unknown(rule.table);
  return certain('critical', count, { count });
}

/** Earlier episodes of this rule, and the present one: no usual times. */
async function unusualOf(rule: RuleOf<'surge'>, { kept, memory }: Measuring): Promise<SurgeAsk['unusual']> {
  const fingerprint = fingerprintOf(rule.name, rule.app, undefined);
  const ago = (at: Date): number => (memory.now.getTime() - at.getTime()) / 1_000;
  const incidents = await kept.incidents(rule.app, 100);
  return incidents
    .filter((incident) => incident.fingerprint === fingerprint)
    .map(({ breachedAt, resolvedAt }) => ({
      // What made it fire began up to a window before it was seen.
      fromAgo: ago(breachedAt) + rule.windowSeconds,
      untilAgo: resolvedAt === undefined ? 0 : ago(resolvedAt),
    }));
}

/** The states apart: `top_handle_status`: `failed (3), reprocess_failed (2)`. */
const statesOf = ({ stateOf, states }: SurgeFound): IncidentFacts =>
  states.length === 0 || stateOf === ''
    ? {}
    : { [`${topPrefix}${stateOf}`]: states.map(({ state, count }) => `${state} (${count})`).join(', ') };

/** More of everything, or more that fails: both with what is usual. */
const trafficOf = ({ count }: SurgeFound, { all, usual, shown }: Traffic): IncidentFacts => ({
  ...present({ all, usualAll: usual, share: all === 0 ? undefined : Math.min(1, count / all) }),
  ...Object.fromEntries(shown.map((one) => [`${topPrefix}${one.column}`, `${one.value} (${one.count})`])),
});

import type { Incident } from '../../core/incident.ts';
import { type RootFacts, worstPrefix } from '../../core/incident-facts.ts';
import type { Rich } from '../../core/rich.ts';
import { incidentText, type LevelWords } from '../../text/incidents.ts';
import { findRule, type IncidentScene, rootFacts, watchOf } from './scene.ts';

/**
 * What is wrong, as it reads after a colon; of what is over, what was wrong when it was worst. A name from outside is cut, so
 * that the sentence stays one.
 */
export function whatOf(of: Incident, scene: IncidentScene): Rich {
  const incident = of.state === 'resolved' ? atWorst(of) : of;
  const t = incidentText[scene.locale];
  const facts = rootFacts(incident);
  const { value, rule } = incident;
  const queue = incident.queue ?? incident.app;
  // All is well and its end only waits for that to last.
  const isWell = of.state !== 'resolved' && facts.wellSince !== undefined;
  switch (watchOf(scene, incident)) {
    case 'failed_jobs': {
      const count = value ?? facts.count ?? 0;
      return incident.queue === undefined ? t.failedJobs(count) : t.failedJobsOf(count, queue);
    }
    case 'backlog':
      return t.backlog(value ?? facts.due ?? 0, queue, isWell);
    case 'stale_share':
      return t.stale(rule, value ?? facts.share, facts.stale, facts.eligible);
    case 'surge': {
      const described = findRule(scene, incident);
      const seconds = described?.watch === 'surge' ? described.windowSeconds : undefined;
      return t.surge(rule, value ?? facts.count ?? 0, seconds);
    }
    case 'workers':
      return isWell && value !== undefined && value > 0
        ? t.working(queue, value)
        : t.workers(queue, facts.due, facts.restarting ?? 0);
    case 'utilization': {
      const { known, tight } = levelsOf(facts, findRule(scene, incident));
      if (isWell && tight.length === 0) return t.levelsKept(queue);
      return t.levels(
        queue,
        (tight.length > 0 ? tight : known).map((level) => t.level(level)),
      );
    }
    case 'blind':
      return isWell ? t.sighted : t.blind(facts.blindRule ?? rule, facts.why);
    case undefined:
      return t.other(rule, value);
  }
}

function atWorst(incident: Incident): Incident {
  const { worst, value, facts } = incident;
  const kept = Object.entries(facts).flatMap(([name, fact]) =>
    name.startsWith(worstPrefix) ? [[name.slice(worstPrefix.length), fact] as const] : [],
  );
  return { ...incident, value: worst ?? value, facts: { ...facts, ...Object.fromEntries(kept) } };
}

/** The value in words, in the unit of its rule: workers alive, rules that are blind, a share. */
export function valueWords(value: number, incident: Incident, scene: IncidentScene): string {
  const { valueOf: say } = incidentText[scene.locale];
  switch (watchOf(scene, incident)) {
    case 'stale_share':
      return say.share(value);
    case 'utilization':
      return say.utilization(value);
    case 'workers':
      return say.workers(value);
    case 'blind':
      return say.blind(value);
    default:
      return say.number(value);
  }
}

/** Above which, or from which on, it is too much, as a sentence; undefined: there is no one number. */
export function thresholdWords(incident: Incident, scene: IncidentScene): string | undefined {
  const t = incidentText[scene.locale];
  const configured = thresholdOf(incident, scene);
  if (configured === undefined) return undefined;
  const said = valueWords(configured, incident, scene);
  switch (watchOf(scene, incident)) {
    case 'stale_share':
      return t.thresholdFrom(said);
    case 'surge':
      return t.criticalFrom(said);
    default:
      return t.threshold(said);
  }
}

/** In the unit of its value. */
export const thresholdOf = (incident: Incident, scene: IncidentScene): number | undefined =>
  rootFacts(incident).threshold ?? configuredThreshold(findRule(scene, incident));

function configuredThreshold(rule: ReturnType<typeof findRule>): number | undefined {
  switch (rule?.watch) {
    case 'failed_jobs':
    case 'backlog':
      return rule.above;
    case 'stale_share':
      return rule.shareAbove;
    case 'surge':
      return rule.criticalFrom;
    default:
      return undefined;
  }
}

/** All that are known, and those above the warning's share, the most used up first. */
function levelsOf(
  facts: RootFacts,
  rule: ReturnType<typeof findRule>,
): { readonly known: readonly LevelWords[]; readonly tight: readonly LevelWords[] } {
  const warnAbove = rule?.watch === 'utilization' ? rule.warnAbove : 0.8;
  const known = (['pending', 'failed', 'oldest', 'timeouts'] as const).flatMap((metric) => {
    const value = facts[metric];
    return value === undefined ? [] : [{ metric, value, max: facts[`max_${metric}`] }];
  });
  const used = ({ value, max }: LevelWords): number =>
    max === undefined || max === 0 ? (value > 0 ? Number.POSITIVE_INFINITY : 0) : value / max;
  return { known, tight: known.filter((level) => used(level) > warnAbove).sort((a, b) => used(b) - used(a)) };
}

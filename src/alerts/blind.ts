import type { AlertRule } from '../core/alert-description.ts';
import { type Fingerprint, fingerprintOf } from '../core/incident.ts';
import { blindAfterMisses } from './episode.ts';
import type { Judgement } from './judgement.ts';
import type { Measured, StoredState } from './ports.ts';

/** The name under which it is silenced, and stands in lists. */
export const blindRule = 'monitor_blind';

/**
 * The watch over the watchers: one judgement for each app, critical as soon as one of its rules could not be evaluated
 * three times in a row. It changes no other state. `why`: what could not be read, by fingerprint.
 */
export function judgeBlindness(
  apps: readonly string[],
  rules: readonly AlertRule[],
  states: ReadonlyMap<Fingerprint, StoredState>,
  why: ReadonlyMap<Fingerprint, string>,
): readonly (Measured & { readonly app: string })[] {
  return apps.map((app) => {
    const configured = new Set(rules.filter((rule) => rule.app === app).map(({ name }) => name));
    const blind = [...states.values()].filter(
      (one) => one.app === app && configured.has(one.rule) && one.state.missesSince >= blindAfterMisses,
    );
    const names = [...new Set(blind.map(({ rule }) => rule))];
    const reasons = [...new Set(blind.flatMap(({ fingerprint }) => why.get(fingerprint) ?? []))];
    const judgement: Judgement = {
      ...{ kind: 'known', holds: blind.length > 0 ? 'critical' : undefined },
      ...{ recovered: blind.length === 0, value: names.length, facts: {} },
    };
    return {
      ...{ app, fingerprint: fingerprintOf(blindRule, app, undefined), queue: undefined, judgement },
      sample: undefined,
      facts: {
        ...{ watch: 'blind', blindRule: names.join(', ') },
        ...(reasons.length === 0 ? {} : { why: reasons.join('; ') }),
      },
    };
  });
}

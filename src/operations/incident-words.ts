import { blindRule } from '../alerts/blind.ts';
import type { AlertRule } from '../core/alert-description.ts';
import type { Incident } from '../core/incident.ts';
import { narrow } from '../core/narrow.ts';
import { nearest } from '../core/nearest.ts';
import { accept, type Judged, refuse } from '../core/refusal.ts';
import type { World } from './world.ts';

/** Reads `#12`, or `12`. Undefined: it is no number of ours. */
export function parseIncidentNumber(typed: string): number | undefined {
  const digits = /^#?([1-9]\d{0,14})$/.exec(narrow(typed))?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Requests and incidents are counted in one sequence. Throws for a store that is away. */
export const isIncident = async (number: number, { alerts }: World): Promise<boolean> =>
  (await alerts.find({ number })) !== undefined;

/** What is said of a rule; the watch over the rules themselves has no `watch` of the configuration. */
export type NamedRule = Pick<AlertRule, 'name' | 'severity'> & {
  readonly watch?: AlertRule['watch'];
  readonly queue?: string;
};

const watcher: NamedRule = { name: blindRule, severity: 'critical' };

/** A rule's name, in any letter case. */
export function parseRule(typed: string, { alertRules }: World): Judged<NamedRule> {
  const wanted = typed.toLowerCase();
  if (wanted === watcher.name) return accept(watcher);
  const found = alertRules.find(({ name }) => name.toLowerCase() === wanted);
  if (found !== undefined) return accept(found);
  const known = alertRules.map(({ name }) => name);
  const close = nearest(typed, known);
  return refuse({
    ...{ code: 'unknown-rule', typed, known },
    ...(close === undefined ? {} : { nearest: close }),
  });
}

/** The queue that an incident is about (`database:reports`): its own, or the one in which most of its failures are. */
export function concernedQueue({ queue, facts }: Pick<Incident, 'queue' | 'facts'>): string | undefined {
  const { mainQueue } = facts;
  return queue ?? (typeof mainQueue === 'string' ? mainQueue : undefined);
}

/** The rule looks at each queue by itself, so an incident of it names one. */
export const isByQueue = ({ watch, queue }: NamedRule): boolean =>
  queue !== undefined || watch === 'backlog' || watch === 'workers' || watch === 'utilization';

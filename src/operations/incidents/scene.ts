import type { AlertRule, RuleKind } from '../../core/alert-description.ts';
import { type QueueDescription, queueLabel, shortClass } from '../../core/app-description.ts';
import type { Incident } from '../../core/incident.ts';
import type { RootFacts } from '../../core/incident-facts.ts';
import type { Locale } from '../../core/people.ts';
import type { RunbookDescription } from '../../core/runbook-description.ts';
import { concernedQueue } from '../incident-words.ts';
import type { World } from '../world.ts';

/** What an incident is drawn with besides itself. */
export interface IncidentScene {
  /** Of the configuration; a rule that is no longer in it leaves the incident with what it says itself. */
  readonly rules: readonly AlertRule[];
  readonly world: World;
  readonly locale: Locale;
}

/** Facts with the types that they should have; what has another one is left out. */
export function rootFacts({ facts }: Pick<Incident, 'facts'>): RootFacts {
  const wellTyped = Object.entries(facts).filter(([name, value]) => {
    if (value === null) return false;
    if (words.has(name)) return typeof value === 'string';
    if (name === 'proposeAccept') return typeof value === 'boolean';
    return typeof value === 'number' && Number.isFinite(value);
  });
  return Object.fromEntries(wellTyped); // each is checked above
}

const words = new Set([
  ...['watch', 'topClass', 'topException', 'topQueue', 'mainQueue', 'why', 'blindRule', 'heldBackBy'],
  ...['wellSince', 'unreadSince', 'newestFailedAt'],
]);

export const findRule = ({ rules }: IncidentScene, incident: Incident): AlertRule | undefined =>
  rules.find(({ name, app }) => name === incident.rule && app === incident.app);

export const watchOf = (scene: IncidentScene, incident: Incident): RuleKind | 'blind' | undefined =>
  rootFacts(incident).watch ??
  (incident.rule === 'monitor_blind' ? 'blind' : findRule(scene, incident)?.watch);

/**
 * The queue that people would look at: the incident's own, that of most of its failures, or the one whose jobs write the
 * rule's table.
 */
export function findQueueOf(scene: IncidentScene, incident: Incident): QueueDescription | undefined {
  const { queues } = scene.world.app.description;
  const named = concernedQueue(incident) ?? rootFacts(incident).topQueue;
  if (named !== undefined) return queues.find((queue) => queueLabel(queue) === named || queue.name === named);
  const rule = findRule(scene, incident);
  return rule !== undefined && 'table' in rule ? findQueueOfTable(scene.world, rule.table) : undefined;
}

/** `database:reports`: what `diagnose` is offered for; also a queue that nobody configured, of a connection that is. */
export function findQueueLabel(scene: IncidentScene, incident: Incident): string | undefined {
  const described = findQueueOf(scene, incident);
  if (described !== undefined) return queueLabel(described);
  const named = concernedQueue(incident);
  const connection = named?.slice(0, named.indexOf(':')) ?? '';
  const isKnown = scene.world.app.description.connections.has(connection);
  return named !== undefined && isKnown && /^[\w-]+:[\w.{}-]{1,100}$/.test(named) ? named : undefined;
}

function findQueueOfTable({ app, runbooks }: World, table: string): QueueDescription | undefined {
  const { queues, outcomes } = app.description;
  const writes = ({ jobs }: QueueDescription): boolean =>
    jobs.some((job) => outcomes.get(shortClass(job))?.table === table);
  const looks = ({ name }: QueueDescription): boolean =>
    runbooks.get(name)?.steps.some((step) => step.kind === 'rows' && step.rows.table === table) === true;
  return queues.find(writes) ?? queues.find(looks);
}

/** Its title in the scene's language, and where the written one is; either may be missing. */
export function runbookOf(
  scene: IncidentScene,
  incident: Incident,
): { readonly title: string | undefined; readonly link: string | undefined } {
  const queue = findQueueOf(scene, incident);
  const runbook: RunbookDescription | undefined = queue && scene.world.runbooks.get(queue.name);
  return { title: runbook?.title?.[scene.locale] ?? runbook?.title?.en, link: runbook?.link };
}

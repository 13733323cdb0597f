import type { AlertRule, RuleKind } from '../core/alert-description.ts';
import { type QueueDescription, queueLabel } from '../core/app-description.ts';
import { fingerprintOf, type IncidentFacts } from '../core/incident.ts';
import type { Log } from '../core/log.ts';
import type { Gathered, MissingPart, Read } from '../core/reading.ts';
import type { WorkerGroup, WorkerProcess } from '../operations/ports.ts';
import type { Judgement } from './judgement.ts';
import type { FailureKind, FailureLevels, MeasuredApp, QueueLevel, Tick } from './measuring-ports.ts';
import type { AlertDesk, AlertStore, KnownToMeasure, Measured } from './ports.ts';

/** What one rule's evaluation has to work with: what was read once for all rules of its application, and how to ask more. */
export interface Measuring {
  readonly app: MeasuredApp;
  readonly tick: Tick;
  readonly memory: KnownToMeasure;
  readonly log: Pick<Log, 'error'>;
  readonly kept: Pick<AlertStore, 'samples'> & Pick<AlertDesk, 'incidents'>;
  /** Between two evaluations of this rule. */
  readonly stepSeconds: number;
  readonly level: (queue: QueueDescription) => QueueLevel | undefined;
  readonly levelsMissing: readonly MissingPart[];
  readonly failures: Read<FailureLevels>;
  /** Asked once, when the first rule wants them. */
  readonly workers: () => Promise<Gathered<readonly WorkerGroup[]>>;
}

/** A rule of one kind, with what all rules have. */
export type RuleOf<Kind extends RuleKind> = AlertRule & { readonly watch: Kind };

/** The queues that a rule is about: those of its name, or all. */
export const queuesOf = (rule: AlertRule, { app }: Measuring): readonly QueueDescription[] =>
  app.description.queues.filter(({ name }) => rule.queue === undefined || rule.queue === name);

/** `database fap: timeout`. */
export const nameOf = ({ part, name, why }: MissingPart): string => `${part} ${name}: ${why}`;

export const unknown = (why: string): Judgement => ({ kind: 'unknown', why });

/**
 * A judgement under its fingerprint. `tell` is asked only for what holds or is an open incident; where it fails the message
 * does without.
 */
export async function measured(
  rule: AlertRule,
  queue: QueueDescription | undefined,
  judgement: Judgement,
  { memory, log }: Measuring,
  tell: () => Promise<IncidentFacts> = async () => ({}),
  kinds?: readonly FailureKind[],
): Promise<Measured> {
  const label = queue === undefined ? undefined : queueLabel(queue);
  const fingerprint = fingerprintOf(rule.name, rule.app, label);
  const isKnown = judgement.kind === 'known';
  const isTold = isKnown && (judgement.holds !== undefined || memory.open.has(fingerprint));
  const sample = isKnown && Number.isFinite(judgement.value) ? judgement.value : undefined;
  return {
    ...{ fingerprint, queue: label, judgement, sample },
    facts: isTold ? { ...judgement.facts, ...(await safely(tell, log)) } : {},
    ...(isTold && kinds !== undefined ? { kinds } : {}),
  };
}

async function safely(tell: () => Promise<IncidentFacts>, log: Pick<Log, 'error'>): Promise<IncidentFacts> {
  try {
    return await tell();
  } catch (error) {
    log.error({ err: error }, 'what stands out could not be looked at');
    return {};
  }
}

/** Live workers of the expected ones, for a queue. Undefined: a host could not be reached, and none was seen alive elsewhere. */
export async function workersOf(
  queue: QueueDescription,
  { workers }: Measuring,
): Promise<{ readonly alive: number | undefined; readonly expected: number | undefined }> {
  const { groups, running, isKnown } = await groupsOf(queue, { workers });
  return {
    alive: isKnown || running.length > 0 ? running.length : undefined,
    expected: groups.reduce<number | undefined>(
      (sum, { expected }) => (sum === undefined || expected === undefined ? undefined : sum + expected),
      groups.length === 0 ? undefined : 0,
    ),
  };
}

/** The groups that serve a queue, and what Supervisor calls RUNNING of them. `isKnown`: on all of their hosts. */
export async function groupsOf(
  queue: QueueDescription,
  { workers }: Pick<Measuring, 'workers'>,
): Promise<{
  readonly groups: readonly WorkerGroup[];
  readonly running: readonly WorkerProcess[];
  readonly isKnown: boolean;
}> {
  const label = queueLabel(queue);
  const groups = (await workers()).value.filter(({ queues }) =>
    queues.some((one) => queueLabel(one) === label),
  );
  return {
    groups,
    running: groups.flatMap(({ processes }) => processes).filter(({ state }) => state === 'RUNNING'),
    isKnown: groups.length > 0 && groups.every(({ alive }) => alive !== undefined),
  };
}

/** What stands out among failures. */
export function topOf(kinds: readonly FailureKind[]): IncidentFacts {
  const top = kinds[0];
  if (top === undefined) return {};
  return {
    ...{ topClass: top.jobClass, topException: top.exceptionClass, topMessage: top.fingerprint },
    ...{ topQueue: top.queue, topCount: top.count },
    ...present({ mainQueue: mainQueueOf(kinds) }),
  };
}

/** Where more than half of them are. */
function mainQueueOf(kinds: readonly FailureKind[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { queue, count } of kinds) counts.set(queue, (counts.get(queue) ?? 0) + count);
  const all = kinds.reduce((sum, { count }) => sum + count, 0);
  return [...counts].find(([, count]) => count > all / 2)?.[0];
}

/** Missing numbers are left out. */
export const present = (facts: Readonly<Record<string, number | string | undefined>>): IncidentFacts =>
  Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

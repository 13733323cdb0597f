/** What `retry` and `forget` share: which failed jobs are meant, which of them may be touched, and how they are frozen. */
import { queueLabel } from '../core/app-description.ts';
import type { JobReference } from '../core/ids.ts';
import type { Planning, ReadContext } from '../core/operation.ts';
import { accept, type Judged, refuse, type UnsafeJob } from '../core/refusal.ts';
import type { FrozenTarget } from '../core/request.ts';
import { StoreUnavailable } from '../core/store-ports.ts';
import type { Words } from '../core/words.ts';
import { parseJob, referenceText } from './arguments.ts';
import { findQueue } from './job-buttons.ts';
import type { QueueName, TargetCandidate } from './ports.ts';
import type { World } from './world.ts';

/** More ids than this don't fit a command that a person types. */
const mostIds = 100;

/** Reads one or more failed jobs; the same one named twice counts once. */
export function parseJobs(
  words: Words,
  declared: { readonly verb: string; readonly usage: string },
): Judged<readonly JobReference[]> {
  const typed = words.plain.flatMap((word) => word.split(',')).filter((word) => word !== '');
  if (typed.length === 0) return refuse({ code: 'missing-argument', ...declared });
  if (typed.length > mostIds) return refuse({ code: 'too-long', what: 'ID…', limit: mostIds });
  const references = new Map<string, JobReference>();
  for (const word of typed) {
    const job = parseJob(word);
    if (!job.ok) return job;
    references.set(referenceText(job.value), job.value);
  }
  return accept([...references.values()]);
}

/** Finds the rows and judges whether artisan can be let near them. */
export async function findTargets(
  references: readonly JobReference[],
  verb: 'retry' | 'forget',
  { world, signal }: ReadContext<World>,
): Promise<Judged<readonly TargetCandidate[]>> {
  const read = await world.app.failures.targets(references, signal);
  if (!read.ok) return refuse({ code: 'part-missing', missing: [read.missing] });
  const found = distinct(read.value);
  const absent = references.filter((reference) => !found.some((candidate) => isMeant(reference, candidate)));
  const words = (candidates: readonly TargetCandidate[]): readonly string[] =>
    candidates.map((candidate) => String(candidate.failedId));
  if (absent.length > 0) {
    return refuse({ code: 'job-not-found', verb, typed: absent.map(referenceText), others: words(found) });
  }
  const risky = await doubleRisks(found, world);
  if (!risky.ok) return risky;
  const unsafe = found.flatMap((candidate) => {
    const why = whyUnsafe(candidate, verb, world, risky.value.has(candidate.failedId));
    return why === undefined ? [] : [{ id: candidate.failedId, why }];
  });
  if (unsafe.length === 0) return accept([...found].sort((a, b) => a.failedId - b.failedId));
  const others = words(found.filter(({ failedId }) => !unsafe.some(({ id }) => id === failedId)));
  return refuse({ code: 'job-unsafe', verb, jobs: unsafe, others });
}

function distinct(candidates: readonly TargetCandidate[]): readonly TargetCandidate[] {
  return [...new Map(candidates.map((candidate) => [candidate.failedId, candidate])).values()];
}

const isMeant = (reference: JobReference, candidate: TargetCandidate): boolean =>
  reference.kind === 'id' ? candidate.failedId === reference.id : candidate.uuid === reference.uuid;

export async function doubleRisks(
  found: readonly TargetCandidate[],
  world: World,
): Promise<Judged<ReadonlySet<number>>> {
  const uuids = found.flatMap(({ uuid }) => (uuid === null ? [] : [uuid]));
  try {
    const ids = found.map(({ failedId }) => failedId);
    return accept(await world.requests.doubleRisks(world.app.description.name, ids, uuids));
  } catch (error) {
    if (error instanceof StoreUnavailable) return refuse({ code: 'store-unreachable' });
    throw error;
  }
}

/** Artisan acts by uuid under `database-uuids`, so a row without its own can't be meant; see facts on NULL uuids. */
export function whyUnsafe(
  candidate: TargetCandidate,
  verb: 'retry' | 'forget',
  world: World,
  risky: boolean,
): UnsafeJob['why'] | undefined {
  const { description } = world.app;
  if (description.failed.driver === 'database-uuids') {
    if (candidate.uuid === null) return 'uuid-missing';
    if (candidate.uuidCount > 1) return 'uuid-doubled';
  }
  if (verb === 'forget') return undefined;
  if (candidate.payloadKind === 'broken' || candidate.payloadKind === 'foreign-serializer') {
    return 'payload-undecodable';
  }
  if (risky) return 'double-risk';
  return description.connections.has(candidate.connection) ? undefined : 'connection-unknown';
}

/** How artisan must be told: by uuid, or by number where the failed driver is `database`. */
export function artisanId(target: FrozenTarget, world: World): string {
  if (world.app.description.failed.driver === 'database') return String(target.failedId);
  if (target.uuid === null) throw new Error('a row without uuid passed the check of targets');
  return target.uuid;
}

/** The queues of some targets, as they are configured. */
export function queuesOf(targets: readonly FrozenTarget[], world: World): readonly QueueName[] {
  const queues = new Map<string, QueueName>();
  for (const target of targets) {
    const queue = queueOf(target, world);
    queues.set(queueLabel(queue), queue);
  }
  return [...queues.values()];
}

export function queueOf(target: FrozenTarget, world: World): QueueName {
  const row = { connection: target.connection, name: target.queue };
  const configured = findQueue(world, row);
  return configured === undefined ? row : { connection: configured.connection, name: configured.name };
}

/** Counted against what one person may do alone. */
export function allowanceFor(
  targets: readonly FrozenTarget[],
  world: World,
): NonNullable<Planning['allowance']> {
  const { withinSeconds, ...limits } = world.policy.retryWithoutApproval;
  const costly = world.app.description.queues.filter((queue) => queue.costly);
  const costlyIds = targets.filter((target) => {
    const { connection, name } = queueOf(target, world);
    return costly.some((queue) => queue.name === name && queue.connection === connection);
  });
  return {
    ...{ ids: targets.length, costlyIds: costlyIds.length, limits, withinSeconds },
    costlyQueues: new Set(costly.map(queueLabel)),
  };
}

export const frozen = (candidate: TargetCandidate): FrozenTarget => ({
  failedId: candidate.failedId,
  uuid: candidate.uuid,
  jobUuid: candidate.jobUuid,
  connection: candidate.connection,
  queue: candidate.queue,
  payloadSha256: candidate.payloadSha256,
  jobClass: candidate.jobClass,
  businessKey: candidate.businessKey,
});

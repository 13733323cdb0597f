import { type QueueDescription, queueLabel } from '../core/app-description.ts';
import type { ReadContext } from '../core/operation.ts';
import type { QueuePause } from '../core/pause-ports.ts';
import { accept, type Judged, type Refusal, refuse } from '../core/refusal.ts';
import { askStore } from './ask-store.ts';
import { isAtLeast } from './laravel-version.ts';
import type { QueueName } from './ports.ts';
import type { World } from './world.ts';

/** How a queue stands before it is paused or resumed. */
export interface PauseSeen {
  /** Workers find it so, whoever paused it. */
  readonly paused: boolean;
  /** The pause of a person that is in force, by Queuekeeper's own record. */
  readonly live: QueuePause | undefined;
  /** The request whose run holds it. */
  readonly heldBy: number | undefined;
}

/** Laravel pauses queues since 12.40. */
const since = { major: 12, minor: 40 } as const;

/**
 * Whether artisan can pause and resume this queue so that the effect is seen: a Laravel that can, and a default cache
 * store that all its hosts and Queuekeeper share. Without it a pause would hold nobody up and say that it did.
 */
export async function lookBeforePause(
  verb: 'pause' | 'resume',
  queue: QueueName,
  { world, signal }: ReadContext<World>,
): Promise<Judged<PauseSeen>> {
  const { description, facts, condition } = world.app;
  const label = queueLabel(queue);
  const configured = description.queues.find((one) => queueLabel(one) === label);
  const cannot = (why: Extract<Refusal, { code: 'no-pause' }>['why'], version = ''): Judged<never> =>
    refuse({ ...{ code: 'no-pause', verb, queue: label, why, version }, ...stopInstead(configured) });
  if (configured === undefined) return cannot('not-configured');
  if (description.cache === undefined) return cannot('no-shared-cache');
  const [said, paused, lives, held] = await Promise.all([
    facts.read(signal),
    condition.pausedNow(signal),
    askStore(world.pauses.list(description.name)),
    askStore(world.pauses.heldByRuns(description.name)),
  ]);
  if (said.ok && !isAtLeast(said.value.laravel, since.major, since.minor))
    return cannot('old-laravel', said.value.laravel);
  if (paused === undefined) return cannot('no-shared-cache');
  if (!lives.ok || !held.ok) return refuse({ code: 'store-unreachable' });
  const isPaused = paused.ok ? paused.value.some((one) => queueLabel(one) === label) : undefined;
  if (isPaused === undefined || !said.ok) {
    const missing = [said, paused].flatMap((read) => (read.ok ? [] : [read.missing]));
    return refuse({
      ...{ code: 'pause-blind', verb, queue: label, paused: isPaused, missing },
      ...stopInstead(configured),
    });
  }
  const live = lives.value.find((one) => one.queue === label);
  return accept({ paused: isPaused, live, heldBy: held.value.get(label) });
}

/** A stop by Supervisor keeps workers away, too. */
function stopInstead(
  queue: QueueDescription | undefined,
): Pick<Extract<Refusal, { code: 'no-pause' }>, 'instead'> {
  const workers = queue?.workers;
  return workers === undefined ? {} : { instead: { group: workers.group, hosts: workers.hosts } };
}

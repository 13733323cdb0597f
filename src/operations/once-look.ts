import { type QueueDescription, queueLabel } from '../core/app-description.ts';
import type { ReadContext } from '../core/operation.ts';
import { countValue, type MissingPart } from '../core/reading.ts';
import { accept, type Judged, refuse } from '../core/refusal.ts';
import { appWords } from './job-buttons.ts';
import { resumeWords } from './pause-card.ts';
import type { InspectedGroup, QueueName, UpcomingJob, WorkerOptions } from './ports.ts';
import type { World } from './world.ts';

/** What a queue's next job would run with. */
export interface OnceSeen {
  readonly worker: WorkerOptions;
  /** The group's command line could not be read: these are Laravel's own. */
  readonly assumed: boolean;
  /** The host ends it after so long, whatever else fails to. */
  readonly limitSeconds: number;
  readonly costly: boolean;
}

/** More jobs than other workers take while one runs. */
export const candidatesRead = 20;
/** Between a job's own end and the host's. */
const graceSeconds = 30;
/** Of a job that may take as long as it likes. */
const longestSeconds = 3_600;
/** More than a `jobs` row can count. */
const mostTries = 255;
/** What `queue:work` does where it is told nothing. */
const laravelsOwn = { tries: 1, timeoutSeconds: 60 } as const;

/** Whether one job may be run here now, and as its own workers would. `sure`: what is costly was asked about. */
export async function lookBeforeOnce(
  queue: QueueName,
  sure: boolean,
  { world, signal }: ReadContext<World>,
): Promise<Judged<OnceSeen>> {
  const { app } = world;
  const label = queueLabel(queue);
  const configured = app.description.queues.find((one) => queueLabel(one) === label);
  if (configured === undefined) return refuse({ code: 'no-once', queue: label, why: 'not-configured' });
  const [condition, paused, upcoming, sizes, groups, facts] = await Promise.all([
    app.condition.read(signal),
    app.condition.pausedNow(signal),
    app.queues.upcoming(queue, candidatesRead, signal),
    app.queues.sizes(signal),
    app.workers.inspect(signal),
    app.facts.read(signal),
  ]);
  if (condition.value.maintenance === true)
    return refuse({ code: 'no-once', queue: label, why: 'maintenance' });
  const isPaused = paused?.ok === true && paused.value.some((one) => queueLabel(one) === label);
  if (isPaused) return refuse({ code: 'once-paused', queue: label, resume: resumeWords(label, world) });
  // Without the host's answer nobody knows whether a worker would take anything there.
  if (condition.value.maintenance === undefined || !upcoming.ok) {
    const missing: readonly MissingPart[] = [
      ...condition.missing,
      ...(upcoming.ok ? [] : [upcoming.missing]),
    ];
    return refuse({ code: 'part-missing', missing });
  }
  const size = sizes.value.find((one) => queueLabel(one) === label);
  // Held for too long is taken by any worker; it is among the next ones of a table, not of Redis.
  const isStuck = size === undefined || (countValue(size.stuck) ?? 1) > 0;
  if (upcoming.value.length === 0 && !isStuck)
    return refuse({ code: 'queue-empty', queue: label, ...restOf(size) });
  if (configured.costly && !sure) {
    const words = `once ${label} sure=yes${appWords(world)}`;
    return refuse({ code: 'once-costly', queue: label, words });
  }
  return accept(
    limitsOf(configured, upcoming.value, groups.value, facts.ok ? facts.value.hostUser : undefined),
  );
}

function restOf(size: {
  readonly delayed: Parameters<typeof countValue>[0];
  readonly reserved: Parameters<typeof countValue>[0];
}): {
  readonly delayed: number | undefined;
  readonly reserved: number | undefined;
} {
  return { delayed: countValue(size.delayed), reserved: countValue(size.reserved) };
}

function limitsOf(
  queue: QueueDescription,
  jobs: readonly UpcomingJob[],
  groups: readonly InspectedGroup[],
  hostUser: string | undefined,
): OnceSeen {
  const group = groups.find((one) => one.group === queue.workers?.group);
  const processes = group?.processes ?? [];
  const command = processes.flatMap((one) => one.command ?? one.settings?.command ?? [])[0];
  const login = processes.flatMap(({ settings }) => settings?.user ?? [])[0];
  // 0 is no limit: here one job never takes longer than the host allows, and never fails for having been tried too often.
  const timeoutSeconds = (command?.timeoutSeconds ?? laravelsOwn.timeoutSeconds) || longestSeconds;
  const worker: WorkerOptions = {
    ...{ tries: (command?.tries ?? laravelsOwn.tries) || mostTries, timeoutSeconds },
    // As whom artisan runs anyway needs no right to become somebody.
    ...(login === undefined || login === hostUser ? {} : { user: login }),
  };
  const timeouts = [timeoutSeconds, ...jobs.flatMap((job) => job.timeoutSeconds ?? [])];
  const longest = timeouts.includes(0) ? longestSeconds : Math.min(Math.max(...timeouts), longestSeconds);
  return {
    ...{ worker, assumed: command === undefined, limitSeconds: longest + graceSeconds },
    costly: queue.costly,
  };
}

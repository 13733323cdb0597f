import { queueLabel } from '../../core/app-description.ts';
import type { UnsafeJob } from '../../core/refusal.ts';
import { queueOf } from '../failed-jobs-request.ts';
import { findQueue } from '../job-buttons.ts';
import type { SelectedCandidate } from '../ports.ts';
import type { World } from '../world.ts';

/** Why a row that fits the filter is not touched. */
export type LeftOut = UnsafeJob['why'] | 'batch-cancelled';

/** What a set of failures looks like: plain data for the form, the card and the store. */
export interface SetFacts extends Readonly<Record<string, unknown>> {
  readonly count: number;
  readonly queues: readonly QueueFacts[];
  /** Most frequent first; `others` are classes beyond those shown. */
  readonly classes: readonly Counted[];
  readonly exceptions: readonly Counted[];
  /** ISO 8601; absent in an empty set. */
  readonly oldest?: string;
  readonly newest?: string;
  readonly leftOut: { readonly [why in LeftOut]?: number };
  /** Their class is known, their properties are not. */
  readonly encrypted: number;
  readonly costly: boolean;
}

export interface QueueFacts {
  readonly queue: string;
  readonly count: number;
  readonly retryAfterSeconds: number;
  /** The longest timeout that a payload names; absent where the worker's own holds. */
  readonly timeoutSeconds?: number;
  readonly costly: boolean;
}

export interface Counted {
  readonly name: string;
  readonly count: number;
}

export interface SetTally {
  add(candidate: SelectedCandidate, why: LeftOut | undefined): void;
  readonly count: number;
  readonly leftOut: number;
  facts(): SetFacts;
}

/** So many different ones are told apart; the rest is counted together. */
const mostGroups = 500;
const shown = 8;

interface QueueCount {
  readonly retryAfterSeconds: number;
  readonly costly: boolean;
  count: number;
  timeoutSeconds: number;
}

/** Counts a set while it streams by. */
export function createSetTally(world: World): SetTally {
  const queues = new Map<string, QueueCount>();
  const classes = new Map<string, number>();
  const exceptions = new Map<string, number>();
  const leftOut = new Map<LeftOut, number>();
  let [count, encrypted, oldest, newest] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

  const addToQueue = (candidate: SelectedCandidate): void => {
    const queue = queueOf(candidate, world);
    const label = queueLabel(queue);
    const known = queues.get(label) ?? {
      retryAfterSeconds: world.app.description.connections.get(queue.connection)?.retryAfterSeconds ?? 0,
      costly: findQueue(world, queue)?.costly === true,
      ...{ count: 0, timeoutSeconds: 0 },
    };
    known.count += 1;
    known.timeoutSeconds = Math.max(known.timeoutSeconds, candidate.timeoutSeconds ?? 0);
    queues.set(label, known);
  };

  return {
    get count() {
      return count;
    },
    get leftOut() {
      return [...leftOut.values()].reduce((sum, one) => sum + one, 0);
    },
    add(candidate, why) {
      if (why !== undefined) {
        leftOut.set(why, (leftOut.get(why) ?? 0) + 1);
        return;
      }
      count += 1;
      if (candidate.payloadKind === 'encrypted') encrypted += 1;
      oldest = Math.min(oldest, candidate.failedInstant.getTime());
      newest = Math.max(newest, candidate.failedInstant.getTime());
      addToQueue(candidate);
      countIn(classes, candidate.jobClass);
      countIn(exceptions, `${candidate.exceptionClass}: ${candidate.fingerprint}`);
    },
    facts: () => ({
      ...{ count, encrypted, leftOut: Object.fromEntries(leftOut) },
      queues: [...queues].map(([queue, { timeoutSeconds, ...rest }]) => ({
        ...{ queue, ...rest },
        ...(timeoutSeconds === 0 ? {} : { timeoutSeconds }),
      })),
      classes: ranked(classes),
      exceptions: ranked(exceptions),
      ...(count === 0
        ? {}
        : { oldest: new Date(oldest).toISOString(), newest: new Date(newest).toISOString() }),
      costly: [...queues.values()].some((queue) => queue.costly),
    }),
  };
}

function countIn(groups: Map<string, number>, name: string): void {
  const known = groups.get(name);
  if (known === undefined && groups.size >= mostGroups) return;
  groups.set(name, (known ?? 0) + 1);
}

const ranked = (groups: ReadonlyMap<string, number>): readonly Counted[] =>
  [...groups]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count)
    .slice(0, shown);

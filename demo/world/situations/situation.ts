import type { World } from '../world.ts';

/** Numbers that a sentence about what was done names. */
export type Facts = Readonly<Record<string, number>>;

export type QueueId = 'reports' | 'ops' | 'commerce' | 'content' | 'insights' | 'high' | 'default';

/**
 * Something that goes wrong in production, made for real, and what a senior engineer who is asked about the queue would
 * conclude. Knows nothing of Queuekeeper's code, since it is what its verdicts are measured by.
 */
export interface Situation {
  readonly id: string;
  readonly title: { readonly en: string; readonly 'zh-CN': string };
  /** Of it somebody on call would ask. */
  readonly queue: QueueId;
  readonly concludes: Conclusion;
  /** The queue is empty before, its workers run. */
  make(world: World): Promise<Facts>;
  /** Resolves when it shows; left out: it does as soon as it is made. */
  shows?(world: World): Promise<void>;
  /** Also where it was not made, or half. What it left in the queue is removed by `play.ts`. */
  mend(world: World): Promise<Facts>;
}

export interface Conclusion {
  /** Key of the cause, as Queuekeeper's built-in rules are called. */
  readonly cause: string;
  /** The first thing to do, as it is typed; left out: nothing, or nothing that can be typed. */
  readonly next?: string;
  /** Marks that single steps must have, by their place in the queue's runbook, 1 being the first. */
  readonly marks?: Readonly<Record<number, Mark>>;
}

export type Mark = 'fine' | 'suspicious' | 'broken' | 'unseen';

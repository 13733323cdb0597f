/** What the world panel shows: plain data, the same on the server and in the page. */
export type BreakId =
  | ('content-pack' | 'provider' | 'backlog' | 'workers')
  | ('database' | 'redis' | 'ssh' | 'slack' | 'bot');

export type PartId = 'database' | 'redis' | 'supervisor' | 'bot';

/** `silent`: it takes connections and does not answer in time. `down`: nobody listens. */
export type PartState = 'well' | 'silent' | 'down';

export interface QueueNow {
  readonly name: string;
  readonly connection: 'database' | 'redis';
  /** Undefined: whoever keeps them does not answer. */
  readonly waiting: Waiting | undefined;
  /** Rows of `failed_jobs`, which always stand in the database. */
  readonly failed: number | undefined;
}

/** Of one queue, now. */
export interface Waiting {
  /** Could be taken now. */
  readonly pending: number;
  /** A worker has it, or had it. */
  readonly reserved: number;
  /** Not due yet. */
  readonly delayed: number;
  /** Seconds since the oldest pending one was due. */
  readonly oldestSeconds: number | undefined;
}

export interface WorkersNow {
  readonly group: string;
  readonly queues: string;
  readonly running: number;
  readonly expected: number;
  /** As Supervisor says, of each process: RUNNING, STOPPED, BACKOFF … */
  readonly states: readonly string[];
}

/** Numbers that a sentence about an act names. */
export type Facts = Readonly<Record<string, number>>;

/** Something that was done to the world by a button here. */
export interface Act {
  readonly number: number;
  /** Unix milliseconds. */
  readonly at: number;
  readonly id: BreakId;
  readonly how: 'break' | 'mend';
  readonly result:
    | { readonly kind: 'done'; readonly facts: Facts }
    /** For whoever develops the demo, in the failing part's own words. */
    | { readonly kind: 'failed'; readonly error: string };
}

export interface BreakNow {
  readonly id: BreakId;
  readonly isBroken: boolean;
  /** A button was pressed and its work goes on. */
  readonly isBusy: boolean;
}

/** One of the situations that can be played: a whole trouble, made in a queue that was emptied before. */
export interface SituationEntry {
  readonly id: string;
  readonly queue: string;
  readonly title: { readonly en: string; readonly 'zh-CN': string };
}

/** What is played. One at a time. */
export interface SceneNow {
  /** Undefined: none. */
  readonly playing: string | undefined;
  /** It is being made, or mended. */
  readonly isBusy: boolean;
  /** Why the last one could not be made or mended, in the failing part's own words. */
  readonly failed: string | undefined;
}

export interface WorldNow {
  /** When it was read, unix milliseconds. */
  readonly at: number;
  readonly parts: Readonly<Record<PartId, PartState>>;
  readonly queues: readonly QueueNow[];
  /** Undefined: Supervisor does not answer. */
  readonly workers: readonly WorkersNow[] | undefined;
  readonly breaks: readonly BreakNow[];
  readonly situations: readonly SituationEntry[];
  readonly scene: SceneNow;
  /** Newest first. */
  readonly acts: readonly Act[];
}

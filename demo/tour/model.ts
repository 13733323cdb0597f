/** What the tour shows: plain data, the same on the server and in the page. */
export type StepId = 'look' | 'diagnose' | 'fix' | 'two-persons' | 'undo';

export type TaskId =
  | ('status' | 'diagnose' | 'list' | 'show' | 'mend' | 'retry')
  | ('ask-retry-all' | 'approve-retry-all' | 'watch-retry-all')
  | ('ask-flush' | 'approve-flush' | 'ask-restore' | 'approve-restore');

/** Whose hands the next thing needs, and where they are. */
export interface Hand {
  readonly userId: string;
  readonly name: string;
  readonly channelId: string;
  readonly channelName: string;
}

export interface TaskNow {
  readonly id: TaskId;
  readonly isDone: boolean;
  /** Undefined: whoever likes. */
  readonly hand: Hand | undefined;
  /** Words to type, whole, to be copied. */
  readonly type: string | undefined;
  /** It is done by typing; what to type may not be known yet. */
  readonly needsWords: boolean;
  /** Numbers that its sentence names. */
  readonly facts: Readonly<Record<string, number>>;
}

export interface StepNow {
  readonly id: StepId;
  readonly state: 'done' | 'current' | 'ahead' | 'skipped';
  readonly tasks: readonly TaskNow[];
}

export interface TourNow {
  /** Undefined: the bot has not said yet what it can do. */
  readonly steps: readonly StepNow[] | undefined;
  /** Whether everything that the tour looks at answers. */
  readonly isBlind: boolean;
}

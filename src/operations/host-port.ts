/** Running a command on a host; `src/hosts` provides it. */
export interface HostRunner {
  readonly name: string;
  run(command: HostCommand, limits: HostLimits): Promise<HostResult>;
}

/** Every word was checked against its pattern by whoever put it here; the host room quotes it, or needs no shell. */
export interface HostCommand {
  readonly argv: readonly string[];
  /** Must exist: a command never runs elsewhere. */
  readonly directory?: string;
  /** Run as this user by `sudo -u`. */
  readonly user?: string;
  /** A write: it gets a connection of its own. */
  readonly writes?: boolean;
}

export interface HostLimits {
  /** Nothing starts later than so many seconds after the call was made, by the host's own clock. */
  readonly startWithinSeconds?: number;
  /** The host ends it after so long: TERM, and KILL 10 s later. */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

export type HostResult =
  | (HostOutput & {
      readonly kind: 'ended';
      readonly rc: number;
      /** The host's own limit struck. */
      readonly timedOut: boolean;
    })
  /** Connection lost, killed, or no status: it may have run, in part or whole, and may run still. */
  | (HostOutput & { readonly kind: 'unknown'; readonly why: UnknownEnd })
  | { readonly kind: 'not-started'; readonly why: NotStarted; readonly detail: string };

export type UnknownEnd =
  | 'connection lost'
  /** The caller's signal. */
  | 'given up waiting'
  /** Neither a word that it was started nor a refusal. */
  | 'no start seen in time'
  /** The host's own limit should have ended it, and did not, or something holds its output open. */
  | 'no end seen in time'
  /** Killed by a signal, or the host does not tell. */
  | 'no exit status';

/** Nothing of the command ran, for certain. */
export type NotStarted =
  | 'unreachable'
  | 'timeout'
  | 'host-key'
  | 'authentication'
  | 'key-file'
  | 'deadline-passed'
  | 'directory-missing'
  | 'channel'
  | 'runner-not-supported'
  | 'program-missing'
  | 'stopping';

export interface HostOutput {
  readonly stdout: CappedOutput;
  readonly stderr: CappedOutput;
  readonly durationMs: number;
}

/** First and last 128 KiB, stripped of control sequences; the bytes and the hash are of all of it. */
export interface CappedOutput {
  readonly text: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

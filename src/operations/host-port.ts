import type { Writable } from 'node:stream';
import type { RunId } from '../core/ids.ts';

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
  /** How wide it takes its terminal to be, in characters; 150 otherwise. `sudo` may not pass it on. */
  readonly columns?: number;
  /** A write: it gets a connection of its own. */
  readonly writes?: boolean;
  /** The same thing in the runner's words. Without it a host with the runner can't do it, and says so. */
  readonly verb?: HostVerb;
}

/**
 * What `ops/runner/queuekeeper-runner` is asked for. It has an argv template and a closed list or pattern for each, knows
 * directory, php and user itself, and refuses every other word. Words hold no space and no quote: letters, digits and
 * `._:=,@%+/{}-`.
 *
 * | verb | args | what it runs |
 * |---|---|---|
 * | `retry` | ID… | `queue:retry ID…` |
 * | `forget` | ID | `queue:forget ID` |
 * | `flush` | HOURS (2 and more) | `queue:flush --hours=HOURS` |
 * | `pause`, `resume` | CONNECTION:QUEUE | `queue:pause …`, `queue:resume …` |
 * | `work-one` | CONNECTION:QUEUE TRIES TIMEOUT_SECONDS | one job by the daemon path |
 * | `drill` | QUEUE | the argv that the runner's own configuration has for it |
 * | `failed` | | `queue:failed` |
 * | `facts` | `version`, `commands`, `environment`, `user`, `clock`, `maintenance`, `release` or `processes PID,PID…` | as the plain login's commands for them |
 * | `log` | `list PATH…`, `probe PATH FILE BLOCK…`, `read PATH FILE BLOCK COUNT` or `unpack PATH FILE BYTES` | `queuekeeper-log` with the same words, as the application's user in its folder; each PATH is on the runner's closed list, FILE is `\d+:\d+`, the rest decimal. Its output is bytes and goes through as it is |
 * | `supervisor` | `status`, `reread`, `config`, `update [GROUP…]` or `restart GROUP[:PROCESS]` | `supervisorctl …`; `restart GROUP` is `restart GROUP:*` |
 */
export interface HostVerb {
  readonly name:
    | 'retry'
    | 'forget'
    | 'flush'
    | 'pause'
    | 'resume'
    | 'work-one'
    | 'drill'
    | 'failed'
    | 'facts'
    | 'log'
    | 'supervisor';
  readonly args: readonly string[];
}

export interface HostLimits {
  /** Nothing starts later than so many seconds after the call was made, by the host's own clock. */
  readonly startWithinSeconds?: number;
  /** The host ends it after so long: TERM, and KILL 10 s later. */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
  /**
   * Gets all of stdout, as bytes, instead of a part being kept as text; the host waits while it is full. Ended when the command
   * has ended, with whatever code; else its owner has to destroy it. Who destroys it earlier gives the command up.
   */
  readonly into?: Writable;
  /** Of this call alone: a host with the runner runs it once and tells afterwards what became of it. Left out: a new one. */
  readonly runId?: RunId;
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
  /** The key is bound to the runner, and the configuration does not say `runner: true`. */
  | 'runner-bound'
  /** The configuration says `runner: true`, and the login is a shell or another program. */
  | 'runner-missing'
  /** The runner does not do this: not one of its verbs, or not in its own configuration. */
  | 'runner-refused'
  | 'program-missing'
  | 'stopping';

export interface HostOutput {
  readonly stdout: CappedOutput;
  readonly stderr: CappedOutput;
  readonly durationMs: number;
}

/** First and last 128 KiB, stripped of control sequences (nothing of what went `into` somewhere); bytes and hash are of all of it. */
export interface CappedOutput {
  readonly text: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

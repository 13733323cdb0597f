/** How long the steps of a call over SSH may take, in milliseconds. Tests shorten them. */
export interface SshLimits {
  /** TCP, key exchange and authentication together. */
  readonly readyMs: number;
  /** From asking for a channel to the host's word that the command was started. */
  readonly openMs: number;
  /** Reading the host's clock. */
  readonly clockMs: number;
  /** Beyond the host's own limit and its grace, so that it is the host's that strikes. */
  readonly beyondHostMs: number;
  /** Three unanswered ones end a connection. */
  readonly keepaliveMs: number;
  /** After a failed connect readers are told so at once for this long, instead of each waiting for it. */
  readonly darkMs: number;
  /** A shared connection that nobody uses is closed. */
  readonly idleMs: number;
  /** A write's connection that no other write takes is closed; the calls of a run follow each other sooner. */
  readonly keptMs: number;
  /** From our goodbye to the end of a connection whose other side does not say its own. */
  readonly goodbyeMs: number;
}

export const sshLimits: SshLimits = {
  readyMs: 10_000,
  openMs: 10_000,
  clockMs: 5_000,
  beyondHostMs: 5_000,
  keepaliveMs: 10_000,
  darkMs: 5_000,
  idleMs: 60_000,
  keptMs: 5_000,
  goodbyeMs: 1_000,
};

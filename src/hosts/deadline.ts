import type { Client } from 'ssh2';
import type { HostLimits, HostOutput, HostResult, NotStarted } from '../operations/host-port.ts';
import { NotConnected } from './ssh-connection.ts';
import { execWhenFree } from './ssh-exec.ts';
import type { SshLimits } from './ssh-limits.ts';

export interface ClockQuestion {
  readonly line: string;
  readonly read: (stdout: string) => number | undefined;
  /** What it means that no clock was read, if that is known. */
  readonly misfit: (code: number, said: HostOutput) => { why: NotStarted; detail: string } | undefined;
}

/**
 * By the host's own clock, read over the connection that carries the call, less what the call has already taken: a process
 * that slept must not start late. Throws `NotConnected` when nothing may start any more.
 */
export async function deadlineBy(
  client: Client,
  question: ClockQuestion,
  startWithinSeconds: number,
  { signal }: HostLimits,
  ssh: SshLimits,
  elapsedMs: () => number,
): Promise<number> {
  const asked = await execWhenFree(client, question.line, {
    ...{ openMs: ssh.clockMs, runMs: ssh.clockMs, signal },
  });
  const seconds = asked.kind === 'ended' ? question.read(asked.stdout.text) : undefined;
  if (seconds === undefined) {
    const { why, detail } = (asked.kind === 'ended' && question.misfit(asked.code, asked)) || {
      ...{ why: 'channel', detail: 'the clock of the host could not be read' },
    };
    throw new NotConnected(why, detail);
  }
  const left = Math.floor(startWithinSeconds - elapsedMs() / 1000);
  if (left <= 0) throw new NotConnected('deadline-passed', 'connecting took too long');
  return seconds + left;
}

/** What the answer is when a connection could not be had; anything else is a bug and thrown on. */
export function notStartedBy(error: unknown, name: string, signal: AbortSignal): HostResult {
  if (error instanceof NotConnected) return { kind: 'not-started', why: error.why, detail: error.message };
  if (signal.aborted)
    return { kind: 'not-started', why: 'timeout', detail: `${name} did not answer in time` };
  throw error;
}

/** A plain line met the runner. */
export const sayBound = (name: string): string =>
  `the key of ${name} is bound to the runner: its configuration wants runner: true`;

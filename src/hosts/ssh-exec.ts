import type { Writable } from 'node:stream';
import { setTimeout as pauseFor } from 'node:timers/promises';
import type { Client, ClientChannel } from 'ssh2';
import type { HostOutput, UnknownEnd } from '../operations/host-port.ts';
import { createCappedOutput } from './capped-output.ts';
import { takeOutput } from './passed-output.ts';

export type ExecResult =
  /** Exit status and close were both seen. */
  | (HostOutput & { readonly kind: 'ended'; readonly code: number })
  | (HostOutput & { readonly kind: 'unknown'; readonly why: UnknownEnd })
  /** The host refused the channel, or the connection was gone before: nothing was sent. */
  | { readonly kind: 'refused'; readonly byHost: boolean; readonly detail: string };

export interface ExecLimits {
  readonly openMs: number;
  readonly runMs: number;
  readonly signal: AbortSignal;
  /** See `HostLimits`. */
  readonly into?: Writable;
}

/** Pauses before asking again for a channel: sshd counts one for a moment longer than its close takes to reach us. */
const pausesMs = [30, 60, 120, 240, 480];

/** As `execSsh`, but a host that has no channel free is asked again for about a second; a refusal has started nothing. */
export async function execWhenFree(client: Client, line: string, limits: ExecLimits): Promise<ExecResult> {
  for (const pause of pausesMs) {
    const result = await execSsh(client, line, limits);
    if (result.kind !== 'refused' || !result.byHost || limits.signal.aborted) return result;
    await pauseFor(pause, undefined, { signal: limits.signal }).catch(() => undefined);
  }
  return execSsh(client, line, limits);
}

/**
 * Runs a line in a channel of its own. Both streams are always read. From the moment it is asked for, only the host's own
 * refusal says that nothing started: a connection that is lost before the answer may have carried the line.
 */
export function execSsh(client: Client, line: string, limits: ExecLimits): Promise<ExecResult> {
  const { signal } = limits;
  const began = performance.now();
  const stderr = createCappedOutput();
  return new Promise((resolve) => {
    let channel: ClientChannel | undefined;
    let isOver = false;
    let isLost = false;
    const finish = (result: ExecResult): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      client.off('close', onLost).off('error', onLost);
      stdout.end(false);
      channel?.destroy();
      resolve(result);
    };
    const output = (ended = false): HostOutput => ({
      ...{
        stdout: stdout.end(ended),
        stderr: stderr.end(),
        durationMs: Math.round(performance.now() - began),
      },
    });
    const giveUp = (why: UnknownEnd): void => finish({ kind: 'unknown', why, ...output() });
    const onAbort = (): void => giveUp('given up waiting');
    const stdout = takeOutput(limits.into, onAbort);
    const onLost = (): void => {
      isLost = true;
      // Bytes that had arrived before are still on their way to the listeners.
      setImmediate(giveUp, 'connection lost');
    };
    const onClose = (code: number | null): void => {
      if (code === null) giveUp('no exit status');
      else finish({ kind: 'ended', code, ...output(true) });
    };
    let timer = setTimeout(giveUp, limits.openMs, 'no start seen in time');

    const onOpened = (opened: ClientChannel): void => {
      if (isOver) {
        opened.destroy();
        return;
      }
      channel = opened;
      clearTimeout(timer);
      timer = setTimeout(giveUp, limits.runMs, 'no end seen in time');
      let code: number | null = null;
      stdout.from(opened);
      opened.stderr.on('data', stderr.push);
      opened.on('exit', (status: unknown) => {
        code = typeof status === 'number' ? status : null;
      });
      opened.on('error', () => giveUp('connection lost'));
      opened.on('close', () => {
        // ssh2 waits with it for the end of stdout, not of stderr; and tells of a close, too, where the connection is lost.
        if (!isLost) setImmediate(onClose, code);
      });
    };

    if (signal.aborted) {
      finish({ kind: 'refused', byHost: false, detail: 'given up before it was sent' });
      return;
    }
    client.on('close', onLost).on('error', onLost);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      client.exec(line, (error, opened) => {
        if (error === undefined) onOpened(opened);
        else if (isRefusal(error)) finish({ kind: 'refused', byHost: true, detail: error.message });
        // ssh2 says the same of a host that does not want to run it and of one that is gone.
        else setImmediate(giveUp, isLost ? 'connection lost' : 'no exit status');
      });
    } catch (error) {
      const detail = error instanceof Error ? error.message : 'the connection is gone';
      finish({ kind: 'refused', byHost: false, detail });
    }
  });
}

/** SSH_MSG_CHANNEL_OPEN_FAILURE carries a reason; ssh2 sends the line only after the channel is open. */
const isRefusal = (error: Error): boolean => 'reason' in error;

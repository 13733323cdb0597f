import type { Client, ClientChannel } from 'ssh2';
import type { HostOutput } from '../operations/host-port.ts';
import { createCappedOutput } from './capped-output.ts';

export type ExecEnd = HostOutput & { readonly code: number | null; readonly why: string };

export type ExecResult =
  | { readonly kind: 'closed'; readonly end: ExecEnd }
  /** The channel never opened: nothing was started. */
  | { readonly kind: 'no-channel'; readonly message: string };

const openLimitMs = 10_000;

/**
 * Runs a line in a channel of its own. Both streams are always read; without an exit status (lost link, closed channel,
 * our own limit) `code` is null, and nobody knows.
 */
export function execSsh(
  client: Client,
  line: string,
  limitMs: number,
  signal: AbortSignal,
): Promise<ExecResult> {
  const began = Date.now();
  return new Promise((resolve) => {
    let over = false;
    let channel: ClientChannel | undefined;
    const stdout = createCappedOutput();
    const stderr = createCappedOutput();
    const finish = (result: ExecResult): void => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      client.off('close', onLost).off('error', onLost);
      channel?.destroy();
      resolve(result);
    };
    const end = (code: number | null, why: string): void =>
      finish({
        kind: 'closed',
        end: { code, why, stdout: stdout.end(), stderr: stderr.end(), durationMs: Date.now() - began },
      });
    const unopenedOr = (why: string): void =>
      channel === undefined ? finish({ kind: 'no-channel', message: why }) : end(null, why);
    const onLost = (): void => {
      // Bytes that had arrived before the loss are still on their way to the listeners.
      setImmediate(() => (sent ? end(null, 'connection lost') : unopenedOr('connection lost')));
    };
    const onAbort = (): void => (sent ? end(null, 'given up waiting') : unopenedOr('given up waiting'));
    // From here on the host may have got the line, whatever we hear of it.
    let sent = false;
    let timer = setTimeout(
      () =>
        sent ? end(null, 'the channel did not open in time') : unopenedOr('the channel did not open in time'),
      openLimitMs,
    );
    client.once('close', onLost).once('error', onLost);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      sent = true;
      client.exec(line, (error, opened) => {
        if (error !== undefined) {
          finish({ kind: 'no-channel', message: error.message });
          return;
        }
        if (over) {
          opened.destroy();
          return;
        }
        channel = opened;
        clearTimeout(timer);
        timer = setTimeout(() => end(null, `no end within ${limitMs} ms`), limitMs);
        let code: number | null = null;
        opened.on('data', stdout.push);
        opened.stderr.on('data', stderr.push);
        opened.on('exit', (status: number | null) => {
          code = typeof status === 'number' ? status : null;
        });
        opened.on('error', () => end(null, 'the channel broke'));
        opened.on('close', () => end(code, code === null ? 'no exit status' : ''));
      });
    } catch (error) {
      finish({ kind: 'no-channel', message: error instanceof Error ? error.message : 'exec failed' });
    }
  });
}

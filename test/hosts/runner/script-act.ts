import { spawn } from 'node:child_process';
import { runnerScript } from '../../ops/runner-stage.ts';
import type { Act } from '../fault-server.ts';

/** What sshd does with a key that is bound to the runner: starts it, and lets it go on when the connection is lost. */
export const bound =
  (conf: string): Act =>
  (channel, _, line) => {
    const child = spawn(runnerScript, [conf], {
      env: { SSH_ORIGINAL_COMMAND: line },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    channel.on('error', () => undefined).stderr.on('error', () => undefined);
    child.stdout.on('data', (chunk: Buffer) => void channel.write(chunk));
    child.stderr.on('data', (chunk: Buffer) => void channel.stderr.write(chunk));
    child.on('close', (code) => {
      channel.exit(code ?? 255);
      channel.end();
    });
  };

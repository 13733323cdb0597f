import type { HostCommand, HostOutput, HostResult } from '../operations/host-port.ts';
import { notStartedMarks } from './command-line.ts';

/** What an exit code means, the same over SSH and here. */
export function outcomeOf(
  code: number,
  output: HostOutput,
  command: HostCommand,
  timeoutSeconds: number,
): HostResult {
  return refusalOf(code, output, command) ?? endOf(code, output, timeoutSeconds);
}

/** What was said instead of starting anything. */
export function refusalOf(code: number, output: HostOutput, command: HostCommand): HostResult | undefined {
  const says = (why: keyof typeof notStartedMarks): boolean =>
    code === notStartedMarks[why].code && output.stderr.text.split('\n').includes(notStartedMarks[why].mark);
  if (says('deadline-passed')) {
    return { kind: 'not-started', why: 'deadline-passed', detail: 'the host got the command too late' };
  }
  if (says('directory-missing')) {
    return { kind: 'not-started', why: 'directory-missing', detail: command.directory ?? '' };
  }
  return undefined;
}

const runnersCodes: ReadonlySet<number> = new Set([64, 73, 78]);

/** The runner's sentence about what it will not do, of which then nothing has started. */
export function runnersRefusal(code: number, { stdout, stderr }: HostOutput): string | undefined {
  if (!runnersCodes.has(code) || stdout.bytes > 0) return undefined;
  return /^queuekeeper-runner: (.{1,200})$/m.exec(stderr.text)?.[1];
}

/** Of a command that the host began, or could not begin since there is no such program. */
export function endOf(code: number, output: HostOutput, timeoutSeconds: number): HostResult {
  if (foundNothing(code, output)) {
    return { kind: 'not-started', why: 'program-missing', detail: output.stderr.text.trim().slice(0, 200) };
  }
  return { kind: 'ended', rc: code, timedOut: struck(code, output.durationMs, timeoutSeconds), ...output };
}

/**
 * `timeout` says 126 or 127, and why in one line, when it can't start the program. A program that ran may end so too (with
 * the code of an exception), but not without another word.
 */
const foundNothing = (code: number, { stdout, stderr }: HostOutput): boolean =>
  (code === 126 || code === 127) && stdout.bytes === 0 && !stderr.text.trim().includes('\n');

/**
 * `timeout` says 124; where KILL was needed it kills itself with the rest, so a shell or wrapper says 137 and sshd only
 * names the signal. A command may say so too, but not after just that time.
 */
const struck = (code: number, durationMs: number, timeoutSeconds: number): boolean =>
  (code === 124 || code === 137) && durationMs >= timeoutSeconds * 1000 - 500;

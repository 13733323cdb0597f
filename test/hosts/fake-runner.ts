import type { CappedOutput, HostCommand, HostResult, HostRunner } from '../../src/operations/host-port.ts';

const output = (text: string): CappedOutput => ({ text, bytes: Buffer.byteLength(text), sha256: '' });

export const ended = (rc: number, stdout = '', stderr = '', timedOut = false): HostResult => ({
  ...{ kind: 'ended', rc, timedOut, durationMs: 1 },
  ...{ stdout: output(stdout), stderr: output(stderr) },
});

export const lost = (why: Extract<HostResult, { kind: 'unknown' }>['why']): HostResult => ({
  ...{ kind: 'unknown', why, durationMs: 1, stdout: output(''), stderr: output('') },
});

/** A host that answers as told and remembers what it was asked. */
export function createFakeRunner(
  name: string,
  answer: HostResult,
): HostRunner & { answer: HostResult; readonly asked: HostCommand[] } {
  const asked: HostCommand[] = [];
  const runner = {
    ...{ name, answer, asked },
    run(command: HostCommand): Promise<HostResult> {
      asked.push(command);
      return Promise.resolve(runner.answer);
    },
  };
  return runner;
}

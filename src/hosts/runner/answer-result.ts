import type { HostOutput, HostResult } from '../../operations/host-port.ts';
import { endOf } from '../outcome.ts';
import type { RunnerAnswer } from './runner-answer.ts';

/** What the runner knows of a run, as a result. `seen`: what was seen of it directly. */
export function resultOf(
  answer: Exclude<RunnerAnswer, { state: 'running' }>,
  { stdout, stderr, durationMs }: HostOutput,
): HostResult {
  switch (answer.state) {
    case 'done':
      return endOf(answer.rc, answer.output, answer.limitSeconds);
    case 'lost':
      return { kind: 'unknown', why: 'no exit status', stdout, stderr, durationMs };
    default:
      return {
        ...{ kind: 'not-started', why: 'unreachable' },
        detail: 'the connection was lost before it started, and it was cancelled on the host',
      };
  }
}

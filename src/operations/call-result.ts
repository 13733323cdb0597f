import { redact } from '../core/redact.ts';
import { capText } from '../core/strip.ts';
import type { HostResult } from './host-port.ts';
import type { ControlResult } from './ports.ts';

/** Of each stream, in characters; the audit keeps no more. */
const shownOutput = 2_000;

/**
 * What a host's answer means for whoever has to judge it. Ended by the host's limit in the middle of its work is unknown:
 * what it had begun may still go on. `killed` says that it is an end all the same, for what changes nothing halfway.
 */
export function callResultOf(result: HostResult, killed: 'unknown' | 'over' = 'unknown'): ControlResult {
  if (result.kind === 'not-started') {
    return { kind: 'not-started', why: capText(redact(`${result.why}: ${result.detail}`), shownOutput) };
  }
  const shown = {
    stdout: capText(redact(result.stdout.text), shownOutput),
    stderr: capText(redact(result.stderr.text), shownOutput),
    durationMs: result.durationMs,
  };
  if (result.kind === 'unknown') return { kind: 'unknown', why: result.why, ...shown };
  if (killed === 'unknown' && (result.timedOut || result.rc > 128))
    return { kind: 'unknown', why: `ended by the host (${result.rc})`, ...shown };
  return { kind: 'ended', rc: result.rc, ...shown };
}

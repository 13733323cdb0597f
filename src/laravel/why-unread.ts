import type { MissingReason } from '../core/reading.ts';
import type { HostResult, NotStarted } from '../operations/host-port.ts';

const refusals: ReadonlySet<NotStarted> = new Set([
  ...(['host-key', 'authentication', 'key-file'] as const),
  ...(['runner-bound', 'runner-missing', 'runner-refused'] as const),
]);

/** Why a host gave no answer that could be read. */
export function whyUnread(result: HostResult): MissingReason {
  if (result.kind === 'ended') return result.timedOut ? 'timeout' : 'failed';
  if (result.kind === 'unknown') return 'unreachable';
  if (refusals.has(result.why)) return 'refused';
  return result.why === 'timeout' || result.why === 'unreachable' ? result.why : 'failed';
}

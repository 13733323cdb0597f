import type { MissingReason } from '../core/reading.ts';
import type { HostResult } from '../operations/host-port.ts';

/** Why a host gave no answer that could be read. */
export function whyUnread(result: HostResult): MissingReason {
  if (result.kind === 'ended') return result.timedOut ? 'timeout' : 'failed';
  if (result.kind === 'unknown') return 'unreachable';
  if (['host-key', 'authentication', 'key-file'].includes(result.why)) return 'refused';
  return result.why === 'timeout' || result.why === 'unreachable' ? result.why : 'failed';
}

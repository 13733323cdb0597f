import type { MissingPart, MissingReason, Read } from '../core/reading.ts';
import { capText } from '../core/strip.ts';
import type { HostResult, NotStarted, UnknownEnd } from '../operations/host-port.ts';

const notStarted: Readonly<Record<NotStarted, MissingReason>> = {
  unreachable: 'unreachable',
  timeout: 'timeout',
  'host-key': 'refused',
  authentication: 'refused',
  'key-file': 'refused',
  'deadline-passed': 'timeout',
  'directory-missing': 'failed',
  channel: 'failed',
  'runner-bound': 'refused',
  'runner-missing': 'refused',
  'runner-refused': 'refused',
  'program-missing': 'failed',
  stopping: 'unreachable',
};

const unknownEnd: Readonly<Record<UnknownEnd, MissingReason>> = {
  'connection lost': 'unreachable',
  'given up waiting': 'timeout',
  'no start seen in time': 'timeout',
  'no end seen in time': 'timeout',
  'no exit status': 'failed',
};

/** The reason is all that their detail says. */
const saysNoMore: ReadonlySet<NotStarted> = new Set(['unreachable', 'timeout']);

/** A host that gave no answer to a reading command, in the words of the reading operations. */
export function silentHost(name: string, result: Exclude<HostResult, { kind: 'ended' }>): MissingPart {
  return result.kind === 'not-started'
    ? missingPart(name, notStarted[result.why], saysNoMore.has(result.why) ? '' : result.detail)
    : missingPart(name, unknownEnd[result.why], result.why);
}

export function missingPart(name: string, why: MissingReason, detail: string): MissingPart {
  const part: MissingPart = { part: 'host', name, why };
  return detail === '' ? part : { ...part, detail: capText(detail, 200) };
}

export const missingHost = (...of: Parameters<typeof silentHost>): Read<never> => ({
  ...{ ok: false, missing: silentHost(...of) },
});

export const missing = (...of: Parameters<typeof missingPart>): Read<never> => ({
  ...{ ok: false, missing: missingPart(...of) },
});

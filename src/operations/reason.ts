import { accept, type Judged, refuse } from '../core/refusal.ts';

const longest = 500;

/** The words of a reason, given because colleagues and the audit want to know. */
export function parseReason(words: readonly string[], verb: string): Judged<string> {
  const reason = words.join(' ').trim();
  if (reason === '') return refuse({ code: 'reason-missing', verb });
  if ([...reason].length > longest) return refuse({ code: 'too-long', what: 'REASON', limit: longest });
  return accept(reason);
}

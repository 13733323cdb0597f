import type { Severity } from '../core/alert-description.ts';
import type { Acknowledgement } from '../core/incident.ts';

const reminderMs = 3_600_000;
/** An acknowledgement was of that value; of twice as much nobody has said that they care. */
const lapseAt = 2;

export type AcknowledgementNow = 'holds' | 'reminder' | { readonly lapsed: 'rose' | 'doubled' };

/** What becomes of an acknowledgement at this tick. */
export function judgeAcknowledgement(
  { severity: then, value: before, remindedAt }: Acknowledgement,
  { severity, value }: { readonly severity: Severity; readonly value: number | undefined },
  now: Date,
): AcknowledgementNow {
  if (severity === 'critical' && then === 'warning') return { lapsed: 'rose' };
  // Where the value was 0 (no workers), there is nothing that could double.
  if (value !== undefined && before !== undefined && before > 0 && value >= lapseAt * before)
    return { lapsed: 'doubled' };
  return now.getTime() - remindedAt.getTime() >= reminderMs ? 'reminder' : 'holds';
}

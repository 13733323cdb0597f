import type { QuietWindow, Severity } from '../core/alert-description.ts';
import type { Incident, Silence } from '../core/incident.ts';
import { isQuiet } from './quiet.ts';

type About = Pick<Incident, 'rule' | 'app' | 'queue'>;

/** The silence is for this incident, whatever its severity. */
export const isFor = (
  silence: Pick<Silence, 'rule' | 'app' | 'queue'>,
  { rule, app, queue }: About,
): boolean =>
  silence.rule === rule && silence.app === app && (silence.queue === undefined || silence.queue === queue);

/** A silence that holds it back: of what is critical only one with an approver's word. */
export const isSilenced = (
  incident: About & { readonly severity: Severity },
  silences: readonly Silence[],
): boolean =>
  silences.some(
    (silence) => isFor(silence, incident) && (incident.severity === 'warning' || silence.critical),
  );

/** The quiet window keeps warnings back, and nothing else. */
export const isHushed = (
  incident: About & { readonly severity: Severity },
  silences: readonly Silence[],
  quiet: QuietWindow | undefined,
  now: Date,
): boolean =>
  (incident.severity === 'warning' && quiet !== undefined && isQuiet(quiet, now)) ||
  isSilenced(incident, silences);

const minuteMs = 60_000;
const mostMinutes = 24 * 60;

/**
 * When the last quiet window ended: the same instant whoever asks, and however late. To the minute, found by the zone's own
 * clock on the wall. Undefined within a window, or where a day has none.
 */
export function endOfQuiet(quiet: QuietWindow, now: Date): Date | undefined {
  if (isQuiet(quiet, now)) return undefined;
  const minute = Math.floor(now.getTime() / minuteMs) * minuteMs;
  for (let back = 1; back <= mostMinutes; back += 1) {
    const before = new Date(minute - back * minuteMs);
    if (isQuiet(quiet, before)) return new Date(before.getTime() + minuteMs);
  }
  return undefined;
}

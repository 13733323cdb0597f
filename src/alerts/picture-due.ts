import type { Incident } from '../core/incident.ts';
import type { RootPicture } from './ports.ts';

/** While it fires a picture is made anew this late; of what lasts longer, when a twelfth of its time has been added. */
const everyMs = 300_000;
const ofItsTime = 12;
/** After so many failures in a row; then once an hour. */
const againMs = [30_000, 120_000] as const;
const hourMs = 3_600_000;

/** What a picture is of: another one of these asks for another picture at once. */
export const pictureOf = ({ severity, state }: Pick<Incident, 'severity' | 'state'>): string =>
  state === 'resolved' ? 'resolved' : severity;

/** Does this root need a picture now? `now`: by the store's clock. Pure. */
export function isPictureDue({ incident, last }: Pick<RootPicture, 'incident' | 'last'>, now: Date): boolean {
  if (last === undefined || last.of !== pictureOf(incident)) return true;
  const age = now.getTime() - last.at.getTime();
  const failures = last.failures + (last.unfinished ? 1 : 0);
  if (failures > 0) return age >= (againMs[failures - 1] ?? hourMs);
  if (incident.state === 'resolved') return false;
  return age >= Math.max(everyMs, (now.getTime() - incident.firedAt.getTime()) / ofItsTime);
}

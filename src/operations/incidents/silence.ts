import type { NumberedEntry } from '../../core/incident.ts';

export interface SilenceSeen {
  readonly by: string;
  readonly until: Date;
  readonly reason: string | undefined;
}

/** The silence that holds an incident back, by its story: the newest one that was not told to have ended. */
export function findSilence(entries: readonly NumberedEntry[]): SilenceSeen | undefined {
  const newest = entries.findLast(({ kind }) => kind === 'silenced' || kind === 'silence-ended');
  if (newest?.kind !== 'silenced') return undefined;
  const { by, until, reason } = newest.facts;
  if (typeof by !== 'string' || typeof until !== 'string') return undefined;
  return { by, until: new Date(until), reason: typeof reason === 'string' ? reason : undefined };
}

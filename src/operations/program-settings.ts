import type { ProgramSettings } from './ports.ts';

/** Supervisor's default from TERM to KILL. */
export const defaultStopWaitSeconds = 10;

/**
 * Of a process as Supervisor lists it: `program`, `program:program_00`, or `group:program_00` where programs are grouped
 * by hand.
 */
export function findSettings(
  programs: ReadonlyMap<string, ProgramSettings> | undefined,
  process: string,
): ProgramSettings | undefined {
  const colon = process.indexOf(':');
  const group = colon === -1 ? process : process.slice(0, colon);
  const name = process.slice(colon + 1);
  return programs?.get(name) ?? programs?.get(name.replace(/_\d+$/, '')) ?? programs?.get(group);
}

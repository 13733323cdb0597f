import type { Zone } from './zoned-time.ts';

/**
 * Which rows `queue:flush --hours=N` can take, by naive times alone: artisan writes its own "now" less N hours as the
 * clocks of the application's zone show it, and the database compares texts. In the hour that summer time repeats two
 * hours by the clock are one real hour, so every instant at which artisan may look at its clock is asked for.
 */
export interface CutClock {
  readonly zone: Zone;
  /** The database's own. */
  readonly now: Date;
  /** From now until artisan has surely looked at its clock. */
  readonly leadSeconds: number;
}

/** N must be 2 at least: `--hours=0` deletes everything, and in one hour by the clock a failure may just be coming in. */
export const leastHours = 2;
/** So far may the application's clock be from the database's. */
const clockOffMs = 600_000;
/** What failed within so long is never within reach: its row may be in a transaction that nobody can see yet. */
const protectedMs = 90 * 60_000;
const hourMs = 3_600_000;
const minuteMs = 60_000;
/** Twenty years; nothing is older. */
const mostHours = 175_200;

/** The smallest N, `least` at least, whose cut can't reach `oldestOutside` (naive) nor what is failing now. Undefined: there is none. */
export function chooseHours(
  oldestOutside: string | undefined,
  clock: CutClock,
  least: number = leastHours,
): number | undefined {
  const kept = earliest([oldestOutside ?? '9999', protectedFrom(clock)]);
  const about = Math.floor((clock.now.getTime() - clock.zone.meanings(kept)[0]) / hourMs) - 3;
  for (let hours = Math.max(leastHours, least, about); hours <= mostHours; hours += 1)
    if (latestCut(hours, clock) < kept) return hours;
  return undefined;
}

/** The latest naive time that `--hours=N` could mean, whenever within the lead artisan looks at its clock. */
export function latestCut(hours: number, { zone, now, leadSeconds }: CutClock): string {
  const from = now.getTime() - clockOffMs;
  const to = now.getTime() + leadSeconds * 1000 + clockOffMs;
  return latest(instants(from, to).flatMap((instant) => cutsAt(instant, hours, zone)));
}

/** Rows up to this naive time are taken for certain by an artisan whose clock is right. */
export const plainCut = (hours: number, { zone, now }: CutClock): string =>
  earliest(cutsAt(now.getTime(), hours, zone));

/** The earliest naive time that a row has which comes in around now. */
function protectedFrom({ zone, now, leadSeconds }: CutClock): string {
  const to = now.getTime() + leadSeconds * 1000 + clockOffMs;
  return earliest(
    instants(now.getTime() - protectedMs, to).map((instant) => zone.toNaive(new Date(instant))),
  );
}

/** Real hours, as PHP 8.1 and later subtract them, and hours by the clock, as earlier ones did. */
function cutsAt(instant: number, hours: number, zone: Zone): readonly string[] {
  const real = zone.toNaive(new Date(instant - hours * hourMs));
  const shown = new Date(`${zone.toNaive(new Date(instant)).replace(' ', 'T')}Z`).getTime();
  const byTheClock = new Date(shown - hours * hourMs).toISOString().slice(0, 19).replace('T', ' ');
  return [real, byTheClock];
}

/** Both ends and, since clocks change on a whole minute, the last and the first second of each minute between them. */
function instants(from: number, to: number): readonly number[] {
  const all = [from, to];
  for (let at = Math.ceil(from / minuteMs) * minuteMs; at <= to; at += minuteMs) all.push(at - 1000, at);
  return all;
}

const earliest = (naive: readonly string[]): string => [...naive].sort()[0] ?? '';
const latest = (naive: readonly string[]): string => [...naive].sort().at(-1) ?? '';

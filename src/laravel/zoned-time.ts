/** Naive times of the application (`2026-11-25 03:00:00` in its own zone) and instants, by the zone's full rules. */

const formatIn = (zone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-CA', {
    ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
  });

/** `2026-11-25 03:00:00` as clocks in the zone show this instant. */
export const toNaive = (instant: Date, zone: string): string => shownBy(formatIn(zone), instant);

function shownBy(format: Intl.DateTimeFormat, instant: Date): string {
  const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  return `${parts['year']}-${parts['month']}-${parts['day']} ${parts['hour']}:${parts['minute']}:${parts['second']}`;
}

const dayMs = 86_400_000;

/** The instant meant by a naive time; of an hour that happens twice the first, of one that does not happen what clocks before it would show. */
export const fromNaive = (naive: string, zone: string): Date =>
  new Date(meaningsOf(formatIn(zone), naive)[0]);

/** First and last instant, in milliseconds, that a naive time can mean. */
function meaningsOf(format: Intl.DateTimeFormat, naive: string): readonly [number, number] {
  const asUtc = new Date(`${naive.slice(0, 19).replace(' ', 'T')}Z`).getTime();
  // Next to a change of the clocks two offsets are possible: that of the day before and that of the day after.
  const before = asUtc - offsetMs(format, new Date(asUtc - dayMs));
  const after = asUtc - offsetMs(format, new Date(asUtc + dayMs));
  const fitting = [before, after].filter(
    (instant) => shownBy(format, new Date(instant)) === naive.slice(0, 19),
  );
  return fitting.length === 0 ? [before, before] : [Math.min(...fitting), Math.max(...fitting)];
}

function offsetMs(format: Intl.DateTimeFormat, instant: Date): number {
  const shown = new Date(`${shownBy(format, instant).replace(' ', 'T')}Z`);
  return shown.getTime() - Math.floor(instant.getTime() / 1000) * 1000;
}

export interface Zone {
  readonly toInstant: (naive: string) => Date;
  readonly toNaive: (instant: Date) => string;
  /** First and last instant, in milliseconds, that a naive time can mean: in the hour that summer time repeats they differ. */
  readonly meanings: (naive: string) => readonly [number, number];
}

/**
 * As `fromNaive` for one zone, for many rows: its rules are read once, and asked once a quarter of an hour of time, since
 * clocks change on a whole one.
 */
export function createZone(zone: string): Zone {
  const format = formatIn(zone);
  const quarters = new Map<string, readonly [number, number]>();
  const meanings = (naive: string): readonly [number, number] => {
    const minute = Number(naive.slice(14, 16));
    const quarter = `${naive.slice(0, 14)}${String(minute - (minute % 15)).padStart(2, '0')}`;
    let began = quarters.get(quarter);
    if (began === undefined) {
      began = meaningsOf(format, `${quarter}:00`);
      if (quarters.size > 5_000) quarters.clear();
      quarters.set(quarter, began);
    }
    const rest = (minute % 15) * 60_000 + Number(naive.slice(17, 19)) * 1000;
    return [began[0] + rest, began[1] + rest];
  };
  return {
    meanings,
    toInstant: (naive) => new Date(meanings(naive)[0]),
    toNaive: (instant) => shownBy(format, instant),
  };
}

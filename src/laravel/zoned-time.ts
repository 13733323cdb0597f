/** Naive times of the application (`2026-11-25 03:00:00` in its own zone) and instants, by the zone's full rules. */

const formatIn = (zone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-CA', {
    ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
  });

/** `2026-11-25 03:00:00` as clocks in the zone show this instant. */
export function toNaive(instant: Date, zone: string): string {
  const parts = Object.fromEntries(
    formatIn(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  return `${parts['year']}-${parts['month']}-${parts['day']} ${parts['hour']}:${parts['minute']}:${parts['second']}`;
}

const dayMs = 86_400_000;

/** The instant meant by a naive time; of an hour that happens twice the first, of one that does not happen what clocks before it would show. */
export function fromNaive(naive: string, zone: string): Date {
  const asUtc = new Date(`${naive.slice(0, 19).replace(' ', 'T')}Z`).getTime();
  // Next to a change of the clocks two offsets are possible: that of the day before and that of the day after.
  const before = new Date(asUtc - offsetMs(new Date(asUtc - dayMs), zone));
  const after = new Date(asUtc - offsetMs(new Date(asUtc + dayMs), zone));
  const fitting = [before, after].filter((instant) => toNaive(instant, zone) === naive.slice(0, 19));
  return fitting.sort((one, other) => one.getTime() - other.getTime())[0] ?? before;
}

function offsetMs(instant: Date, zone: string): number {
  const shown = new Date(`${toNaive(instant, zone).replace(' ', 'T')}Z`);
  return shown.getTime() - Math.floor(instant.getTime() / 1000) * 1000;
}

/** As `fromNaive` for one zone, with its rules read once: for many rows. */
export function createZone(zone: string): { readonly toInstant: (naive: string) => Date } {
  const known = new Map<string, Date>();
  return {
    toInstant(naive) {
      const found = known.get(naive);
      if (found !== undefined) return found;
      const instant = fromNaive(naive, zone);
      if (known.size > 5_000) known.clear();
      known.set(naive, instant);
      return instant;
    },
  };
}

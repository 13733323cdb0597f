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

/** The instant meant by a naive time; of an hour that happens twice the first, of one that does not happen the next moment. */
export function fromNaive(naive: string, zone: string): Date {
  const asUtc = new Date(`${naive.slice(0, 19).replace(' ', 'T')}Z`);
  // The offset at the guess may differ from the one at the result, next to a change of the clocks: ask twice.
  const first = new Date(asUtc.getTime() - offsetMs(asUtc, zone));
  const second = new Date(asUtc.getTime() - offsetMs(first, zone));
  const earlier = first < second ? first : second;
  return toNaive(earlier, zone) === naive.slice(0, 19) ? earlier : second;
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

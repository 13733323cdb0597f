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
export const fromNaive = (naive: string, zone: string): Date => meantBy(formatIn(zone), naive);

function meantBy(format: Intl.DateTimeFormat, naive: string): Date {
  const asUtc = new Date(`${naive.slice(0, 19).replace(' ', 'T')}Z`).getTime();
  // Next to a change of the clocks two offsets are possible: that of the day before and that of the day after.
  const before = new Date(asUtc - offsetMs(format, new Date(asUtc - dayMs)));
  const after = new Date(asUtc - offsetMs(format, new Date(asUtc + dayMs)));
  const fitting = [before, after].filter((instant) => shownBy(format, instant) === naive.slice(0, 19));
  return fitting.sort((one, other) => one.getTime() - other.getTime())[0] ?? before;
}

function offsetMs(format: Intl.DateTimeFormat, instant: Date): number {
  const shown = new Date(`${shownBy(format, instant).replace(' ', 'T')}Z`);
  return shown.getTime() - Math.floor(instant.getTime() / 1000) * 1000;
}

/** As `fromNaive` for one zone, for many rows: its rules are read once, and asked once a minute, since clocks change on a whole one. */
export function createZone(zone: string): { readonly toInstant: (naive: string) => Date } {
  const format = formatIn(zone);
  const minutes = new Map<string, number>();
  return {
    toInstant(naive) {
      const minute = naive.slice(0, 16);
      let began = minutes.get(minute);
      if (began === undefined) {
        began = meantBy(format, `${minute}:00`).getTime();
        if (minutes.size > 5_000) minutes.clear();
        minutes.set(minute, began);
      }
      return new Date(began + Number(naive.slice(17, 19)) * 1000);
    },
  };
}

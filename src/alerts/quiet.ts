import type { QuietWindow } from '../core/alert-description.ts';

/** By the zone's own rules, so that summer time moves it with the clocks on the wall. */
export function isQuiet({ from, to, timezone }: QuietWindow, now: Date): boolean {
  const time = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: timezone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  }).format(now);
  return from <= to ? from <= time && time < to : from <= time || time < to;
}

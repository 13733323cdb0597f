import { latestNaive } from './naive-bounds.ts';
import type { Statement } from './rows-sql.ts';
import type { TimeKind } from './table-columns.ts';
import type { Zone } from './zoned-time.ts';

/** A stretch of naive times, both ends included. */
export interface NaiveSpan {
  readonly from: string;
  readonly to: string;
}

const secondMs = 1_000;
const quarterMs = 900_000;

/**
 * What clocks on the wall showed from one second after `from` until `to`: two stretches, where they were put forward or
 * back meanwhile.
 */
export function naiveSpans(from: Date, to: Date, zone: Zone): readonly NaiveSpan[] {
  const [first, last] = [Math.floor(from.getTime() / secondMs) + 1, Math.floor(to.getTime() / secondMs)];
  if (last < first) return [];
  const shown = (second: number): string => zone.toNaive(new Date(second * secondMs));
  const spans: NaiveSpan[] = [];
  let began = first;
  const step = quarterMs / secondMs;
  // Clocks change on a whole quarter of an hour.
  for (let at = (Math.floor(first / step) + 1) * step; at <= last; at += step) {
    if (asUtc(shown(at)) - asUtc(shown(at - 1)) === 1) continue;
    spans.push({ from: shown(began), to: shown(at - 1) });
    began = at;
  }
  return [...spans, { from: shown(began), to: shown(last) }];
}

const asUtc = (naive: string): number => Date.parse(`${naive.replace(' ', 'T')}Z`) / secondMs;

/** Rows whose time lies within (from, to]. `column`: quoted. */
export function isWithin(column: string, kind: TimeKind, from: Date, to: Date, zone: Zone): Statement {
  const spans =
    kind === 'unix'
      ? [{ from: Math.floor(from.getTime() / secondMs) + 1, to: Math.floor(to.getTime() / secondMs) }]
      : naiveSpans(from, to, zone);
  if (spans.length === 0) return { text: 'FALSE', values: [] };
  return {
    text: `(${spans.map(() => `${column} BETWEEN ? AND ?`).join(' OR ')})`,
    values: spans.flatMap((span) => [span.from, span.to]),
  };
}

/**
 * Rows whose time is `instant` or before, by a clock that shows `now`. In the hour that the end of summer time repeats a
 * row counts as young where its time may be that of a young one: what is old is still old a little later.
 */
export function isUntil(column: string, kind: TimeKind, instant: Date, now: Date, zone: Zone): Statement {
  if (kind === 'unix') return { text: `${column} <= ?`, values: [Math.floor(instant.getTime() / secondMs)] };
  const latest = latestNaive(instant, zone);
  const young = naiveSpans(instant, now, zone).filter(({ from }) => from <= latest);
  const not = young.map(() => ` AND ${column} NOT BETWEEN ? AND ?`).join('');
  return {
    text: `(${column} <= ?${not})`,
    values: [latest, ...young.flatMap(({ from, to }) => [from, to])],
  };
}

/** What was read from the world, with how far it can be believed. A dependency that is slow or dead is a value here. */

/** A number and its quality. `capped` means "this many or more"; `aged` was exact at `asOf`. */
export type Count =
  | { readonly kind: 'exact'; readonly value: number }
  | { readonly kind: 'capped'; readonly value: number }
  | { readonly kind: 'aged'; readonly value: number; readonly asOf: Date }
  | { readonly kind: 'unknown' };

export const exact = (value: number): Count => ({ kind: 'exact', value });
export const unknownCount: Count = { kind: 'unknown' };

/** The number for sorting and comparing; undefined when nothing is known. */
export const countValue = (count: Count): number | undefined =>
  count.kind === 'unknown' ? undefined : count.value;

/** A sum is as good as the worse of its parts: of two ages the older one counts. */
export function addCounts(a: Count, b: Count): Count {
  if (a.kind === 'unknown' || b.kind === 'unknown') return unknownCount;
  const value = a.value + b.value;
  if (a.kind === 'capped' || b.kind === 'capped') return { kind: 'capped', value };
  if (a.kind === 'exact') return { ...b, value };
  if (b.kind === 'exact') return { ...a, value };
  return { kind: 'aged', value, asOf: new Date(Math.min(a.asOf.getTime(), b.asOf.getTime())) };
}

/** Why a part of the world could not be read. */
export type MissingReason = 'timeout' | 'unreachable' | 'refused' | 'failed' | 'not-configured' | 'busy';

/** A part of the world that could not be read, as it is named to a person. */
export interface MissingPart {
  /** Which kind of thing: decides the sentence. */
  readonly part: 'database' | 'redis' | 'host' | 'log' | 'store' | 'slack' | 'pager';
  /** Which one: the app's name, the host's name in the configuration, `pagerduty` or `webhook`. */
  readonly name: string;
  readonly why: MissingReason;
  /** The redacted message of the error, at most 200 characters, for people who will mend it. */
  readonly detail?: string;
}

/** Either a value or the part that is missing. */
export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly missing: MissingPart };

/** A value gathered from several parts, some of which may be missing. */
export interface Gathered<T> {
  readonly value: T;
  readonly missing: readonly MissingPart[];
}

/** A part of the world that must be read before anything may go on. Ends a run; its effect is judged later. */
export class PartMissing extends Error {
  override readonly name = 'PartMissing';
  readonly missing: MissingPart;

  constructor(missing: MissingPart) {
    super(`${missing.part} ${missing.name}: ${missing.why}`);
    this.missing = missing;
  }
}

export function mustRead<T>(read: Read<T>): T {
  if (read.ok) return read.value;
  throw new PartMissing(read.missing);
}

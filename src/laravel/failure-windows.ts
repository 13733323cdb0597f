import type { FailedJobId } from '../core/ids.ts';
import { mustRead, type Read } from '../core/reading.ts';

/** Rows of one statement: so many at first, then as many as weigh about `wantedBytes`. */
const firstWindow = 200;
const smallestWindow = 50;
const largestWindow = 2_000;
const wantedBytes = 500_000;
/** Statements that take longer are made shorter, for the application's sake. */
const slowMs = 1_500;
/** What is read beside what is worked on: a server that waits for its disk for one window reads another meanwhile. */
const windowsAhead = 3;

/** Rows above `after` up to `upTo`; where `ids` are given only those. */
export interface Bounds {
  readonly after: number;
  readonly upTo: number;
  readonly looked: number;
  readonly ids?: readonly FailedJobId[];
}

export interface WindowReader<Found> {
  /** The next `size` rows above `after`, none of them above `upTo`; undefined: there are none. */
  bounds(after: number, size: number, upTo: number): Promise<Read<Bounds | undefined>>;
  read(bounds: Bounds): Promise<Read<Found>>;
}

interface Pace {
  size: number;
}

/** Windows of a table in id order, as many side by side as keep the server at work. Throws `PartMissing`. */
export async function* walkWindows<Found extends { readonly bytes: number }>(
  reader: WindowReader<Found>,
): AsyncGenerator<Found> {
  const pace: Pace = { size: firstWindow };
  const line: Promise<readonly Found[]>[] = [];
  let reached: Promise<number | undefined> = Promise.resolve(0);
  const begin = (): void => {
    const bounds = reached.then((after) =>
      after === undefined ? undefined : findBounds(reader, after, Number.MAX_SAFE_INTEGER, pace),
    );
    reached = bounds.then((found) => found?.upTo);
    const read = bounds.then((found) => (found === undefined ? [] : readWithin(reader, found, pace)));
    // Whoever stops early never waits for them.
    for (const one of [reached, read]) one.catch(() => undefined);
    line.push(read);
  };
  for (let ahead = 0; ahead < windowsAhead; ahead += 1) begin();
  for (;;) {
    const found = (await line.shift()) ?? [];
    if (found.length === 0) return;
    begin();
    yield* found;
  }
}

async function findBounds<Found>(
  reader: WindowReader<Found>,
  after: number,
  upTo: number,
  pace: Pace,
): Promise<Bounds | undefined> {
  for (;;) {
    const bounds = await reader.bounds(after, pace.size, upTo);
    if (!isTooMuch(bounds, pace.size)) return mustRead(bounds);
    pace.size = quarterOf(pace.size);
  }
}

/** One that takes too long is read in smaller ones. */
async function readWithin<Found extends { readonly bytes: number }>(
  reader: WindowReader<Found>,
  bounds: Bounds,
  pace: Pace,
): Promise<readonly Found[]> {
  const began = performance.now();
  const found = await reader.read(bounds);
  if (!isTooMuch(found, bounds.looked)) {
    const value = mustRead(found);
    pace.size = nextSize(pace.size, bounds.looked, value.bytes, performance.now() - began);
    return [value];
  }
  const smaller: Pace = { size: quarterOf(bounds.looked) };
  pace.size = Math.min(pace.size, smaller.size);
  const all: Found[] = [];
  for (let after = bounds.after; after < bounds.upTo; ) {
    const part = await findBounds(reader, after, bounds.upTo, smaller);
    if (part === undefined) break;
    all.push(...(await readWithin(reader, part, smaller)));
    after = part.upTo;
  }
  return all;
}

const isTooMuch = (read: Read<unknown>, size: number): boolean =>
  !read.ok && read.missing.why === 'timeout' && size > smallestWindow;
const quarterOf = (size: number): number => Math.max(smallestWindow, Math.floor(size / 4));

function nextSize(size: number, looked: number, bytes: number, ms: number): number {
  if (ms > slowMs) return Math.max(smallestWindow, Math.floor(Math.min(size, looked) / 2));
  const fitting = bytes === 0 ? size * 2 : Math.min(size * 2, Math.floor((looked * wantedBytes) / bytes));
  return Math.max(smallestWindow, Math.min(largestWindow, fitting));
}

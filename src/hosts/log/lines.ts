/** A line without its newline, as much of it as anybody looks at: lines of 10 MB cost no more than others. */
export interface Line {
  /** At most `keptBytes`. */
  readonly begin: Buffer;
  /** At most `endBytes`; of a short line the same bytes again. */
  readonly end: Buffer;
  /** `begin` is all of it. */
  readonly isWhole: boolean;
  readonly matched: boolean;
}

export const keptBytes = 4_096;
const endBytes = 512;
const newline = 0x0a;

/** What is known of a line whose end has not come yet. */
interface Torn {
  begin: Buffer;
  /** The last bytes: enough for `end`, and for a match that lies across. */
  end: Buffer;
  length: number;
  matched: boolean;
}

/**
 * Cuts chunks into lines and says which of them hold the text. Bytes are looked at, not characters: whatever else stands
 * there, a text in UTF-8 is found. Without a text none matches.
 */
export function createLines(
  match: string | undefined,
  onLine: (line: Line) => void,
): { push(chunk: Buffer): void; end(): void } {
  const needles = match === undefined ? [] : needlesOf(match);
  const longest = Math.max(0, ...needles.map(({ length }) => length));
  const tornEnd = Math.max(endBytes, longest);
  let torn: Torn | undefined;

  const holds = (bytes: Buffer): boolean => needles.some((needle) => bytes.includes(needle));
  const join = (before: Torn, bytes: Buffer): Torn => {
    const piece = before.length === 0 ? bytes.subarray(afterNuls(bytes, 0, bytes.length)) : bytes;
    return {
      begin:
        before.begin.length < keptBytes
          ? Buffer.concat([before.begin, piece.subarray(0, keptBytes - before.begin.length)])
          : before.begin,
      end: Buffer.concat([before.end, piece.subarray(-tornEnd)]).subarray(-tornEnd),
      length: before.length + piece.length,
      matched:
        before.matched || holds(piece) || holds(Buffer.concat([before.end, piece.subarray(0, longest)])),
    };
  };
  const emit = ({ begin, end, length, matched }: Torn): void =>
    onLine({ begin, end: end.subarray(-endBytes), isWhole: length <= keptBytes, matched });

  return {
    push(chunk) {
      let at = 0;
      if (torn !== undefined) {
        const stop = chunk.indexOf(newline);
        torn = join(torn, stop === -1 ? chunk : chunk.subarray(0, stop));
        if (stop === -1) return;
        emit(torn);
        torn = undefined;
        at = stop + 1;
      }
      const hits = createHits(chunk, needles);
      for (let stop = chunk.indexOf(newline, at); stop !== -1; stop = chunk.indexOf(newline, at)) {
        if (chunk[at] === 0) at = afterNuls(chunk, at, stop);
        onLine({
          begin: chunk.subarray(at, Math.min(stop, at + keptBytes)),
          end: chunk.subarray(Math.max(at, stop - endBytes), stop),
          ...{ isWhole: stop - at <= keptBytes, matched: hits(at, stop) },
        });
        at = stop + 1;
      }
      // Copied: a chunk is not kept alive for a piece of it.
      if (at < chunk.length) torn = join(nothing, Buffer.from(chunk.subarray(at)));
    },
    end() {
      if (torn !== undefined) emit(torn);
      torn = undefined;
    },
  };
}

/** A log that was truncated under a process that did not notice goes on behind a hole, which is read as NULs. */
function afterNuls(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] === 0) at += 1;
  return at;
}

const nothing: Torn = { begin: Buffer.alloc(0), end: Buffer.alloc(0), length: 0, matched: false };

/** The text as it is, and as it stands in JSON: `App\Jobs\X` is written `App\\Jobs\\X` there. */
function needlesOf(match: string): readonly Buffer[] {
  const escaped = JSON.stringify(match).slice(1, -1);
  return [...new Set([match, escaped])].map((text) => Buffer.from(text));
}

/** Whether a needle lies between two offsets that only go up: the chunk is searched once, not once a line. */
function createHits(chunk: Buffer, needles: readonly Buffer[]): (from: number, to: number) => boolean {
  const next = needles.map((needle) => chunk.indexOf(needle));
  return (from, to) => {
    let found = false;
    for (const [index, needle] of needles.entries()) {
      let at = next[index] ?? -1;
      if (at !== -1 && at < from) at = chunk.indexOf(needle, from);
      next[index] = at;
      if (at !== -1 && at + needle.length <= to) found = true;
    }
    return found;
  };
}

import { createLines, type Line } from './lines.ts';
import type { LogTime } from './log-time.ts';
import { beginsText, jsonStamp, looksLikeJson, type Stamp, textStamp } from './stamp.ts';

export interface ScanQuery {
  /** Literal, without line breaks. */
  readonly match: string;
  /** Milliseconds: what is older does not count. */
  readonly from: number;
  readonly time: LogTime;
}

/** A record in which the text was found. */
export interface FoundRecord {
  /** Undefined: nothing at its beginning is understood as a time. */
  readonly at: number | undefined;
  readonly kind: 'text' | 'json';
  /** Its first line, at most `keptBytes` of it. */
  readonly first: Buffer;
  /** The line with the match where that is another one, cut alike. */
  readonly line: Buffer | undefined;
}

export interface Scanned {
  readonly matches: number;
  /** By the minute's beginning in milliseconds. */
  readonly perMinute: ReadonlyMap<number, number>;
  /** The last ones, in the order of the file. */
  readonly newest: readonly FoundRecord[];
  readonly bytes: number;
  /** Of the first and the last record whose time is known. */
  readonly first: Stamp | undefined;
  readonly last: Stamp | undefined;
}

export interface Scan {
  push(chunk: Buffer): void;
  /** `fromStart`: what came began with the file, not in the middle of a record. */
  end(fromStart: boolean): Scanned;
}

const mostNewest = 5;
const minuteMs = 60_000;

interface OpenRecord {
  readonly kind: 'text' | 'json';
  readonly head: Line;
  hit: Line | undefined;
}

/**
 * Goes through a log's bytes in order and counts the records of the window that hold the text, each once. Lines that begin
 * with no time belong to the record before them; those before the first record belong to one that nobody sees.
 */
export function createScan({ match, from, time }: ScanQuery): Scan {
  const perMinute = new Map<number, number>();
  const newest: FoundRecord[] = [];
  let matches = 0;
  let bytes = 0;
  let open: OpenRecord | undefined;
  let firstHead: OpenRecord | undefined;
  let lastHead: OpenRecord | undefined;
  let strays: FoundRecord[] = [];
  let strayMatches = 0;

  const keep = (list: FoundRecord[], found: FoundRecord): void => {
    list.push(found);
    if (list.length > mostNewest) list.shift();
  };
  const close = (): void => {
    if (open?.hit === undefined) return;
    const stamp = stampOfHead(open);
    const at = stamp && time.of(stamp);
    if (at !== undefined && at < from) return;
    matches += 1;
    if (at !== undefined) {
      const minute = at - (at % minuteMs);
      perMinute.set(minute, (perMinute.get(minute) ?? 0) + 1);
    }
    const line = open.hit === open.head ? undefined : open.hit.begin;
    keep(newest, { at, kind: open.kind, first: open.head.begin, line });
  };
  const lines = createLines(match, (line) => {
    const kind = kindOfHead(line, open?.kind);
    if (kind !== undefined) {
      close();
      open = { kind, head: line, hit: line.matched ? line : undefined };
      firstHead ??= open;
      lastHead = open;
    } else if (line.matched) {
      if (open !== undefined) open.hit ??= line;
      else {
        strayMatches += 1;
        keep(strays, { at: undefined, kind: 'text', first: line.begin, line: undefined });
      }
    }
  });
  return {
    push(chunk) {
      bytes += chunk.length;
      lines.push(chunk);
    },
    end(fromStart) {
      lines.end();
      close();
      const first = firstHead && stampOfHead(firstHead);
      const isWhole = fromStart && first !== undefined && time.of(first) >= from;
      // What stands before the first record of a file has no time, but no other record to belong to either.
      if (isWhole) matches += strayMatches;
      else if (firstHead !== undefined) strays = [];
      return {
        ...{ matches, perMinute, newest: [...strays, ...newest].slice(-mostNewest), bytes, first },
        last: lastHead && stampOfHead(lastHead),
      };
    },
  };
}

/** Whether a record begins here. JSON inside a record of text begins none, unless it has a time. */
function kindOfHead(line: Line, before: OpenRecord['kind'] | undefined): OpenRecord['kind'] | undefined {
  if (beginsText(line.begin)) return 'text';
  if (!looksLikeJson(line.begin, line.end)) return undefined;
  return before === 'json' || jsonStamp(line.begin, line.end, line.isWhole) !== undefined
    ? 'json'
    : undefined;
}

const stampOfHead = ({ kind, head }: OpenRecord): Stamp | undefined =>
  kind === 'text' ? textStamp(head.begin) : jsonStamp(head.begin, head.end, head.isWhole);

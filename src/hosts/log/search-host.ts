import type { MissingPart } from '../../core/reading.ts';
import type { LogQuery } from '../../core/runbook-description.ts';
import { missingPart, silentHost } from '../missing-host.ts';
import { type LogHost, logLimitSeconds } from './fetch-log.ts';
import { chooseFiles, type UnreadFile } from './files.ts';
import { type Listing, parseListing } from './listing.ts';
import { logCommand } from './log-command.ts';
import { createLogTime, type LogZone } from './log-time.ts';
import { readFile } from './read-file.ts';
import type { FoundRecord, Scanned } from './scan.ts';

export interface HostAsk {
  readonly files: readonly string[];
  readonly query: LogQuery;
  readonly zone: LogZone;
  /** Of unpacked bytes, over all of the host's files. */
  readonly mostBytes: number;
  readonly signal: AbortSignal;
}

/** What one host's log holds. Times in milliseconds. */
export interface HostLog {
  readonly matches: number;
  readonly perMinute: ReadonlyMap<number, number>;
  /** Newest first. */
  readonly newest: readonly FoundRecord[];
  readonly bytes: number;
  /** Nothing of the window was left out of what could be read. */
  readonly complete: boolean;
  /** What was looked at reaches back to here; undefined: nothing was, or nobody can say. */
  readonly back: number | undefined;
  /** Whether anything could be looked at. */
  readonly looked: boolean;
  readonly missing: readonly MissingPart[];
}

const mostListed = 262_144;
const mostTurns = 3;
const lastLines = 5;

/** One that is rotated while it is read is listed anew, and read again from the beginning. */
export async function searchHost(host: LogHost, ask: HostAsk): Promise<HostLog> {
  for (let turn = 0; turn < mostTurns; turn += 1) {
    const found = await searchOnce(host, ask);
    if (found !== undefined) return found;
  }
  return nothingOf([missingPart(host.runner.name, 'failed', 'the log changes faster than it can be read')]);
}

/** Undefined: something was no longer as it was listed. */
async function searchOnce(host: LogHost, ask: HostAsk): Promise<HostLog | undefined> {
  const listed = await list(host, ask);
  if (!('logs' in listed)) return nothingOf([listed]);
  const nowMs = listed.nowSeconds * 1000;
  const from = nowMs - ask.query.withinSeconds * 1000;
  const time = createLogTime(ask.zone, nowMs);
  const sum = createSum(from);
  const seen = new Set<string>();
  let left = ask.mostBytes;
  for (const [index, path] of ask.files.entries()) {
    const log = listed.logs.get(path) ?? { entries: [], closed: false };
    const { files, unread } = chooseFiles(path, log, from);
    for (const one of unread) sum.miss(unreadPart(host, one));
    // What one log does not need the next may take.
    let own = Math.floor(left / (ask.files.length - index));
    for (const file of files) {
      if (seen.has(file.file)) continue;
      seen.add(file.file);
      if (own <= 0) {
        sum.cut(undefined);
        break;
      }
      const { match } = ask.query;
      const read = await readFile(host, path, file, { ...ask, match, from, time, mostBytes: own });
      if (read.kind === 'changed') return undefined;
      if (read.kind === 'missing') {
        sum.miss(read.missing);
        // A host that is slow or gone would only be waited for again.
        if (read.missing.why !== 'refused') return sum.end();
        continue;
      }
      own -= read.scanned.bytes;
      left -= read.scanned.bytes;
      const { first } = read.scanned;
      sum.add(read.scanned, read.missing === undefined);
      if (read.missing !== undefined) sum.miss(read.missing);
      if (!read.reached) sum.cut(first && time.of(first));
    }
  }
  return sum.end();
}

async function list(host: LogHost, { files, signal }: HostAsk): Promise<Listing | MissingPart> {
  const { name } = host.runner;
  const result = await host.runner.run(logCommand({ verb: 'list', paths: files }, host.artisan), {
    ...{ timeoutSeconds: logLimitSeconds, signal },
  });
  if (result.kind !== 'ended') return silentHost(name, result);
  if (result.timedOut) return missingPart(name, 'timeout', '');
  if (result.stdout.bytes > mostListed) return missingPart(name, 'failed', 'more files than can be listed');
  const listing = parseListing(result.stdout.text, files);
  if (result.rc === 0 && listing !== undefined) return listing;
  const words = result.stderr.text.trim().split('\n').at(-1) || result.stdout.text.trim().split('\n')[0];
  return missingPart(name, 'failed', words || `exit code ${result.rc}`);
}

const unreadPart = ({ runner }: LogHost, { why, detail }: UnreadFile): MissingPart =>
  missingPart(runner.name, why, detail);

export const nothingOf = (missing: readonly MissingPart[]): HostLog => ({
  ...{ matches: 0, perMinute: new Map(), newest: [], bytes: 0, complete: false, back: undefined },
  ...{ looked: false, missing },
});

/** Puts a host's files together, of which the newer come first. */
function createSum(from: number): {
  add(scanned: Scanned, counts: boolean): void;
  /** The cap came first; `at`: where. */
  cut(at: number | undefined): void;
  miss(part: MissingPart): void;
  end(): HostLog;
} {
  const perMinute = new Map<number, number>();
  const missing: MissingPart[] = [];
  let newest: readonly FoundRecord[] = [];
  let [matches, bytes, looked, complete] = [0, 0, false, true];
  let back: number | undefined = from;
  return {
    add(scanned, counts) {
      bytes += scanned.bytes;
      newest = newestOf([...newest, ...[...scanned.newest].reverse()]);
      if (!counts) return;
      looked = true;
      matches += scanned.matches;
      for (const [minute, count] of scanned.perMinute)
        perMinute.set(minute, (perMinute.get(minute) ?? 0) + count);
    },
    cut(at) {
      if (complete) back = at;
      else if (at !== undefined && back !== undefined) back = Math.max(at, back);
      complete = false;
    },
    miss: (part) => void missing.push(part),
    end() {
      // No file was written to in the window: that is an answer, too.
      const isAnswer = looked || missing.length === 0;
      return isAnswer
        ? { matches, perMinute, newest, bytes, complete, back, looked: true, missing }
        : { ...nothingOf(missing), newest, bytes };
    },
  };
}

/** By their times, and of the same second in the order given; what has no time stands last. */
export const newestOf = <T extends { readonly at: number | undefined }>(found: readonly T[]): readonly T[] =>
  [...found].sort((a, b) => (b.at ?? 0) - (a.at ?? 0)).slice(0, lastLines);

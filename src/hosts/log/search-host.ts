import type { MissingPart } from '../../core/reading.ts';
import type { LogQuery } from '../../core/runbook-description.ts';
import { missingPart, silentHost } from '../missing-host.ts';
import type { LogHost } from './fetch-log.ts';
import { type ChosenFile, chooseFiles } from './files.ts';
import { type ListedLog, type Listing, parseListing } from './listing.ts';
import { logCommand } from './log-command.ts';
import { createLogTime, type LogZone } from './log-time.ts';
import { type FileAsk, readFile } from './read-file.ts';
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
  for (const [index, path] of ask.files.entries()) {
    const { files, unread } = chooseFiles(path, listed.logs.get(path) ?? nothingListed, from);
    for (const { why, detail } of unread) sum.miss(missingPart(host.runner.name, why, detail));
    const own = files.filter(({ file }) => !seen.has(file));
    for (const { file } of own) seen.add(file);
    // What one log does not need the next may take.
    const mostBytes = Math.floor((ask.mostBytes - sum.bytes()) / (ask.files.length - index));
    const fileAsk = { ...ask, match: ask.query.match, from, time, mostBytes };
    const end = await readLog(host, path, own, fileAsk, sum);
    if (end === 'changed') return undefined;
    if (end === 'lost') break;
  }
  return sum.end();
}

const nothingListed: ListedLog = { entries: [], closed: false };

/** Newest first, until the cap. Lost: the host would only be waited for again. */
async function readLog(
  host: LogHost,
  path: string,
  files: readonly ChosenFile[],
  ask: FileAsk,
  sum: Sum,
): Promise<'read' | 'changed' | 'lost'> {
  let left = ask.mostBytes;
  let back: number | undefined;
  for (const file of files) {
    if (left <= 0) {
      sum.cut(back);
      break;
    }
    const read = await readFile(host, path, file, { ...ask, mostBytes: left });
    if (read.kind === 'changed') return 'changed';
    if (read.kind === 'missing') {
      sum.miss(read.missing);
      if (read.missing.why === 'timeout' || read.missing.why === 'unreachable') return 'lost';
      continue;
    }
    const { scanned, reached, missing } = read;
    sum.add(scanned, missing === undefined);
    if (missing !== undefined) sum.miss(missing);
    left -= scanned.bytes;
    back = scanned.first && ask.time.of(scanned.first);
    if (!reached) {
      sum.cut(back);
      break;
    }
  }
  return 'read';
}

async function list(host: LogHost, { files, signal }: HostAsk): Promise<Listing | MissingPart> {
  const { name } = host.runner;
  const result = await host.runner.run(logCommand({ verb: 'list', paths: files }, host.artisan), {
    ...{ timeoutSeconds: host.limitSeconds, signal },
  });
  if (result.kind !== 'ended') return silentHost(name, result);
  if (result.timedOut) return missingPart(name, 'timeout', '');
  if (result.stdout.bytes > mostListed) return missingPart(name, 'failed', 'more files than can be listed');
  const listing = parseListing(result.stdout.text, files);
  if (result.rc === 0 && listing !== undefined) return listing;
  const words = result.stderr.text.trim().split('\n').at(-1) || result.stdout.text.trim().split('\n')[0];
  return missingPart(name, 'failed', words || `exit code ${result.rc}`);
}

export const nothingOf = (missing: readonly MissingPart[]): HostLog => ({
  ...{ matches: 0, perMinute: new Map(), newest: [], bytes: 0, complete: false, back: undefined },
  ...{ looked: false, missing },
});

/** Puts a host's files together, of which the newer come first. */
interface Sum {
  /** `counts`: what was found can be judged. */
  add(scanned: Scanned, counts: boolean): void;
  /** The cap came first; `at`: where. */
  cut(at: number | undefined): void;
  miss(part: MissingPart): void;
  bytes(): number;
  end(): HostLog;
}

function createSum(from: number): Sum {
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
      back = at === undefined || back === undefined ? undefined : Math.max(at, back);
      complete = false;
    },
    miss: (part) => void missing.push(part),
    bytes: () => bytes,
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

import type { MissingPart } from '../../core/reading.ts';
import { missingPart } from '../missing-host.ts';
import { type Fetched, fetchLog, type LogHost } from './fetch-log.ts';
import type { ChosenFile } from './files.ts';
import { blockBytes } from './log-command.ts';
import type { LogTime, LogZone } from './log-time.ts';
import { createScan, type Scanned } from './scan.ts';
import { isBefore, lowestBlock, probesOf, readProbes, type Start, startOf } from './span.ts';

export interface FileAsk {
  readonly match: string;
  /** Milliseconds by the host's clock. */
  readonly from: number;
  readonly time: LogTime;
  readonly zone: LogZone;
  /** Of unpacked bytes. */
  readonly mostBytes: number;
  readonly signal: AbortSignal;
}

export type FileRead =
  | Exclude<Fetched, { kind: 'whole' }>
  | {
      readonly kind: 'read';
      readonly scanned: Scanned;
      /** Nothing of the window was left out. */
      readonly reached: boolean;
      /** What was read can't be judged. */
      readonly missing: MissingPart | undefined;
    };

/** Reads of one file what belongs to the window, or its last bytes. */
export function readFile(host: LogHost, path: string, file: ChosenFile, ask: FileAsk): Promise<FileRead> {
  return file.packed ? readPacked(host, path, file, ask) : readPlain(host, path, file, ask);
}

async function readPlain(host: LogHost, path: string, file: ChosenFile, ask: FileAsk): Promise<FileRead> {
  const start = await findStart(host, path, file, ask);
  if (!('block' in start)) return start;
  const { block, reached } = start;
  const scan = createScan(ask);
  const count = Math.ceil(file.size / blockBytes) - block;
  // A file of the daily channel may be made before anything is written to it.
  if (count > 0) {
    const task = { verb: 'read', path, file: file.file, block, count } as const;
    const fetched = await fetchLog(host, task, count * blockBytes, scan.push, ask.signal);
    if (fetched.kind !== 'whole') return fetched;
  }
  const scanned = scan.end(block === 0);
  if (scanned.bytes < file.size - block * blockBytes) return { kind: 'changed' };
  return { kind: 'read', scanned, reached, missing: findDoubt(host, file, scanned, ask) };
}

async function findStart(
  host: LogHost,
  path: string,
  { file, size }: ChosenFile,
  { from, time, mostBytes, signal }: FileAsk,
): Promise<Start | Exclude<Fetched, { kind: 'whole' }>> {
  const lowest = lowestBlock(size, mostBytes);
  const blocks = probesOf(size, mostBytes);
  if (blocks.length === 0) return { block: lowest, reached: lowest === 0 };
  const chunks: Buffer[] = [];
  const most = blocks.length * blockBytes;
  const task = { verb: 'probe', path, file, blocks } as const;
  const fetched = await fetchLog(host, task, most, (chunk) => chunks.push(chunk), signal);
  if (fetched.kind !== 'whole') return fetched;
  const bytes = Buffer.concat(chunks);
  return bytes.length < most ? { kind: 'changed' } : startOf(readProbes(blocks, bytes), lowest, from, time);
}

/** Nobody can begin in the middle of what is packed; the host keeps its last bytes and leaves the rest out. */
async function readPacked(host: LogHost, path: string, file: ChosenFile, ask: FileAsk): Promise<FileRead> {
  const { from, time, mostBytes, signal } = ask;
  const scan = createScan(ask);
  const task = { verb: 'unpack', path, file: file.file, bytes: mostBytes } as const;
  let bytes = 0;
  const take = (chunk: Buffer): void => {
    bytes += chunk.length;
    scan.push(chunk);
  };
  const fetched = await fetchLog(host, task, mostBytes, take, signal);
  if (fetched.kind !== 'whole') return fetched;
  const isAll = bytes < mostBytes;
  const scanned = scan.end(isAll);
  const reached = isAll || (scanned.first !== undefined && isBefore(scanned.first, from, time));
  return { kind: 'read', scanned, reached, missing: findDoubt(host, file, scanned, ask) };
}

const quarterMs = 900_000;
const exactMs = 3_000;

/**
 * A log whose lines begin with no time, or with those of another zone than the configured one, would look as if nothing had
 * happened. The last record is written when the file is: what lies between them is no whole number of quarters of an hour.
 */
function findDoubt(
  { runner }: LogHost,
  { name, changedSeconds, packed }: ChosenFile,
  { first, last, bytes }: Scanned,
  { zone }: FileAsk,
): MissingPart | undefined {
  if (bytes > 0 && first === undefined)
    return missingPart(runner.name, 'failed', `${name}: no line begins with a time`);
  if (last?.kind !== 'naive' || packed) return undefined;
  const [one, other] = zone.meanings(last.text);
  const apart = changedSeconds * 1000 - one;
  const quarters = Math.round(apart / quarterMs);
  if (one !== other || quarters === 0 || Math.abs(apart - quarters * quarterMs) > exactMs) return undefined;
  return missingPart(
    runner.name,
    'failed',
    `${name}: its times are ${(quarters / 4).toFixed(2)} h off, is timezone right?`,
  );
}

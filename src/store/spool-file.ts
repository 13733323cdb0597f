import { type FileHandle, open } from 'node:fs/promises';
import type { AuditEntry } from '../core/audit.ts';

/** An entry that waits to be sealed. Its id goes into the row's `run_id`, so that no second writing can double it. */
export interface Noted {
  readonly id: string;
  readonly entry: AuditEntry;
}

/**
 * A file of entries that outlives the process: lines are appended and synced, read from the front, and the file is
 * emptied once all of it is sealed. Methods are called one after another and reject with the file system's error.
 */
export interface SpoolFile {
  /** False: the file is full, and nothing was written. */
  append(noted: readonly Noted[]): Promise<boolean>;
  /** The oldest ones not yet passed, at most so many. */
  peek(most: number): Promise<readonly Noted[]>;
  /** What `peek` gave last is sealed. */
  pass(): Promise<void>;
  close(): Promise<void>;
}

const mostBytes = 256 * 1024 * 1024;
const pieceBytes = 256 * 1024;

export function createSpoolFile(path: string): SpoolFile {
  let handle: FileHandle | undefined;
  let offset = 0;
  let peeked = 0;

  const file = async (): Promise<FileHandle> => {
    handle ??= await open(path, 'a+', 0o600);
    return handle;
  };

  const close = async (): Promise<void> => {
    const open = handle;
    handle = undefined;
    await open?.close();
  };

  return {
    close,
    async append(noted) {
      const to = await file();
      const { size } = await to.stat();
      if (size > mostBytes) return false;
      // A line that a crash cut off must not swallow the one after it; an empty line means nothing.
      await to.write(`\n${noted.map((one) => JSON.stringify(one)).join('\n')}\n`);
      await to.datasync();
      return true;
    },
    async peek(most) {
      const from = await file();
      // Shorter than what was passed: another process that shares the file has emptied it.
      if ((await from.stat()).size < offset) offset = 0;
      const piece = await readLines(from, offset, most);
      peeked = piece.end;
      return piece.noted;
    },
    async pass() {
      offset = peeked;
      const all = await file();
      if ((await all.stat()).size > offset) return;
      if (offset > 0) await all.truncate(0);
      offset = 0;
      await close();
    },
  };
}

/**
 * Whole lines from an offset on. Lines that are no entries (cut off by a crash) are passed over, and so is an entry that
 * comes again: a write that failed after its bytes were there is repeated, and so is one that a stop overtook.
 */
async function readLines(
  file: FileHandle,
  from: number,
  most: number,
): Promise<{ readonly noted: readonly Noted[]; readonly end: number }> {
  const noted = new Map<string, Noted>();
  let end = from;
  for (let size = pieceBytes; ; size *= 2) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(size), 0, size, from);
    const text = buffer.subarray(0, bytesRead);
    noted.clear();
    end = from;
    for (let next = text.indexOf(10); next >= 0 && noted.size < most; next = text.indexOf(10, end - from)) {
      const one = parseLine(text.subarray(end - from, next).toString());
      if (one !== undefined) noted.set(one.id, one);
      end = from + next + 1;
    }
    // One line longer than the piece: look again with more of it. At the end of the file a cut line is left over.
    if (noted.size > 0 || bytesRead < size)
      return { noted: [...noted.values()], end: noted.size > 0 ? end : from + bytesRead };
  }
}

function parseLine(line: string): Noted | undefined {
  if (line === '') return undefined;
  try {
    const value: unknown = JSON.parse(line);
    const isNoted = typeof value === 'object' && value !== null && 'id' in value && 'entry' in value;
    return isNoted ? (value as Noted) : undefined; // `append` wrote it
  } catch {
    return undefined;
  }
}

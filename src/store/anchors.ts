import { open, readFile } from 'node:fs/promises';
import type { AuditHead } from '../core/audit-chain.ts';
import { within } from '../core/within.ts';

/**
 * Anchors outside the database: a chain alone can't show that its end was cut off. An append-only file, best on another
 * host, a line each: UTC time, seq, hash.
 */
export interface AnchorFile {
  /** Resolves when the line is on the disk; rejects when it can't be within two seconds. Without a file nothing is done. */
  append(at: string, head: AuditHead): Promise<void>;
  /** All anchors by seq; empty without a file. */
  read(): Promise<ReadonlyMap<number, string>>;
}

const writeLimitMs = 2_000;

export function createAnchorFile(path: string | undefined): AnchorFile {
  let writing: Promise<void> = Promise.resolve();
  return {
    async append(at, { seq, hash }) {
      if (path === undefined) return;
      const written = writing.then(() => appendLine(path, `${at.replace(' ', 'T')}Z ${seq} ${hash}\n`));
      writing = written.catch(() => undefined);
      const outcome = await within(
        written.then(() => 'written' as const),
        writeLimitMs,
        'late' as const,
      );
      if (outcome === 'late') throw new Error('the anchor file did not take a line in time');
    },
    async read() {
      if (path === undefined) return new Map();
      return parseAnchors(await readFile(path, 'utf8').catch(emptyWhenMissing));
    },
  };
}

async function appendLine(path: string, line: string): Promise<void> {
  const file = await open(path, 'a', 0o600);
  try {
    await file.write(line);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** Lines that a crash cut off are no anchors. */
export function parseAnchors(text: string): ReadonlyMap<number, string> {
  const lines = text.matchAll(/^\S+ (\d{1,15}) ([0-9a-f]{64})$/gm);
  return new Map([...lines].map(([, seq, hash]) => [Number(seq), hash ?? '']));
}

function emptyWhenMissing(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
  throw error;
}

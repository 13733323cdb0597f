import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { AuditEntry } from '../core/audit.ts';
import type { Log } from '../core/log.ts';

/** Rows that wait to be written, in order. With a file they outlive the process. */
export interface Spool {
  /** Never throws. Beyond the capacity the newest is dropped, and counted in the log. */
  add(entry: AuditEntry): void;
  peek(most: number): readonly AuditEntry[];
  /** The first so many are written. */
  drop(count: number): void;
  /** The store is away: from now on what waits is kept in the file too, until all of it is written. */
  keep(): void;
  close(): void;
}

const capacity = 10_000;

export function createSpool(file: string | undefined, log: Log): Spool {
  const entries: AuditEntry[] = file === undefined ? [] : readBack(file, log);
  let dropped = 0;
  let kept = entries.length > 0;

  const guard = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      log.error({ err: error }, 'the audit spool file can not be written; its rows wait in memory');
    }
  };
  /** The file holds only what is not written yet. A crash in between writes nothing twice, since each row has an id. */
  const rewrite = (): void => {
    if (file === undefined) return;
    guard(() => {
      writeFileSync(`${file}.new`, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''), {
        mode: 0o600,
      });
      renameSync(`${file}.new`, file);
    });
  };

  return {
    add(entry) {
      if (entries.length >= capacity) {
        dropped += 1;
        if (dropped === 1 || dropped % 1000 === 0) log.error({ dropped }, 'the audit spool is full');
        return;
      }
      entries.push(entry);
      if (kept && file !== undefined) {
        guard(() => appendFileSync(file, `${JSON.stringify(entry)}\n`, { mode: 0o600 }));
      }
    },
    peek: (most) => entries.slice(0, most),
    drop(count) {
      entries.splice(0, count);
      if (entries.length > 0 || !kept) return;
      kept = false;
      rewrite();
    },
    keep() {
      if (kept) return;
      kept = true;
      rewrite();
    },
    close() {
      if (entries.length > 0) rewrite();
    },
  };
}

function readBack(file: string, log: Log): AuditEntry[] {
  if (!existsSync(file)) return [];
  const entries: AuditEntry[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line === '') continue;
    try {
      entries.push(JSON.parse(line)); // written by `add`, so it is an entry or a line cut by a crash
    } catch {
      log.warn({}, 'a line of the audit spool was cut off by a crash');
    }
  }
  return entries;
}

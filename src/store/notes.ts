import { randomUUID } from 'node:crypto';
import { type AuditEntry, queuekeeper } from '../core/audit.ts';
import { canonicalJson } from '../core/canonical.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { within } from '../core/within.ts';
import { createSpoolFile, type Noted } from './spool-file.ts';

/** Rows that nobody waits for: READ and AUTH_DENIED. They reach the log in order, each exactly once. */
export interface Notes {
  /** Never throws and never waits. Beyond the capacity the newest are dropped, and their number is noted later. */
  add(entry: AuditEntry): void;
  /** Rows that an earlier process left in the file are written too. */
  start(): void;
  /** Writes what waits, or puts it into the file, within so many milliseconds. */
  stop(milliseconds: number): Promise<void>;
}

export interface NotesParts {
  /** Undefined: what waits is kept in memory alone. */
  readonly file: string | undefined;
  /** Seals them in one transaction; `again`: some may be sealed already and are left out. Rejects when it can't. */
  readonly write: (noted: readonly Noted[], again: boolean) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

const capacity = 10_000;
const batchSize = 200;
const tryAgainMs = 1_000;
/** A store that is slower than this is treated as away: what waits goes into the file. */
const slowMs = 1_500;

export function createNotes(parts: NotesParts): Notes {
  const { clock, log } = parts;
  const memory: Noted[] = [];
  const file = parts.file === undefined ? undefined : createSpoolFile(parts.file);
  const ending = new AbortController();
  /** The file may hold rows: they come before those in memory. */
  let fileFirst = false;
  /** What is in memory may have been written by a commit whose answer was lost. */
  let unsure = false;
  let dropped = 0;
  let pumping: Promise<void> | undefined;

  const write = async (noted: readonly Noted[], again: boolean): Promise<boolean> => {
    const written = parts.write(noted, again).then(
      () => true,
      () => false,
    );
    return within(written, slowMs, false);
  };

  const toFile = async (): Promise<void> => {
    if (file === undefined || memory.length === 0) return;
    const batch = memory.slice();
    try {
      if (!(await file.append(batch))) dropped += batch.length;
      memory.splice(0, batch.length);
      fileFirst = true;
    } catch (error) {
      log.error({ err: error }, 'the audit spool file can not be written; its rows wait in memory');
    }
  };

  const fromFile = async (): Promise<'written' | 'away'> => {
    try {
      const batch = (await file?.peek(batchSize)) ?? [];
      if (batch.length > 0 && !(await write(batch, true))) return 'away';
      await file?.pass();
      if (batch.length === 0) fileFirst = false;
    } catch (error) {
      // What is in it waits for the next process; what comes now must not wait for it.
      log.error({ err: error }, 'the audit spool file can not be read');
      fileFirst = false;
    }
    return 'written';
  };

  const fromMemory = async (): Promise<'written' | 'away'> => {
    const batch = memory.slice(0, batchSize);
    if (!(await write(batch, unsure))) {
      unsure = true;
      return 'away';
    }
    memory.splice(0, batch.length);
    unsure = false;
    return 'written';
  };

  const step = async (): Promise<'written' | 'empty' | 'away'> => {
    if (fileFirst) {
      await toFile();
      return fromFile();
    }
    return memory.length === 0 ? 'empty' : fromMemory();
  };

  const confessDropped = (): void => {
    if (dropped === 0) return;
    memory.push({ id: newId(), entry: droppedEntry(dropped) });
    dropped = 0;
  };

  const pump = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      const outcome = await step();
      if (outcome === 'empty' && memory.length === 0 && dropped === 0) break;
      if (outcome === 'away') {
        await toFile();
        await clock.wait(tryAgainMs, ending.signal).catch(() => undefined);
      } else confessDropped();
    }
    pumping = undefined;
  };

  const kick = (): void => {
    // The next turn: what is noted in this one shares the transaction.
    pumping ??= new Promise<void>((resolve) => setImmediate(resolve)).then(pump);
  };

  return {
    add(entry) {
      const noted = { id: newId(), entry };
      if (ending.signal.aborted || memory.length >= capacity || !isStorable(noted)) {
        dropped += 1;
        if (dropped % 1_000 === 1) log.error({ dropped }, 'audit rows are dropped');
        return;
      }
      memory.push(noted);
      kick();
    },
    start() {
      if (file !== undefined) fileFirst = true;
      kick();
    },
    async stop(milliseconds) {
      await within(pumping ?? Promise.resolve(), milliseconds, undefined);
      ending.abort(new Error('the audit log is closing'));
      await within(pumping ?? Promise.resolve(), slowMs + 500, undefined);
      await toFile();
      if (memory.length > 0) log.error({ lost: memory.length }, 'audit rows could not be written');
      await file?.close().catch(() => undefined);
    },
  };
}

/** One row that can't be written would hold up all that come after it. */
function isStorable(noted: Noted): boolean {
  try {
    return canonicalJson(noted).length <= mostCharacters;
  } catch {
    return false;
  }
}

const mostCharacters = 64 * 1024;

/** Not the name of a run, and told apart from one by its beginning. A UUID costs a hundredth of a ULID. */
const newId = (): string => `note-${randomUUID()}`;

const droppedEntry = (count: number): AuditEntry => ({
  event: 'READ',
  actor: queuekeeper,
  ...{ verb: 'audit', app: '', target: 'spool', outcome: 'dropped', detail: { dropped: count } },
});

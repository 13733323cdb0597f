import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../src/core/audit.ts';
import type { Clock } from '../../src/core/clock.ts';
import { createNotes, type Notes } from '../../src/store/notes.ts';
import type { Noted } from '../../src/store/spool-file.ts';

const read = (target: string): AuditEntry => ({
  event: 'READ',
  actor: { person: 'U0ANNA', teamId: 'T1', userId: 'U0ANNA', name: 'Anna' },
  ...{ verb: 'status', app: 'fap', target, detail: {} },
});

/** A log that is there or away; like the real one it leaves out what it has when it is told "again". */
function createLog(): {
  away: boolean;
  answersLost: boolean;
  readonly targets: string[];
  readonly rows: Noted[];
  write(noted: readonly Noted[], again: boolean): Promise<void>;
} {
  const log = {
    ...{ away: false, answersLost: false, rows: [] as Noted[] },
    get targets(): string[] {
      return log.rows.map(({ entry }) => entry.target);
    },
    async write(noted: readonly Noted[], again: boolean): Promise<void> {
      if (log.away) throw new Error('away');
      const known = new Set(again ? log.rows.map(({ id }) => id) : []);
      log.rows.push(...noted.filter(({ id }) => !known.has(id)));
      if (log.answersLost) throw new Error('the answer was lost');
    },
  };
  return log;
}

/** Waits a millisecond for every wait. */
const quickClock: Clock = {
  now: () => new Date(0),
  wait: (_, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) reject(signal.reason);
      else setTimeout(resolve, 1);
    }),
};
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'queuekeeper-spool-'));
});
const open: Notes[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((notes) => notes.stop(100)));
  await rm(folder, { recursive: true });
});

function notesOn(log: ReturnType<typeof createLog>, file?: string): Notes {
  const notes = createNotes({ file, write: log.write, clock: quickClock, log: quiet });
  open.push(notes);
  return notes;
}

describe('rows that nobody waits for', () => {
  it('are written in the order in which they were noted', async () => {
    const log = createLog();
    const notes = notesOn(log);
    const targets = Array.from({ length: 500 }, (_, index) => `t${index}`);
    for (const target of targets) notes.add(read(target));
    await expect.poll(() => log.targets).toEqual(targets);
  });

  it('wait in memory while the store is away, and are written once it is back', async () => {
    const log = createLog();
    const notes = notesOn(log);
    log.away = true;
    for (const target of ['a', 'b', 'c']) notes.add(read(target));
    await new Promise((resolve) => setTimeout(resolve, 10));
    log.away = false;
    await expect.poll(() => log.targets).toEqual(['a', 'b', 'c']);
  });

  it('are written once when the answer to their commit is lost', async () => {
    const log = createLog();
    const notes = notesOn(log);
    log.answersLost = true;
    notes.add(read('a'));
    await expect.poll(() => log.targets).toEqual(['a']);
    notes.add(read('b'));
    log.answersLost = false;
    await expect.poll(() => log.targets).toEqual(['a', 'b']);
  });

  it('go into the file while the store is away, and a later process writes them first', async () => {
    const file = join(folder, 'spool');
    const away = createLog();
    away.away = true;
    const first = notesOn(away, file);
    first.add(read('a'));
    first.add(read('b'));
    await expect.poll(() => readFile(file, 'utf8')).toContain('"target":"b"');
    await first.stop(0);

    const log = createLog();
    const second = notesOn(log, file);
    second.start();
    second.add(read('c'));
    await expect.poll(() => log.targets).toEqual(['a', 'b', 'c']);
    await expect.poll(async () => (await stat(file)).size).toBe(0);
  });

  it('keep their order when the store comes back while more are noted', async () => {
    const file = join(folder, 'spool');
    const log = createLog();
    const notes = notesOn(log, file);
    log.away = true;
    const targets = Array.from({ length: 1_000 }, (_, index) => `t${index}`);
    for (const [index, target] of targets.entries()) {
      notes.add(read(target));
      if (index % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
      if (index === 600) log.away = false;
    }
    await expect.poll(() => log.targets).toEqual(targets);
  });

  it('are written once although a process was killed between the commit and the emptying of the file', async () => {
    const file = join(folder, 'spool');
    const log = createLog();
    const line = (id: string): string => JSON.stringify({ id, entry: read(id) });
    await appendFile(file, `${line('a')}\n${line('b')}\n`);
    log.rows.push({ id: 'a', entry: read('a') });
    notesOn(log, file).start();
    await expect.poll(() => log.targets).toEqual(['a', 'b']);
  });

  it('are written once although the file has them twice, as after a write that failed when its bytes were there', async () => {
    const file = join(folder, 'spool');
    const log = createLog();
    const line = (id: string): string => JSON.stringify({ id, entry: read(id) });
    await appendFile(file, `${line('a')}\n${line('b')}\n${line('a')}\n${line('c')}\n`);
    notesOn(log, file).start();
    await expect.poll(() => log.targets).toEqual(['a', 'b', 'c']);
  });

  it('survive a line that a crash cut off', async () => {
    const file = join(folder, 'spool');
    const log = createLog();
    await appendFile(file, `${JSON.stringify({ id: 'a', entry: read('a') })}\n{"id":"b","ent`);
    const notes = notesOn(log, file);
    notes.start();
    notes.add(read('c'));
    await expect.poll(() => log.targets).toEqual(['a', 'c']);
  });

  it('are dropped beyond the capacity, and their number is a row of its own', async () => {
    const log = createLog();
    const notes = notesOn(log);
    log.away = true;
    for (let index = 0; index < 10_003; index += 1) notes.add(read('x'));
    log.away = false;
    await expect.poll(() => log.rows).toHaveLength(10_001);
    expect(log.rows.find(({ entry }) => entry.outcome === 'dropped')?.entry.detail).toEqual({ dropped: 3 });
  });

  it('reach the log although the spool file can not be opened', async () => {
    const log = createLog();
    const notes = notesOn(log, join(folder, 'no', 'such', 'folder'));
    notes.start();
    notes.add(read('a'));
    await expect.poll(() => log.targets).toEqual(['a']);
  });

  it('are dropped when they can not be stored, and hold up no others', async () => {
    const log = createLog();
    const notes = notesOn(log);
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    notes.add({ ...read('bad'), detail: circle });
    notes.add(read('good'));
    await expect.poll(() => log.targets).toContain('good');
    expect(log.targets).not.toContain('bad');
  });
});

import { existsSync, readdirSync } from 'node:fs';
import { createFileWriter } from '../write-whole.ts';

/**
 * A clock that tests move, for whole processes: libfaketime reads the offset from a file at every look at the time, so it
 * moves in running processes at once, in killed and restarted ones too. Monotonic time is left alone: timers and time
 * limits run as ever.
 *
 * MariaDB 10.11 keeps statement limits, lock waits and GET_LOCK under it, with one exception (measured): after the clock
 * went back and then forward again, `max_statement_time` no longer fires until the server is restarted. So move it forward
 * only, or restart.
 */
export interface MovableClock {
  /** Belongs into the environment of the process that shall live by it. */
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds ahead of real time (negative: behind), from now on. */
  offset(milliseconds: number): Promise<void>;
  /** Milliseconds further ahead than now. */
  advance(milliseconds: number): Promise<void>;
  /** As its processes see it, in unix milliseconds. */
  now(): number;
}

/** `file`: where the offset is kept. Throws when libfaketime is not installed. */
export async function createClock(file: string): Promise<MovableClock> {
  let ahead = 0;
  // Half a file would be read as no offset at all.
  const write = createFileWriter(file);
  const offset = (milliseconds: number): Promise<void> => {
    ahead = milliseconds;
    const seconds = (milliseconds / 1000).toFixed(3);
    return write(milliseconds < 0 ? seconds : `+${seconds}`);
  };
  await offset(0);
  return {
    env: {
      ...{ LD_PRELOAD: findFaketime(), FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1' },
      // Its name before 0.9.9 and after.
      ...{ DONT_FAKE_MONOTONIC: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1', NO_FAKE_STAT: '1' },
    },
    offset,
    advance: (milliseconds) => offset(ahead + milliseconds),
    now: () => Date.now() + ahead,
  };
}

/** Debian keeps it in a folder of the machine's kind. */
function findFaketime(): string {
  const found = readdirSync('/usr/lib')
    .map((folder) => `/usr/lib/${folder}/faketime/libfaketimeMT.so.1`)
    .find((path) => existsSync(path));
  if (found === undefined)
    throw new Error('libfaketime is not installed; run the set-up (demo/setup) first.');
  return found;
}

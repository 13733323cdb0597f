import type { Changes } from './changes.ts';
import type { SlackClock } from './clock.ts';

/** How much of one of Slack's limits a request used. */
export interface Limit {
  readonly what: string;
  readonly used: number;
  readonly most: number;
}

/** One request and what came of it. */
export interface WireEntry {
  /** Counts up from 1. */
  readonly number: number;
  /** When it ended, milliseconds by the simulated clock. */
  readonly at: number;
  readonly direction: 'to-slack' | 'to-app';
  /** A method of the Web API, `response_url`, `upload`, or the kind of a delivery. */
  readonly what: string;
  /** Real time from request to answer; of a delivery, to the app's acknowledgement. */
  readonly milliseconds: number;
  /** Slack's error, or why a delivery failed; undefined when all was well. */
  readonly error: string | undefined;
  readonly via: 'http' | 'socket';
  /** Undefined over a socket, and where no answer came. */
  readonly httpStatus?: number;
  readonly request?: unknown;
  readonly answer?: unknown;
  /** What can't be seen in the request: calls a minute, uses of an address, the age of a trigger. */
  readonly limits?: readonly Limit[];
}

/** What went over the wire, the newest last; the oldest are dropped. */
export interface WireLog {
  readonly entries: readonly WireEntry[];
  add(entry: Omit<WireEntry, 'number' | 'at'>): void;
}

const kept = 5_000;
const droppedAtOnce = 1_000;

export function createWireLog(clock: SlackClock, changes: Changes): WireLog {
  const entries: WireEntry[] = [];
  let count = 0;
  return {
    entries,
    add(fields) {
      count += 1;
      const entry: WireEntry = { ...fields, number: count, at: clock.now() };
      entries.push(entry);
      if (entries.length > kept) entries.splice(0, droppedAtOnce);
      changes.tell({ kind: 'wire', entry });
    },
  };
}

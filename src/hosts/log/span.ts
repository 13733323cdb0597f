import { createLines } from './lines.ts';
import { blockBytes } from './log-command.ts';
import { disorderMs, type LogTime } from './log-time.ts';
import { beginsText, jsonStamp, looksLikeJson, type Stamp, textStamp } from './stamp.ts';

/** Less than this is read without asking where the window begins. */
const smallBlocks = 16;
const growth = 1.5;

/**
 * Blocks at which a long log is asked for the time, ascending, from the last bytes that may be read to its end; closer to
 * each other the nearer they are to it, so that at most half as much again is read as belongs to the window. Empty: the log is short.
 */
export function probesOf(size: number, mostBytes: number): readonly number[] {
  const lowest = lowestBlock(size, mostBytes);
  const whole = Math.floor(size / blockBytes);
  if (whole - lowest <= smallBlocks) return [];
  const probes: number[] = [];
  for (let distance = smallBlocks; whole - distance > lowest; distance = Math.ceil(distance * growth))
    probes.push(whole - distance);
  return [...probes, lowest].reverse();
}

/** The first block that may be read, so that no more than so many bytes are. */
export const lowestBlock = (size: number, mostBytes: number): number =>
  Math.max(0, Math.ceil((size - mostBytes) / blockBytes));

export interface Probe {
  readonly block: number;
  /** Of the first record that begins in it; undefined: none does. */
  readonly stamp: Stamp | undefined;
}

/** `bytes`: whole blocks, one behind the other. */
export const readProbes = (blocks: readonly number[], bytes: Buffer): readonly Probe[] =>
  blocks.map((block, index) => ({
    block,
    stamp: firstStamp(bytes.subarray(index * blockBytes, (index + 1) * blockBytes), block === 0),
  }));

export interface Start {
  readonly block: number;
  /** All of the window that the log has lies behind it. */
  readonly reached: boolean;
}

/** Where reading begins: the last block that surely begins before the window, else the first that may be read. */
export function startOf(probes: readonly Probe[], lowest: number, from: number, time: LogTime): Start {
  const older = probes.filter(({ stamp }) => stamp !== undefined && isBefore(stamp, from, time));
  const block = older.at(-1)?.block;
  return { block: block ?? lowest, reached: block !== undefined || lowest === 0 };
}

/** Surely: records may stand a little out of turn. */
export const isBefore = (stamp: Stamp, from: number, time: LogTime): boolean =>
  time.of(stamp) < from - disorderMs;

function firstStamp(block: Buffer, fromStart: boolean): Stamp | undefined {
  let found: Stamp | undefined;
  let isTorn = !fromStart;
  const lines = createLines(undefined, ({ begin, end, isWhole }) => {
    if (!isTorn && found === undefined)
      found = beginsText(begin)
        ? textStamp(begin)
        : looksLikeJson(begin, end)
          ? jsonStamp(begin, end, isWhole)
          : undefined;
    isTorn = false;
  });
  // Without an end the last line stays torn, and is not looked at.
  lines.push(block);
  return found;
}

import { createHash } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import type { CappedOutput } from '../operations/host-port.ts';
import { createCappedOutput } from './capped-output.ts';

/** What becomes of a command's stdout. */
export interface TakenOutput {
  from(source: Readable): void;
  /** The sum of it; `ended`: all of it has come. */
  end(ended: boolean): CappedOutput;
}

/** Kept in part, or handed to `into` where somebody wants all of it; `onGone`: that somebody has had enough. */
export function takeOutput(into: Writable | undefined, onGone: () => void): TakenOutput {
  return into === undefined ? keepOutput() : passOutput(into, onGone);
}

function keepOutput(): TakenOutput {
  const kept = createCappedOutput();
  return { from: (source) => void source.on('data', kept.push), end: kept.end };
}

/** No faster than it is taken: the host waits, and nothing is kept here but the sum. */
function passOutput(into: Writable, onGone: () => void): TakenOutput {
  const hash = createHash('sha256');
  let bytes = 0;
  let summed: CappedOutput | undefined;
  into.once('close', onGone);
  return {
    from(source) {
      source.on('data', (chunk: Buffer) => {
        if (summed !== undefined) return;
        hash.update(chunk);
        bytes += chunk.length;
      });
      source.pipe(into, { end: false });
    },
    end(ended) {
      into.off('close', onGone);
      if (summed === undefined && ended) into.end();
      summed ??= { text: '', bytes, sha256: hash.digest('hex') };
      return summed;
    },
  };
}

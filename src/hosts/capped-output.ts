import { createHash } from 'node:crypto';
import { StringDecoder } from 'node:string_decoder';
import { strip } from '../core/strip.ts';
import type { CappedOutput } from '../operations/host-port.ts';

const keep = 131_072;

/** Takes a stream's chunks: keeps its first and last 128 KiB, counts and hashes all of it, so that a flood costs no memory. */
export function createCappedOutput(): {
  readonly push: (chunk: Buffer) => void;
  readonly end: () => CappedOutput;
} {
  const hash = createHash('sha256');
  const head: Buffer[] = [];
  let tail: Buffer[] = [];
  let headBytes = 0;
  let tailBytes = 0;
  let bytes = 0;
  let summed: CappedOutput | undefined;
  return {
    push(chunk) {
      // Whoever gave up waiting has its sum already; what still arrives changes nothing.
      if (summed !== undefined) return;
      hash.update(chunk);
      bytes += chunk.length;
      const room = keep - headBytes;
      const first = chunk.subarray(0, Math.max(0, room));
      const rest = chunk.subarray(first.length);
      if (first.length > 0) head.push(Buffer.from(first));
      headBytes += first.length;
      if (rest.length === 0) return;
      tail.push(Buffer.from(rest));
      tailBytes += rest.length;
      if (tailBytes > keep * 2) {
        tail = [Buffer.concat(tail).subarray(-keep)];
        tailBytes = keep;
      }
    },
    end() {
      if (summed !== undefined) return summed;
      // One decoder over what was kept, so that a character split between chunks stays whole.
      const decoder = new StringDecoder('utf8');
      const last = Buffer.concat(tail).subarray(-keep);
      const cut = bytes - headBytes - last.length;
      const text =
        cut > 0
          ? `${Buffer.concat(head).toString('utf8')}\n… ${cut} bytes left out …\n${last.toString('utf8')}`
          : decoder.end(Buffer.concat([...head, last]));
      summed = { text: strip(text), bytes, sha256: hash.digest('hex') };
      return summed;
    },
  };
}

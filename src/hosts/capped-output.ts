import { createHash } from 'node:crypto';
import { StringDecoder } from 'node:string_decoder';
import { strip } from '../core/strip.ts';
import type { CappedOutput } from '../operations/host-port.ts';

const keep = 131_072;
/** A flood of tiny chunks must cost no more than one of big ones. */
const mostChunks = 1_024;

/** Takes a stream's chunks: keeps its first and last 128 KiB, counts and hashes all of it, so that a flood costs no memory. */
export function createCappedOutput(): {
  readonly push: (chunk: Buffer) => void;
  readonly end: () => CappedOutput;
} {
  const hash = createHash('sha256');
  let head: Buffer[] = [];
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
      const first = chunk.subarray(0, Math.max(0, keep - headBytes));
      const rest = chunk.subarray(first.length);
      headBytes += first.length;
      tailBytes += rest.length;
      // Copies: a small view would keep the whole buffer of the socket alive.
      if (first.length > 0) head.push(Buffer.from(first));
      if (rest.length > 0) tail.push(Buffer.from(rest));
      if (head.length > mostChunks) head = [Buffer.concat(head)];
      if (tailBytes > keep * 2 || tail.length > mostChunks) {
        tail = [Buffer.from(Buffer.concat(tail).subarray(-keep))];
        tailBytes = tail[0]?.length ?? 0;
      }
    },
    end() {
      summed ??= {
        text: strip(decode(Buffer.concat(head), Buffer.concat(tail).subarray(-keep), bytes)),
        ...{ bytes, sha256: hash.digest('hex') },
      };
      return summed;
    },
  };
}

/** One decoder over what was kept, so that a character split between chunks stays whole; where it is cut, none is halved. */
function decode(head: Buffer, tail: Buffer, bytes: number): string {
  const decoder = new StringDecoder('utf8');
  const cut = bytes - head.length - tail.length;
  if (cut === 0) return decoder.write(head) + decoder.end(tail);
  const first = tail.findIndex((byte) => !isContinuation(byte));
  const from = Math.min(first === -1 ? 0 : first, 3);
  return `${decoder.write(head)}\n… ${cut} bytes left out …\n${tail.subarray(from).toString('utf8')}`;
}

const isContinuation = (byte: number): boolean => (byte & 0b1100_0000) === 0b1000_0000;

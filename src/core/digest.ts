import { createHash } from 'node:crypto';
import type { FrozenTarget } from './request.ts';

/** What of a frozen row is hashed. */
export type Digested = Pick<FrozenTarget, 'failedId' | 'uuid' | 'connection' | 'queue' | 'payloadSha256'>;

/** Built row by row, so that no set has to be held whole. */
export interface Digest {
  /** Rows in order of `failedId`; throws for one that comes too late. */
  add(target: Digested): void;
  readonly count: number;
  /** Of the last row; 0 before the first one. */
  readonly highest: number;
  /** Lower-case hex; nothing can be added afterwards. */
  end(): string;
}

/**
 * SHA-256 over the frozen rows ordered by id: id, uuid, connection, queue and payload hash of each, every field with its
 * length before it, so that no two different sets read the same.
 */
export function createDigest(): Digest {
  const hash = createHash('sha256');
  let [count, highest] = [0, 0];
  return {
    get count() {
      return count;
    },
    get highest() {
      return highest;
    },
    add({ failedId, uuid, connection, queue, payloadSha256 }) {
      if (failedId <= highest) throw new Error(`row ${failedId} comes after row ${highest}`);
      const fields = [String(failedId), uuid ?? '', connection, queue, payloadSha256];
      hash.update(fields.map((field) => `${Buffer.byteLength(field)}:${field}`).join(''));
      highest = failedId;
      count += 1;
    },
    end: () => hash.digest('hex'),
  };
}

/** The same of rows in any order. */
export function digestOf(targets: readonly Digested[]): string {
  const digest = createDigest();
  for (const target of [...targets].sort((a, b) => a.failedId - b.failedId)) digest.add(target);
  return digest.end();
}

import { createHash } from 'node:crypto';
import type { FrozenTarget } from './request.ts';

/**
 * SHA-256, lower-case hex, over the frozen rows ordered by id: id, uuid, connection, queue and payload hash of each,
 * every field with its length before it, so that no two different sets read the same.
 */
export function digestOf(targets: readonly FrozenTarget[]): string {
  const hash = createHash('sha256');
  for (const target of [...targets].sort((a, b) => a.failedId - b.failedId)) {
    const { failedId, uuid, connection, queue, payloadSha256 } = target;
    for (const field of [String(failedId), uuid ?? '', connection, queue, payloadSha256]) {
      hash.update(`${Buffer.byteLength(field)}:${field}`);
    }
  }
  return hash.digest('hex');
}

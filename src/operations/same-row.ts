import { createHash } from 'node:crypto';
import { findJobUuid } from '../core/ids.ts';
import type { FailedRow, FrozenTarget } from '../core/request.ts';

/** Whether a whole row is the one that was frozen: everything that the digest covers, its payload hashed anew. */
export const isSameRow = (row: FailedRow, target: FrozenTarget): boolean =>
  row.id === target.failedId &&
  (findJobUuid(row.uuid) ?? null) === target.uuid &&
  row.connection === target.connection &&
  row.queue === target.queue &&
  createHash('sha256').update(row.payload).digest('hex') === target.payloadSha256;

import { createHmac } from 'node:crypto';
import type { AuditRow } from './audit.ts';

/** The hash before the first row. */
export const genesis = '0'.repeat(64);

type Sealed = Omit<AuditRow, 'prevHash' | 'hash'>;

/** Every field with its length in bytes before it; absent fields differ from empty ones. */
export function canonicalRow(row: Sealed): string {
  const fields = [
    ...[String(row.seq), row.at, row.event, row.actor, row.verb, row.app, row.target],
    ...[row.reason, row.requestId, row.runId, row.outcome, row.detail],
  ];
  return fields.map((field) => (field === null ? '-' : `${Buffer.byteLength(field)}:${field}`)).join('');
}

/** HMAC-SHA256 over the hash before it and the row's canonical text; lower-case hex. */
export function sealRow(key: string, prevHash: string, row: Sealed): string {
  return createHmac('sha256', key).update(prevHash).update(canonicalRow(row)).digest('hex');
}

export interface AuditHead {
  readonly seq: number;
  readonly hash: string;
}

export type ChainFault =
  /** The row does not fit its own seal. */
  | { readonly kind: 'edited'; readonly seq: number }
  /** A number is missing. */
  | { readonly kind: 'deleted'; readonly seq: number }
  /** The row does not follow the one before it. */
  | { readonly kind: 'inserted'; readonly seq: number }
  | { readonly kind: 'clock-set-back'; readonly seq: number }
  /** The log ends before its head, or before an anchor. */
  | { readonly kind: 'cut'; readonly seq: number }
  /** The head does not name the last row. */
  | { readonly kind: 'head-rewritten'; readonly seq: number }
  /** An anchor names another hash than the row has: the log was written anew. */
  | { readonly kind: 'anchor-differs'; readonly seq: number };

/** Walks the rows in order of `seq`; call `end` after the last one. Both return the first fault, if there is one. */
export function createChainWalk(
  key: string,
  anchors: ReadonlyMap<number, string>,
): {
  readonly next: (row: AuditRow) => ChainFault | undefined;
  readonly end: (head: AuditHead) => ChainFault | undefined;
  readonly last: () => AuditHead;
} {
  let last: AuditHead = { seq: 0, hash: genesis };
  let lastAt = '';
  return {
    last: () => last,
    next(row) {
      const { seq } = row;
      if (seq > last.seq + 1) return { kind: 'deleted', seq: last.seq + 1 };
      if (sealRow(key, row.prevHash, row) !== row.hash) return { kind: 'edited', seq };
      if (row.prevHash !== last.hash || seq !== last.seq + 1) return { kind: 'inserted', seq };
      const anchor = anchors.get(seq);
      if (anchor !== undefined && anchor !== row.hash) return { kind: 'anchor-differs', seq };
      if (row.at < lastAt) return { kind: 'clock-set-back', seq };
      last = { seq, hash: row.hash };
      lastAt = row.at;
      return undefined;
    },
    end(head) {
      const highestAnchor = Math.max(0, ...anchors.keys());
      if (highestAnchor > last.seq || head.seq > last.seq) return { kind: 'cut', seq: last.seq + 1 };
      if (head.seq !== last.seq || head.hash !== last.hash) return { kind: 'head-rewritten', seq: last.seq };
      return undefined;
    },
  };
}

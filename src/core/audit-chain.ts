import { createHmac } from 'node:crypto';
import type { AuditRow } from './audit.ts';

/** The hash before the first row. */
export const genesis = '0'.repeat(64);

type Sealed = Omit<AuditRow, 'prevHash' | 'hash'>;

/** Every field with its length in bytes before it, in this order for ever; absent fields differ from empty ones. */
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

/** The newest row's number and hash; `{ seq: 0, hash: genesis }` of an empty log. */
export interface AuditHead {
  readonly seq: number;
  readonly hash: string;
}

/** What is wrong with a log, and at which row it shows first. */
export interface ChainFault {
  readonly kind: ChainFaultKind;
  readonly seq: number;
}

export type ChainFaultKind =
  /** The row does not fit its own seal. */
  | 'edited'
  /** This number is missing. */
  | 'deleted'
  /** The row was sealed by nobody who has the key, or does not follow the one before it. */
  | 'inserted'
  /** Another row before this one follows the same predecessor. */
  | 'forked'
  /** Its time lies before that of the row before it. */
  | 'clock-set-back'
  /** The log ends before its head, or before an anchor; the first missing number. */
  | 'cut'
  /** The head does not name the last row. */
  | 'head-rewritten'
  /** An anchor names another hash than the row has: the log was written anew. */
  | 'anchor-differs';

/** Walks a log row by row, so that its size does not matter. */
export interface ChainWalk {
  /** Rows in order of `seq`. The first fault ends the walk; a clock set back is kept for `end`, since later rows may be worse. */
  next(row: AuditRow): ChainFault | undefined;
  /** After the last row. `head`: as the store keeps it, read before the walk. */
  end(head: AuditHead): ChainFault | undefined;
  last(): AuditHead;
}

/** `anchors`: hashes noted outside the database, by `seq`. `from`: the row before the first one that is walked. */
export function createChainWalk(
  key: string,
  anchors: ReadonlyMap<number, string>,
  from: AuditHead = { seq: 0, hash: genesis },
): ChainWalk {
  let last = from;
  let lastPrevHash: string | undefined;
  let lastAt = '';
  let clock: ChainFault | undefined;

  const judge = (row: AuditRow): ChainFaultKind | undefined => {
    const sealed = sealRow(key, row.prevHash, row) === row.hash;
    // A number that is missing is named by `next`; a row beyond it that nobody sealed is what came too much.
    if (row.seq > last.seq + 1) return sealed ? 'deleted' : 'inserted';
    if (row.seq === last.seq || (sealed && row.prevHash === lastPrevHash)) return 'forked';
    if (!sealed) return 'edited';
    if (row.prevHash !== last.hash || row.seq !== last.seq + 1) return 'inserted';
    const anchor = anchors.get(row.seq);
    return anchor !== undefined && anchor !== row.hash ? 'anchor-differs' : undefined;
  };

  return {
    last: () => last,
    next(row) {
      const kind = judge(row);
      if (kind !== undefined) return { kind, seq: kind === 'deleted' ? last.seq + 1 : row.seq };
      if (row.at < lastAt) clock ??= { kind: 'clock-set-back', seq: row.seq };
      last = { seq: row.seq, hash: row.hash };
      lastPrevHash = row.prevHash;
      lastAt = row.at;
      return undefined;
    },
    end(head) {
      const furthest = [...anchors.keys()].reduce((most, seq) => Math.max(most, seq), head.seq);
      if (furthest > last.seq) return { kind: 'cut', seq: last.seq + 1 };
      if (head.seq !== last.seq || head.hash !== last.hash) return { kind: 'head-rewritten', seq: last.seq };
      return clock;
    },
  };
}

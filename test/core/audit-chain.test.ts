import { describe, expect, it } from 'vitest';
import type { AuditRow } from '../../src/core/audit.ts';
import {
  type ChainFault,
  canonicalRow,
  createChainWalk,
  genesis,
  sealRow,
} from '../../src/core/audit-chain.ts';

const key = 'a key outside the database';

const content = (
  seq: number,
  at = `2026-11-25 03:00:0${seq}.000000`,
): Omit<AuditRow, 'prevHash' | 'hash'> => ({
  ...{ seq, at, event: 'READ', actor: '{"person":"U0ANNA"}', verb: 'status', app: 'fap', target: 'queue=x' },
  ...{ reason: null, requestId: null, runId: null, outcome: 'answered', detail: '{}' },
});

function seal(rows: readonly Omit<AuditRow, 'prevHash' | 'hash'>[], from = genesis): AuditRow[] {
  let prevHash = from;
  return rows.map((row) => {
    const sealed = { ...row, prevHash, hash: sealRow(key, prevHash, row) };
    prevHash = sealed.hash;
    return sealed;
  });
}

const five = (): AuditRow[] => seal([1, 2, 3, 4, 5].map((seq) => content(seq)));

function walk(
  rows: readonly AuditRow[],
  options: { readonly anchors?: ReadonlyMap<number, string>; readonly head?: AuditRow | undefined } = {},
): ChainFault | undefined {
  const chain = createChainWalk(key, options.anchors ?? new Map());
  for (const row of rows) {
    const fault = chain.next(row);
    if (fault !== undefined) return fault;
  }
  const head = options.head ?? rows.at(-1);
  return chain.end(head === undefined ? { seq: 0, hash: genesis } : head);
}

const at = (rows: readonly AuditRow[], index: number): AuditRow => {
  const row = rows[index];
  if (row === undefined) throw new Error('no such row in this test');
  return row;
};

describe('the chain of the audit log', () => {
  it('holds when nothing was touched', () => {
    expect(walk(five())).toBeUndefined();
    expect(walk([])).toBeUndefined();
  });

  it.each<[string, (rows: AuditRow[]) => readonly AuditRow[], ChainFault]>([
    [
      'an edited field',
      (rows) => rows.map((row) => (row.seq === 3 ? { ...row, actor: '{"person":"U0BO"}' } : row)),
      { kind: 'edited', seq: 3 },
    ],
    [
      'an absent field made empty',
      (rows) => rows.map((row) => (row.seq === 3 ? { ...row, reason: '' } : row)),
      { kind: 'edited', seq: 3 },
    ],
    ['a deleted row', (rows) => rows.filter(({ seq }) => seq !== 2), { kind: 'deleted', seq: 2 }],
    ['a deleted first row', (rows) => rows.slice(1), { kind: 'deleted', seq: 1 }],
    [
      'a row far ahead that nobody with the key sealed',
      (rows) => [...rows, { ...content(9), prevHash: 'x', hash: 'y' }],
      { kind: 'inserted', seq: 9 },
    ],
    [
      'a row sealed after another predecessor',
      (rows) => [...rows, ...seal([content(6)], 'f'.repeat(64))],
      { kind: 'inserted', seq: 6 },
    ],
    [
      'a second row after the same predecessor',
      (rows) => [...rows, ...seal([content(6)], at(rows, 4).prevHash)],
      { kind: 'forked', seq: 6 },
    ],
    ['a number that comes twice', (rows) => [...rows, at(rows, 4)], { kind: 'forked', seq: 5 }],
  ])('names %s', (_, change, fault) => {
    expect(walk(change(five()))).toEqual(fault);
  });

  it('names the first row that is missing at its end', () => {
    const rows = five();
    expect(walk(rows.slice(0, 3), { head: rows[4] })).toEqual({ kind: 'cut', seq: 4 });
  });

  it('sees by an anchor that end and head were cut off together', () => {
    const rows = five();
    const anchors = new Map([[5, at(rows, 4).hash]]);
    expect(walk(rows.slice(0, 3), { anchors })).toEqual({ kind: 'cut', seq: 4 });
  });

  it('sees by an anchor that somebody with the key wrote the log anew', () => {
    const rows = five();
    const anchors = new Map([[2, 'the hash that it had']]);
    expect(walk(rows, { anchors })).toEqual({ kind: 'anchor-differs', seq: 2 });
  });

  it('sees a head that names another hash, or an earlier row', () => {
    const rows = five();
    expect(walk(rows, { head: { ...at(rows, 4), hash: 'another' } })).toEqual({
      ...{ kind: 'head-rewritten', seq: 5 },
    });
    expect(walk(rows, { head: rows[3] })).toEqual({ kind: 'head-rewritten', seq: 5 });
  });

  it('names the row at which the clock was set back, and worse faults before it', () => {
    const back = seal([content(1), content(2), content(3, '2026-11-25 02:00:00.000000'), content(4)]);
    expect(walk(back)).toEqual({ kind: 'clock-set-back', seq: 3 });
    const worse = back.map((row) => (row.seq === 4 ? { ...row, verb: 'flush' } : row));
    expect(walk(worse)).toEqual({ kind: 'edited', seq: 4 });
  });

  it('tells rows with another key apart', () => {
    const chain = createChainWalk('another key', new Map());
    expect(chain.next(at(five(), 0))).toEqual({ kind: 'edited', seq: 1 });
  });
});

describe('the canonical text of a row', () => {
  it('does not read the same when text moves from one field to the next', () => {
    const one = canonicalRow({ ...content(1), verb: 'ab', app: 'c' });
    expect(canonicalRow({ ...content(1), verb: 'a', app: 'bc' })).not.toBe(one);
  });

  it('never changes, since old rows are checked against it', () => {
    expect(canonicalRow(content(1))).toBe(
      '1:126:2026-11-25 03:00:01.0000004:READ19:{"person":"U0ANNA"}6:status3:fap7:queue=x---8:answered2:{}',
    );
  });
});

import type { AuditEntry, AuditRow } from '../core/audit.ts';
import { type AuditHead, sealRow } from '../core/audit-chain.ts';
import { canonicalJson } from '../core/canonical.ts';
import type { Secret } from '../core/secret.ts';
import { StoreUnavailable } from '../core/store-ports.ts';
import type { Row, Sql } from './sql.ts';

/**
 * Seals entries into the chain inside a transaction that is open: they stand or fall with it. The head row is locked
 * first, so over all replicas the order of numbers is the order of commits, without gaps.
 */
export async function sealWithin(
  sql: Sql,
  key: Secret,
  entries: readonly AuditEntry[],
): Promise<readonly AuditRow[]> {
  const before = await lockHead(sql);
  // Asked after the lock was got: a wait for it must not date rows back.
  const [clock] = await sql.all(clockText, [before.seq]);
  const at = atText(clock);
  const rows: AuditRow[] = [];
  let { seq, hash: prevHash } = before;
  for (const entry of entries) {
    seq += 1;
    const row = { seq, at, ...columnsOf(entry) };
    const hash = sealRow(key.reveal(), prevHash, row);
    rows.push({ ...row, prevHash, hash });
    prevHash = hash;
  }
  if (rows.length === 0) return rows;
  await sql.run(insertText, [rows.map(valuesOf)]);
  await sql.run('UPDATE audit_head SET seq = ?, hash = ? WHERE one = 1', [seq, prevHash]);
  return rows;
}

export async function lockHead(sql: Sql): Promise<AuditHead> {
  const [row] = await sql.all('SELECT seq, hash FROM audit_head WHERE one = 1 FOR UPDATE');
  if (row === undefined) throw new StoreUnavailable('the audit log has no head: the store was not migrated');
  return headOf(row);
}

export const headOf = (row: Row): AuditHead => ({ seq: Number(row['seq']), hash: String(row['hash']) });

/**
 * A clock that was set back by less than two seconds (a correction, another node's clock after a failover) waits for the
 * time of the row before; one that was set back further is written as it is, and the walk over the chain names it.
 */
const clockText = `SELECT CASE WHEN newest.at > clock.at AND newest.at < clock.at + INTERVAL 2 SECOND
    THEN newest.at ELSE clock.at END AS at
  FROM (SELECT UTC_TIMESTAMP(6) AS at) clock LEFT JOIN audit_log newest ON newest.seq = ?`;

const insertText = `INSERT INTO audit_log (seq, at, event, actor, verb, app, target, reason, request_id, run_id, outcome,
  detail, prev_hash, hash) VALUES ?`;

const valuesOf = (row: AuditRow): readonly (string | number | null)[] => [
  ...[row.seq, row.at, row.event, row.actor, row.verb, row.app, row.target, row.reason, row.requestId],
  ...[row.runId, row.outcome, row.detail, row.prevHash, row.hash],
];

function columnsOf(entry: AuditEntry): Omit<AuditRow, 'seq' | 'at' | 'prevHash' | 'hash'> {
  const { event, reason, requestId, runId, outcome } = entry;
  return {
    event,
    actor: canonicalJson(entry.actor),
    verb: cutTo(entry.verb, widths.verb),
    app: cutTo(entry.app, widths.app),
    target: cutTo(entry.target, widths.target),
    reason: reason === undefined ? null : cutTo(reason, widths.reason),
    ...{ requestId: requestId ?? null, runId: runId ?? null },
    outcome: outcome === undefined ? null : cutTo(outcome, widths.outcome),
    detail: canonicalJson(entry.detail),
  };
}

/** What the columns hold, in characters. */
const widths = { verb: 32, app: 64, target: 8_000, reason: 8_000, outcome: 64 };

/** As the column will give it back: not longer, and without the half characters that UTF-8 does not know. */
const cutTo = (text: string, width: number): string =>
  Buffer.from([...text].slice(0, width).join('')).toString();

export function auditRowOf(row: Row): AuditRow {
  const text = (name: string): string => String(row[name]);
  const optional = (name: string): string | null => (row[name] === null ? null : text(name));
  return {
    ...{ seq: Number(row['seq']), at: atText(row), event: text('event'), actor: text('actor') },
    ...{ verb: text('verb'), app: text('app'), target: text('target'), reason: optional('reason') },
    ...{ requestId: optional('request_id'), runId: optional('run_id'), outcome: optional('outcome') },
    ...{ detail: text('detail'), prevHash: text('prev_hash'), hash: text('hash') },
  };
}

/** A whole second may come without its fraction. */
function atText(row: Row | undefined): string {
  const at = String(row?.['at']);
  return at.includes('.') ? at : `${at}.000000`;
}

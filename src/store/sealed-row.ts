import type { AuditRow } from '../core/audit.ts';
import { sealRow } from '../core/audit-chain.ts';
import type { Secret } from '../core/secret.ts';

/** The row carries the seal that only who has the key can make: it was written through the audit log, as it stands. */
export const isSealed = (key: Secret, row: AuditRow): boolean =>
  sealRow(key.reveal(), row.prevHash, row) === row.hash;

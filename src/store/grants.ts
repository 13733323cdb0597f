import type { StoreDatabase } from './database.ts';

const free = [
  'numbers',
  'approvals',
  'approval_targets',
  'executions',
  'artisan_calls',
  'double_risks',
  'archived_failed_jobs',
  'cards',
  'leases',
  'inbound',
] as const;

/**
 * What the running account may do, and no more: it can add to the audit log, never change it. `account` is written as
 * MySQL wants it, e.g. `'queuekeeper'@'10.0.0.%'`.
 */
export function grantsFor(account: string, database: string): readonly string[] {
  return [
    ...free.map(
      (table) => `GRANT SELECT, INSERT, UPDATE, DELETE ON \`${database}\`.\`${table}\` TO ${account}`,
    ),
    `GRANT SELECT, INSERT ON \`${database}\`.\`audit_log\` TO ${account}`,
    `GRANT SELECT, UPDATE ON \`${database}\`.\`audit_head\` TO ${account}`,
    `GRANT SELECT ON \`${database}\`.\`migrations\` TO ${account}`,
  ];
}

/**
 * True when the running account could change or delete rows of the audit log. It is asked without touching a row: the
 * server checks rights before it looks for rows.
 */
export async function canEditAudit(database: StoreDatabase): Promise<boolean> {
  try {
    await database.query((sql) => sql.run("DELETE FROM audit_log WHERE seq = 0 AND event = 'never'"));
    return true;
  } catch {
    return false;
  }
}

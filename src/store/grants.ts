import type { StoreDatabase } from './database.ts';
import type { Sql } from './sql.ts';
import { isDenied } from './store-errors.ts';

/** Tables in which the running account may do everything but change their shape. */
const free = [
  ...['numbers', 'approvals', 'approval_targets', 'executions', 'artisan_calls', 'double_risks'],
  ...['archived_failed_jobs', 'cards', 'leases', 'inbound'],
  ...['approval_terms', 'approval_votes', 'execution_runs', 'kill_switches', 'preapprovals', 'policies'],
  ...['outbox', 'approval_freezes', 'queue_pauses', 'drills'],
  ...['incidents', 'incident_entries', 'gatherings', 'rule_states', 'silences', 'accepted_failures'],
  ...['records', 'record_incidents'],
  ...['sample_series', 'samples', 'alert_evaluator'],
];

/**
 * What the running account may do, and no more: it can add to the audit log, never change it. `account` as the server
 * wants it: `'queuekeeper'@'10.0.0.%'`. A right on a table needs the table, so this follows a migration, which does it by
 * itself where `store.migrate_url` has all rights on the schema WITH GRANT OPTION.
 */
export function grantsFor(account: string, database: string): readonly string[] {
  const on = (table: string): string => `ON \`${database}\`.\`${table}\` TO ${account}`;
  return [
    ...free.map((table) => `GRANT SELECT, INSERT, UPDATE, DELETE ${on(table)}`),
    `GRANT SELECT, INSERT ${on('audit_log')}`,
    `GRANT SELECT, UPDATE ${on('audit_head')}`,
    `GRANT SELECT ${on('migrations')}`,
  ];
}

/**
 * Rights that the running account has on the audit log and should not have, sorted; empty when it can only add to it.
 * UPDATE and DELETE are tried on no row (the server checks rights before it looks for rows, roles included), the others
 * are read from the server's own tables. Rejects when the store can't be asked.
 */
export function findWideRights(database: StoreDatabase): Promise<readonly string[]> {
  return database.query(async (sql) => {
    const tried = [
      ...((await isAllowed(sql, 'UPDATE audit_log SET event = event WHERE FALSE')) ? ['UPDATE'] : []),
      ...((await isAllowed(sql, 'DELETE FROM audit_log WHERE FALSE')) ? ['DELETE'] : []),
    ];
    const rows = await sql.all(shapeRights);
    return [...new Set([...tried, ...rows.map((row) => String(row['right']))])].sort();
  });
}

async function isAllowed(sql: Sql, statement: string): Promise<boolean> {
  try {
    await sql.run(statement);
    return true;
  } catch (error) {
    if (isDenied(error)) return false;
    throw error;
  }
}

/** Rights to empty, drop or reshape the table. A schema's name stands there as a pattern. */
const shapeRights = `SELECT DISTINCT privilege_type AS \`right\` FROM (
    SELECT privilege_type FROM information_schema.user_privileges
    UNION ALL SELECT privilege_type FROM information_schema.schema_privileges WHERE DATABASE() LIKE table_schema
    UNION ALL SELECT privilege_type FROM information_schema.table_privileges
      WHERE table_schema = DATABASE() AND table_name = 'audit_log'
  ) rights WHERE privilege_type IN ('DROP', 'ALTER', 'TRIGGER')`;

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Connection } from 'mysql2/promise';

/** `fap_app` is the application; the others are the bot's. */
export type Account = 'fap_app' | 'qk_read' | 'qk_restore' | 'qk_migrate' | 'qk_store';
export type Passwords = Readonly<Record<Account, string>>;

export function makePasswords(): Passwords {
  const password = (): string => randomBytes(12).toString('hex');
  return {
    ...{ fap_app: password(), qk_read: password(), qk_restore: password() },
    ...{ qk_migrate: password(), qk_store: password() },
  };
}

const create = (passwords: Passwords, accounts: readonly Account[]): string =>
  accounts.map((name) => `CREATE USER '${name}'@'%' IDENTIFIED BY '${passwords[name]}';`).join('\n');

/** Database `fap` with the reference application's tables, and who may use it. `connection` takes several statements. */
export async function createApplicationDatabase(connection: Connection, passwords: Passwords): Promise<void> {
  const schema = await readFile(new URL('fap-schema.sql', import.meta.url), 'utf8');
  await connection.query(`
    CREATE DATABASE fap; USE fap; ${schema}
    ${create(passwords, ['fap_app', 'qk_read', 'qk_restore'])}
    GRANT ALL ON fap.* TO 'fap_app'@'%';
    GRANT SELECT ON fap.* TO 'qk_read'@'%';
    GRANT SELECT, INSERT ON fap.failed_jobs TO 'qk_restore'@'%';
  `);
}

/**
 * An empty database `queuekeeper`. `qk_store`, the running bot, has no right at first: the bot's migrations, run as
 * `qk_migrate`, hand it exactly what its documentation asks for.
 */
export async function createStoreDatabase(connection: Connection, passwords: Passwords): Promise<void> {
  await connection.query(`
    CREATE DATABASE queuekeeper;
    ${create(passwords, ['qk_migrate', 'qk_store'])}
    GRANT ALL ON queuekeeper.* TO 'qk_migrate'@'%' WITH GRANT OPTION;
  `);
}

import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import type { RowDataPacket } from 'mysql2/promise';
import type { World } from '../../demo/world/world.ts';
import { timed } from './bench.ts';

/** The statements that the bot's reading account sends to the application's database while something is done, in order. */
export async function recordStatements(
  world: World,
  act: () => Promise<unknown>,
): Promise<readonly string[]> {
  await world.sql.query(
    "SET GLOBAL log_output = 'TABLE'; TRUNCATE mysql.general_log; SET GLOBAL general_log = ON",
  );
  await act();
  await world.sql.query('SET GLOBAL general_log = OFF');
  const [rows] = await world.sql.query<RowDataPacket[]>(
    `SELECT CONVERT(argument USING utf8mb4) AS text FROM mysql.general_log
     WHERE command_type = 'Query' AND user_host LIKE '%qk_read%' ORDER BY event_time`,
  );
  return rows.map((row) => String(row['text']));
}

/** Milliseconds of one run of the `mariadb` client, from its start to its end, with the same account. */
export async function runBare(world: World, statements: readonly string[]): Promise<number> {
  const file = `${world.folder}/bare.sql`;
  await writeFile(file, statements.map((text) => `${text};\n`).join(''));
  const { MYSQL_PWD, ...login } = {
    MYSQL_PWD: world.mariadb.passwords.qk_read,
    user: 'qk_read',
    port: world.mariadb.port,
  };
  const command = `exec mariadb --no-defaults -h127.0.0.1 -P${login.port} -u${login.user} --batch fap < ${file} > /dev/null`;
  const { ms } = await timed(
    () =>
      new Promise<void>((resolve, reject) => {
        execFile('sh', ['-c', command], { env: { ...process.env, MYSQL_PWD } }, (error) =>
          error === null ? resolve() : reject(error),
        );
      }),
  );
  return ms;
}

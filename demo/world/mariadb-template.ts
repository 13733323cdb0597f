import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Leash } from './leash.ts';
import { isAlive } from './memory.ts';
import { findProgram, programEnvironment } from './programs.ts';

const run = promisify(execFile);
const cache = fileURLToPath(new URL('../../.cache', import.meta.url));

/** The account that servers run as: the one who runs the world. */
export const serverUser: readonly string[] = process.getuid?.() === 0 ? ['--user=root'] : [];

/** Of the redo log; it has to be the same when the data is made and when it is used. */
export const redoLog = '--innodb-log-file-size=64M';

/** An empty data folder of the installed MariaDB, made once (some seconds): a warm start only copies it. */
export async function dataTemplate(leash: Leash): Promise<string> {
  const { stdout } = await run(findProgram('mariadbd'), ['--no-defaults', '--version']);
  const version = /Ver ([\w.]+)/.exec(stdout)?.[1] ?? 'unknown';
  const made = `${cache}/mariadb-${version}-${userInfo().username}`;
  if ((await stat(made).catch(() => undefined)) !== undefined) return made;
  // Made beside and renamed, so that nobody ever sees half of it; several worlds of one process may make it at once.
  const making = `${made}.${process.pid}.${randomUUID()}`;
  await clearHalves(made);
  await mkdir(making, { recursive: true });
  leash.check();
  await run(
    findProgram('mariadb-install-db'),
    [
      ...[
        '--no-defaults',
        `--datadir=${making}`,
        '--auth-root-authentication-method=normal',
        '--skip-test-db',
      ],
      ...[...serverUser, redoLog],
    ],
    { env: { ...programEnvironment(), ...leash.mark } },
  );
  await rename(making, made).catch(() => rm(making, { recursive: true, force: true }));
  return made;
}

/** What was left by a process that ended while it made one; its number stands in the name. */
async function clearHalves(made: string): Promise<void> {
  const own = basename(made);
  for (const name of await readdir(cache).catch(() => [])) {
    const [maker] = name.slice(own.length + 1).split('.');
    if (name.startsWith(`${own}.`) && !isAlive(Number(maker)))
      await rm(`${cache}/${name}`, { recursive: true, force: true });
  }
}

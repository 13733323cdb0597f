import { randomBytes } from 'node:crypto';
import { mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { makePasswords, type Passwords } from './accounts.ts';

/** What a world has to know again to live on its data: made up by the first one, kept with the data. */
export interface Secrets {
  readonly passwords: Passwords;
  /** Laravel's, 32 bytes in base64. */
  readonly appKey: string;
  /** Seals the bot's audit log. */
  readonly auditKey: string;
}

/** A folder in which a world's data outlives it. */
export interface Memory {
  readonly folder: string;
  readonly secrets: Secrets;
  /** Lets the next world have it. */
  close(): Promise<void>;
}

/** Another world lives on this data now. */
export class DataInUse extends Error {
  constructor(
    readonly folder: string,
    readonly pid: number,
  ) {
    super(`the data in ${folder} is in use by process ${pid}`);
  }
}

export const makeSecrets = (): Secrets => ({
  passwords: makePasswords(),
  appKey: randomBytes(32).toString('base64'),
  auditKey: randomBytes(24).toString('hex'),
});

/** Opens a folder for one world at a time; makes it when it is not there. Throws DataInUse. */
export async function openMemory(path: string): Promise<Memory> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const folder = await realpath(path);
  const lock = `${folder}/in-use-by`;
  await take(folder, lock);
  const file = `${folder}/secrets.json`;
  const kept: Secrets | undefined = await readFile(file, 'utf8').then(JSON.parse, () => undefined);
  const secrets = kept ?? makeSecrets();
  if (kept === undefined) {
    await writeFile(`${file}.new`, JSON.stringify(secrets), { mode: 0o600 });
    await rename(`${file}.new`, file);
  }
  return { folder, secrets, close: () => rm(lock, { force: true }) };
}

async function take(folder: string, lock: string): Promise<void> {
  const own = async (): Promise<void> => writeFile(lock, await identify(process.pid), { flag: 'wx' });
  await own().catch(async () => {
    const holder = await readFile(lock, 'utf8').catch(() => '');
    const pid = Number.parseInt(holder, 10);
    if (isAlive(pid) && (await identify(pid)) === holder) throw new DataInUse(folder, pid);
    // Its world was killed.
    await rm(lock, { force: true });
    await own();
  });
}

/** A number alone may belong to another process after a while, or after a restart; with its start it does not. */
async function identify(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The 22nd field; the second, the name, may hold anything, and the last bracket ends it.
  return `${pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`;
}

export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { createFileWriter } from '../write-whole.ts';
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
  if (kept === undefined) await createFileWriter(file, 0o600)(JSON.stringify(secrets));
  return { folder, secrets, close: () => rm(lock, { force: true }) };
}

/** Two that come at the same time never both have it, also where both find the lock of a world that was killed. */
async function take(folder: string, lock: string): Promise<void> {
  const own = `${lock}.${randomUUID()}`;
  await writeFile(own, await identify(process.pid));
  try {
    // A link is there at once with all that it says, or not at all.
    while (!(await isLinked(own, lock))) {
      const holder = await readFile(lock, 'utf8').catch(() => undefined);
      if (holder === undefined) continue;
      if (await lives(holder)) throw new DataInUse(folder, Number.parseInt(holder, 10));
      if (await takeOver(own, lock, holder)) return;
    }
  } finally {
    await rm(own, { force: true });
  }
}

/** From a world that was killed. Only who is alone at it puts its own in the place of that very lock. */
async function takeOver(own: string, lock: string, holder: string): Promise<boolean> {
  const turn = `${lock}.turn`;
  if (!(await isLinked(own, turn))) {
    const other = await readFile(turn, 'utf8').catch(() => undefined);
    // Killed in these few milliseconds.
    if (other !== undefined && !(await lives(other))) await rm(turn, { force: true });
    await pause(10);
    return false;
  }
  try {
    // Whoever was here before may have taken it meanwhile.
    if ((await readFile(lock, 'utf8').catch(() => undefined)) !== holder) return false;
    await rename(own, lock);
    return true;
  } finally {
    await rm(turn, { force: true });
  }
}

/** False: somebody else has it. */
async function isLinked(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Whether the process that wrote this down still runs. */
async function lives(holder: string): Promise<boolean> {
  const pid = Number.parseInt(holder, 10);
  return isAlive(pid) && (await identify(pid)) === holder;
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

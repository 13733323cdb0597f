import { readdir, readFile, readlink } from 'node:fs/promises';

/** Command lines of all processes that name a folder, work in it, or were told of it. Linux only. */
export async function findProcesses(folder: string): Promise<readonly string[]> {
  const numbers = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(numbers.map((number) => commandLine(number, folder)));
  return found.flatMap((line) => line ?? []);
}

async function commandLine(number: string, folder: string): Promise<string | undefined> {
  const [command, cwd, environment] = await Promise.all([
    readFile(`/proc/${number}/cmdline`, 'utf8').catch(() => ''),
    readlink(`/proc/${number}/cwd`).catch(() => ''),
    readFile(`/proc/${number}/environ`, 'utf8').catch(() => ''),
  ]);
  const line = command.replaceAll('\0', ' ').trim();
  // The test's own tools may speak of the folder too.
  return Number(number) !== process.pid && [line, cwd, environment].some((text) => text.includes(folder))
    ? `${number} ${line}`
    : undefined;
}

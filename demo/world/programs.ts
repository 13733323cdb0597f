import { accessSync, constants } from 'node:fs';

/** Servers live in sbin, which is not on everybody's path. */
const folders = (): readonly string[] => [
  ...(process.env['PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/')),
  ...['/usr/sbin', '/usr/local/sbin', '/sbin'],
];

/** This process's environment, with a path on which servers are found. */
export const programEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env, PATH: folders().join(':') });

/** The absolute path of a program. Throws when it is not installed. */
export function findProgram(name: string): string {
  const found = folders()
    .map((folder) => `${folder}/${name}`)
    .find(isExecutable);
  if (found === undefined) throw new Error(`${name} is not installed; run the set-up (demo/setup) first.`);
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

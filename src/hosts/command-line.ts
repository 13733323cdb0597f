import type { HostCommand } from '../operations/host-port.ts';

/** What the shell says when the deadline is past; 75 is EX_TEMPFAIL. */
export const deadlinePassed = 75;
/** What it says when the directory is not there; 74 is EX_IOERR, and artisan never ends so. */
export const directoryMissing = 74;
export const killGraceSeconds = 10;

/** In single quotes; a NUL can't be in an argument at all. */
export function quoteWord(word: string): string {
  if (word.includes('\0')) throw new Error('an argument with a NUL byte');
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * The line for a login shell. `deadline`: unix seconds by the host's own clock, after which nothing starts. A directory
 * that is missing ends the line: a command never runs elsewhere.
 */
export function commandLine(
  command: HostCommand,
  timeoutSeconds: number,
  deadline: number | undefined,
): string {
  const limit = ['timeout', '-k', String(killGraceSeconds), String(Math.ceil(timeoutSeconds))];
  const user = command.user === undefined ? [] : ['sudo', '-n', '-u', command.user, '--'];
  const words = [...user, ...limit, ...command.argv].map(quoteWord).join(' ');
  return [
    ...(deadline === undefined ? [] : [`[ "$(date +%s)" -lt ${deadline} ] || exit ${deadlinePassed};`]),
    ...(command.directory === undefined
      ? []
      : [`cd ${quoteWord(command.directory)} || exit ${directoryMissing};`]),
    `COLUMNS=150 exec ${words} </dev/null`,
  ].join(' ');
}

import type { HostCommand } from '../operations/host-port.ts';

export const killGraceSeconds = 10;
/** The shell gets the line as one argument, which Linux limits to 128 KiB. */
const mostBytes = 130_000;

/**
 * What the line says on stderr when it starts nothing. An exit code alone proves nothing: artisan ends with the code of
 * whatever exception it met, and what was "not started" is taken to have changed nothing.
 */
export const notStartedMarks = {
  'deadline-passed': { code: 75, mark: 'queuekeeper: the deadline has passed' },
  'directory-missing': { code: 74, mark: 'queuekeeper: no such directory' },
} as const;

const clockMark = 'queuekeeper: the time is';
export const clockLine = `echo "${clockMark} $(date +%s)"`;

/** Unix seconds; undefined where the host did not say them. What a login's start-up files print around it does not matter. */
export function readClock(stdout: string): number | undefined {
  const seconds = new RegExp(`^${clockMark} (\\d{9,11})$`, 'm').exec(stdout)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}

/** In single quotes; a NUL can't be in an argument at all. */
export function quoteWord(word: string): string {
  if (word.includes('\0')) throw new Error('an argument with a NUL byte');
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The argv with the host's limit around it, for `sudo` and without a shell. */
export const limitedArgv = (command: HostCommand, timeoutSeconds: number): readonly string[] => [
  ...(command.user === undefined ? [] : ['sudo', '-n', '-u', command.user, '--']),
  ...['timeout', '-k', String(killGraceSeconds), String(Math.ceil(timeoutSeconds))],
  ...command.argv,
];

/** Artisan is never told a terminal, and shortens lines to the width that it is told. */
const usualColumns = 150;
export const columnsOf = ({ columns = usualColumns }: HostCommand): string => String(columns);

/**
 * The line for a login shell. `deadline`: unix seconds by the host's own clock, from which on nothing starts. A directory
 * that is missing ends the line: a command never runs elsewhere. Throws at what no line can carry.
 */
export function commandLine(
  command: HostCommand,
  timeoutSeconds: number,
  deadline: number | undefined,
): string {
  const words = limitedArgv(command, timeoutSeconds).map(quoteWord).join(' ');
  const line = [
    ...(deadline === undefined ? [] : [`[ "$(date +%s)" -lt ${deadline} ] ${orElse('deadline-passed')}`]),
    ...(command.directory === undefined
      ? []
      : [`cd ${quoteWord(command.directory)} 2>/dev/null ${orElse('directory-missing')}`]),
    `COLUMNS=${columnsOf(command)} exec ${words} </dev/null`,
  ].join(' ');
  if (Buffer.byteLength(line) > mostBytes) throw new Error('a command line longer than a shell takes');
  return line;
}

function orElse(why: keyof typeof notStartedMarks): string {
  const { code, mark } = notStartedMarks[why];
  return `|| { echo '${mark}' >&2; exit ${code}; };`;
}

import type { Worked } from '../operations/ports.ts';

/** What `queue:retry` and `queue:forget` print, in all versions from 8 to 13. Hints only: the data decides. */
export interface ArtisanSaid {
  readonly confirmed: ReadonlySet<string>;
  readonly notFound: ReadonlySet<string>;
  readonly stoppedAt?: { readonly id: string | undefined; readonly decoding: boolean };
}

const idPattern = '([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9]{1,16})';
/** Up to 9.20: `The failed job [ID] has been pushed back onto the queue!` */
const pushedOld = new RegExp(`^The failed job \\[${idPattern}\\] has been pushed back onto the queue!`);
/** From 9.21: `ID ..... 31.26ms DONE`, `1m 2s DONE`; the dots vanish where the text is long. */
const task = new RegExp(`^${idPattern}[ .]*(?:[\\d.,]+\\s*(?:ms|[hms])\\s*)*(DONE|FAIL)\\s*$`);
const missing = new RegExp(`Unable to find failed job with ID \\[${idPattern}\\]`);
/** `In Encrypter.php line 244:` begins what Symfony prints of an exception, on stdout, without its class. */
const exceptionBlock = /^\s*In [\w.-]+ line \d+:/m;
/** An error of decoding: the job's row is at fault, and it was not pushed. Without blanks: see `exceptionOf`. */
const decodingErrors = [
  /Illuminate\\Contracts\\Encryption\\DecryptException|Thepayloadisinvalid\.|TheMACisinvalid\./,
  /unserialize\(\)|__PHP_Incomplete_Class|JsonException|Syntaxerror|Unabletoextractjobpayload/,
  /__wakeup|__unserialize/,
  /Tryingtoaccessarrayoffseton(?:valueoftype)?null|Undefinedarraykey"data"/,
];

export function readRetryOutput(stdout: string, stderr: string, rc: number): ArtisanSaid {
  const confirmed = new Set<string>();
  const notFound = new Set<string>();
  let failedAt: string | undefined;
  for (const line of lines(stdout)) {
    const old = pushedOld.exec(line)?.[1];
    const [, id, word] = task.exec(line) ?? [];
    const absent = missing.exec(line)?.[1];
    if (old !== undefined) confirmed.add(old);
    if (id !== undefined && word === 'DONE') confirmed.add(id);
    if (id !== undefined && word === 'FAIL') failedAt = id;
    if (absent !== undefined) notFound.add(absent);
  }
  if (rc === 0 && failedAt === undefined) return { confirmed, notFound };
  const exception = exceptionOf(stdout) ?? exceptionOf(stderr) ?? '';
  return {
    confirmed,
    notFound,
    stoppedAt: { id: failedAt, decoding: decodingErrors.some((error) => error.test(exception)) },
  };
}

/**
 * Only what follows the heading: PHP's own notices stand before it, and on Laravel 8 name `__unserialize()` on every run
 * ("… implements the Serializable interface, which is deprecated"). What is wrongly taken for a row's fault could be
 * pushed twice; so where no exception is shown, it is none of decoding. Without blanks, since Symfony breaks a long message
 * at the terminal's width, in the middle of words.
 */
function exceptionOf(text: string): string | undefined {
  const begin = text.search(exceptionBlock);
  if (begin === -1) return undefined;
  return lines(text.slice(begin))
    .filter((line) => !/\bDeprecated:/.test(line))
    .join('')
    .replace(/\s+/g, '');
}

/** `Failed job deleted successfully` with `!` or `.`; it names no id, and there is only one. */
export function readForgetOutput(stdout: string, id: string): ArtisanSaid {
  const deleted = lines(stdout).some((line) => /Failed job deleted successfully/.test(line));
  const absent = lines(stdout).some((line) => /No failed job matches the given ID/.test(line));
  return { confirmed: new Set(deleted ? [id] : []), notFound: new Set(absent ? [id] : []) };
}

/** `Job processing on queue [C:Q] has been paused.`; a version that does not know the command ends with 1. */
export function readPauseOutput(stdout: string, queue: string): ArtisanSaid {
  const said = lines(stdout).some((line) =>
    /Job processing on queue \[.*\] has been (?:paused|resumed)/.test(line),
  );
  return { confirmed: new Set(said ? [queue] : []), notFound: new Set() };
}

/**
 * The last job that a worker says it ran. From 9.21 `2026-11-25 03:00:00 App\Jobs\X 17 database reports ..... 12.34ms DONE` (the
 * three words with `-v` alone), before `[2026-11-25 03:00:00][17] Processed: App\Jobs\X`.
 */
export function readWorkOutput(stdout: string): Worked | undefined {
  let worked: Worked | undefined;
  for (const line of lines(stdout)) {
    const [, newClass, newKey, took, newWord] = workedNew.exec(line) ?? [];
    const [, oldKey, oldWord, oldClass] = workedOld.exec(line) ?? [];
    const jobClass = newClass ?? oldClass;
    const said = words.get(newWord ?? oldWord ?? '');
    if (jobClass === undefined || said === undefined) continue;
    const key = newKey ?? oldKey ?? (worked?.jobClass === jobClass ? worked.key : undefined);
    worked = { key, jobClass, said, milliseconds: took === undefined ? undefined : millisecondsOf(took) };
  }
  return worked;
}

const stamp = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d';
const workedNew = new RegExp(
  `^${stamp} (.+?)(?: ([A-Za-z0-9]{1,64}) \\S+ \\S+)? ?\\.* (?:(\\d[^.]*(?:\\.\\d+)?(?:ms|[hms])) )?(RUNNING|DONE|FAIL)$`,
);
const workedOld = new RegExp(
  `^\\[${stamp}\\]\\[([A-Za-z0-9]{1,64})\\] (Processing|Processed|Failed): +(.+)$`,
);
const words: ReadonlyMap<string, Worked['said']> = new Map([
  ...([
    ['RUNNING', 'began'],
    ['DONE', 'done'],
    ['FAIL', 'failed'],
  ] as const),
  ...([
    ['Processing', 'began'],
    ['Processed', 'done'],
    ['Failed', 'failed'],
  ] as const),
]);

/** `12.34ms`, `1s`, `2m 3s`, `1h 2m 3s`. */
function millisecondsOf(text: string): number | undefined {
  const exact = /^([\d,]+(?:\.\d+)?) ?ms$/.exec(text)?.[1];
  if (exact !== undefined) return Number(exact.replaceAll(',', ''));
  const [, hours, minutes, seconds, rest] =
    /^(?:(\d+)h ?)?(?:(\d+)m ?)?(?:(\d+)s ?)?(?:(\d+)ms)?$/.exec(text) ?? [];
  const part = (value: string | undefined, factor: number): number => Number(value ?? 0) * factor;
  const total = part(hours, 3_600_000) + part(minutes, 60_000) + part(seconds, 1_000) + part(rest, 1);
  return total > 0 ? total : undefined;
}

/** Names no row: what it took is seen in the data alone. A version that does not know `--hours` ends with 1. */
export const readFlushOutput = (): ArtisanSaid => ({ confirmed: new Set(), notFound: new Set() });

/** It may say anything; whether it made a failure is seen in the data. */
export const readDrillOutput = (): ArtisanSaid => ({ confirmed: new Set(), notFound: new Set() });

/** `Laravel Framework 12.72.0`, with PHP's own notices around it on old versions. */
export const readVersion = (stdout: string): string | undefined =>
  /^Laravel Framework (?:Lumen )?v?(\d{1,3}(?:\.\d{1,5}){0,2}\S{0,20})/m.exec(stdout)?.[1];

/** `Current application environment: local`, from 9.21 `INFO  The application environment is [local].` */
export const readEnvironment = (stdout: string): string | undefined =>
  (/The application environment is \[([^\]\n]{1,64})\]/.exec(stdout) ??
    /^Current application environment: (\S[^\n]{0,63}?)\s*$/m.exec(stdout))?.[1];

const lines = (text: string): readonly string[] => text.split('\n').map((line) => line.trim());

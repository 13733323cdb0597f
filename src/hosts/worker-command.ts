import type { WorkerCommand } from '../operations/ports.ts';

/** Laravel's own default of `--timeout`. */
const defaultTimeoutSeconds = 60;

/**
 * What a command line tells of a worker: that of a process, or `command=` of a program. Undefined: it starts none. What
 * stands around it (`sudo`, `sh -c '…'`, `nice`) does not matter.
 */
export function parseWorkerCommand(line: string): WorkerCommand | undefined {
  const words = line.split(/\s+/).map((word) => word.replace(/^["']|["']$/g, ''));
  const at = words.findIndex((word) => word === 'queue:work' || word === 'queue:listen');
  if (at === -1) return undefined;
  const told = words.slice(at + 1);
  const option = (name: string): string | undefined => findOption(told, name);
  const queues = option('queue')
    ?.split(',')
    .filter((queue) => queue !== '');
  return {
    connection: findConnection(told),
    queues: queues === undefined || queues.length === 0 ? undefined : queues,
    timeoutSeconds: wholeNumber(option('timeout')) ?? defaultTimeoutSeconds,
    tries: wholeNumber(option('tries')),
    sleepSeconds: wholeNumber(option('sleep')),
    maxTimeSeconds: positive(wholeNumber(option('max-time'))),
    maxJobs: positive(wholeNumber(option('max-jobs'))),
    memoryMegabytes: wholeNumber(option('memory')),
    force: told.includes('--force'),
  };
}

/** Options that take a value, which may stand in the next word. */
const valued: ReadonlySet<string> = new Set([
  ...['--queue', '--timeout', '--tries', '--sleep', '--max-time', '--max-jobs', '--memory', '--rest'],
  ...['--backoff', '--delay', '--name', '--env', '--stop-when-empty-for'],
]);

function findOption(words: readonly string[], name: string): string | undefined {
  const assigned = words.find((word) => word.startsWith(`--${name}=`));
  if (assigned !== undefined) return assigned.slice(name.length + 3).replace(/^["']|["']$/g, '');
  const at = words.indexOf(`--${name}`);
  const next = at === -1 ? undefined : words[at + 1];
  return next === undefined || next.startsWith('-') ? undefined : next;
}

/** The first word that is neither an option nor an option's value. */
const findConnection = (words: readonly string[]): string | undefined =>
  words.find(
    (word, index) => /^[\w.-]+$/.test(word) && !word.startsWith('-') && !valued.has(words[index - 1] ?? ''),
  );

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;

const positive = (number: number | undefined): number | undefined => (number === 0 ? undefined : number);

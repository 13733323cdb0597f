import { type AppDescription, queueLabel } from '../core/app-description.ts';
import { findDangerousWord } from '../core/drill-command.ts';
import type { HostVerb } from '../operations/host-port.ts';
import type { QueueName, WorkerOptions } from '../operations/ports.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const queueName = /^[\w.-]{1,64}:[\w.{}-]{1,100}$/;
const decimal = /^[1-9][0-9]{0,15}$/;
/** As the configuration takes it: nothing that a shell could read otherwise. */
const argument = /^[\w.:@/=+,-]{1,200}$/;
/** `--hours=0` deletes everything, and 1 can mean no hour at all when clocks change. There is no flush without hours. */
const flushHours = /^([2-9]|[1-9]\d+)$/;
/** Linux takes 128 KiB for one argument and more in all; far below it nothing needs to be known exactly. */
const mostBytes = 100_000;

/** What artisan can be told. There is no way to say `all`, `--range` or `--queue` here. */
export type ArtisanTemplate =
  | { readonly verb: 'retry'; readonly ids: readonly string[] }
  | { readonly verb: 'forget'; readonly id: string }
  | { readonly verb: 'pause' | 'resume'; readonly queue: QueueName }
  | { readonly verb: 'flush'; readonly hours: number }
  /** The command of the configuration that makes a failure for practice; the one place where a command is not our own. */
  | { readonly verb: 'drill'; readonly name: string; readonly words: readonly string[] }
  | ({ readonly verb: 'work-one'; readonly queue: QueueName } & Pick<
      WorkerOptions,
      'tries' | 'timeoutSeconds'
    >);

/**
 * The argv for a template. Ids that don't fit the failed driver are a bug at this depth, so they throw: the words that
 * people type were refused long before.
 */
export function artisanArgv(template: ArtisanTemplate, description: AppDescription): readonly string[] {
  const argv = [
    ...[description.artisan.php, 'artisan', ...wordsOf(template, description)],
    ...['--no-ansi', '--no-interaction'],
  ];
  if (argv.join(' ').length > mostBytes) throw new Error('more ids than one call may carry');
  return argv;
}

/** The same for a host with the runner. Throws at the same. */
export const artisanVerb = (template: ArtisanTemplate, description: AppDescription): HostVerb => ({
  name: template.verb,
  args: argsOf(template, description),
});

function argsOf(template: ArtisanTemplate, description: AppDescription): readonly string[] {
  if (template.verb === 'flush') return [checkedHours(template.hours)];
  // The runner has the command in its own configuration, by the queue's name.
  if (template.verb === 'drill') return [checkedDrill(template, description).name];
  return argumentsOf(template, description);
}

function wordsOf(template: ArtisanTemplate, description: AppDescription): readonly string[] {
  if (template.verb === 'drill') return checkedDrill(template, description).words;
  if (template.verb === 'work-one') return ['queue:work', ...workWords(template, description)];
  return [`queue:${template.verb}`, ...argumentsOf(template, description)];
}

type DrillTemplate = Extract<ArtisanTemplate, { readonly verb: 'drill' }>;

/** The configuration was checked when it was read; what is sent is checked again. */
function checkedDrill(template: DrillTemplate, { queues }: AppDescription): DrillTemplate {
  const { name, words } = template;
  if (!queues.some((queue) => queue.name === name))
    throw new Error('a drill of a queue that nobody configured');
  if (words.length === 0 || !words.every((word) => argument.test(word)))
    throw new Error('a drill whose command has words that are none');
  if (findDangerousWord(words) !== undefined) throw new Error('a drill that would run what it must not');
  return template;
}

function argumentsOf(
  template: Exclude<ArtisanTemplate, DrillTemplate>,
  description: AppDescription,
): readonly string[] {
  if (template.verb === 'work-one')
    return [
      configuredQueue(template.queue, description),
      ...[template.tries, template.timeoutSeconds].map(checkedNumber),
    ];
  if ('queue' in template) return [configuredQueue(template.queue, description)];
  if (template.verb === 'flush') return [`--hours=${checkedHours(template.hours)}`];
  const ids = template.verb === 'retry' ? template.ids : [template.id];
  const pattern = description.failed.driver === 'database' ? decimal : uuid;
  if (ids.length === 0) throw new Error('artisan would be told to act on nothing');
  for (const id of ids) if (!pattern.test(id)) throw new Error('an id that does not fit the failed driver');
  return ids;
}

/**
 * One job by the daemon path: `--once` ignores `--timeout`. `--max-time` ends it where the application has gone into
 * maintenance mode meanwhile, in which a worker waits for ever; it strikes between jobs alone. `-v` names the job.
 */
function workWords(
  template: Extract<ArtisanTemplate, { verb: 'work-one' }>,
  description: AppDescription,
): readonly string[] {
  const [, tries, timeout] = argumentsOf(template, description);
  return [
    ...[template.queue.connection, `--queue=${template.queue.name}`, '--max-jobs=1', '--stop-when-empty'],
    ...['--max-time=1', '--sleep=1', `--tries=${tries}`, `--timeout=${timeout}`, '-v'],
  ];
}

function checkedNumber(value: number): string {
  if (!Number.isInteger(value) || value < 1 || value > 86_400)
    throw new Error('a number that no worker is told');
  return String(value);
}

function checkedHours(hours: number): string {
  const text = String(hours);
  if (!flushHours.test(text)) throw new Error('hours that would reach what has just failed');
  return text;
}

/** Artisan takes any name without a word, so only queues of the configuration are named to it. */
function configuredQueue(queue: QueueName, { queues }: AppDescription): string {
  const label = queueLabel(queue);
  if (!queues.some((one) => queueLabel(one) === label) || !queueName.test(label))
    throw new Error('a queue that nobody configured');
  return label;
}

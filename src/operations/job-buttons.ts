import type { QueueDescription } from '../core/app-description.ts';
import type { Locale } from '../core/people.ts';
import type { Button } from '../core/reply.ts';
import { failedText } from '../text/failed.ts';
import type { QueueName } from './ports.ts';
import type { World } from './world.ts';

interface Job extends QueueName {
  readonly id: number;
}

/** The configured queue that a row of `failed_jobs` belongs to, whichever connection of the same table it names. */
export function findQueue(world: World, { connection, name }: QueueName): QueueDescription | undefined {
  const { queues, connections } = world.app.description;
  const named = queues.filter((queue) => queue.name === name);
  const table = (of: string): string => {
    const found = connections.get(of);
    return found?.driver === 'database' ? `table:${found.table}` : `connection:${of}`;
  };
  return (
    named.find((q) => q.connection === connection) ??
    named.find((q) => table(q.connection) === table(connection))
  );
}

/** `app=NAME`, needed in a button's words where the application is not the default one. */
export const appWords = (world: World): string =>
  world.appNames[0] === world.app.description.name ? '' : ` app=${world.app.description.name}`;

export function showButton(job: Job, world: World, locale: Locale): Button {
  return { label: failedText[locale].show, press: press('show', job, world) };
}

/** Asks first where running a job twice costs something. */
export function retryButton(job: Job, world: World, locale: Locale): Button {
  const { retry, twice, confirmRetry } = failedText[locale];
  const costly = findQueue(world, job)?.costly === true;
  const button: Button = { label: retry, press: press('retry', job, world) };
  return costly ? { ...button, confirm: { ...confirmRetry, text: twice } } : button;
}

export function forgetButton(job: Job, world: World, locale: Locale): Button {
  const { forget, confirmForget } = failedText[locale];
  return { label: forget, press: press('forget', job, world), style: 'danger', confirm: confirmForget };
}

const press = (verb: string, job: Job, world: World): Button['press'] => ({
  kind: 'words',
  verb,
  words: `${verb} ${job.id}${appWords(world)}`,
});

import { queueLabel } from '../core/app-description.ts';
import { parseDuration } from '../core/duration.ts';
import { type JobReference, parseJobReference } from '../core/ids.ts';
import { narrow } from '../core/narrow.ts';
import { nearest } from '../core/nearest.ts';
import { accept, type Judged, refuse } from '../core/refusal.ts';
import type { Words } from '../core/words.ts';
import type { QueueName } from './ports.ts';
import type { World } from './world.ts';

interface Declared {
  readonly verb: string;
  readonly usage: string;
}

/** Refuses words beyond the first `most`. */
export function atMost(words: Words, most: number, { verb, usage }: Declared): Judged<null> {
  const extra = words.plain[most];
  return extra === undefined ? accept(null) : refuse({ code: 'too-many-arguments', verb, usage, extra });
}

/**
 * Reads `reports` or `database:reports`. A connection that shares its table with a configured queue means that queue,
 * so `database_reports:reports` finds `database:reports`. A queue that nobody configured needs its connection.
 */
export function parseQueue(copied: string, world: World): Judged<QueueName> {
  // In messages a colon can be drawn by its look-alike, so that no emoji comes of it; people copy it from there.
  const typed = narrow(copied).replaceAll('\ua789', ':');
  const { queues, connections } = world.app.description;
  const wanted = typed.toLowerCase();
  const byName = queues.filter((queue) => queue.name.toLowerCase() === wanted);
  if (byName.length > 1) {
    return refuse({ code: 'ambiguous-queue', typed, candidates: byName.map(queueLabel) });
  }
  const only = byName[0] ?? queues.find((queue) => queueLabel(queue).toLowerCase() === wanted);
  if (only !== undefined) return accept({ connection: only.connection, name: only.name });
  const colon = typed.indexOf(':');
  const connection = connections.get(typed.slice(0, Math.max(colon, 0)).toLowerCase());
  const name = typed.slice(colon + 1);
  if (connection === undefined || !/^[\w.{}-]{1,100}$/.test(name)) {
    const known = queues.map((queue) => queue.name);
    const close = nearest(typed, known);
    return refuse({
      code: 'unknown-queue',
      typed,
      known,
      ...(close === undefined ? {} : { nearest: close }),
    });
  }
  const shared = queues.find(
    (queue) => queue.name === name && sharesTable(world, queue.connection, connection.name),
  );
  return accept({ connection: shared?.connection ?? connection.name, name });
}

function sharesTable(world: World, one: string, other: string): boolean {
  const { connections } = world.app.description;
  const [a, b] = [connections.get(one), connections.get(other)];
  return a?.driver === 'database' && b?.driver === 'database' && a.table === b.table;
}

/** The first word as a queue, if there is one. */
export function optionalQueue(words: Words, world: World): Judged<QueueName | undefined> {
  const typed = words.plain[0];
  return typed === undefined ? accept(undefined) : parseQueue(typed, world);
}

/** The whole of `[QUEUE]`: one queue or none. */
export function parseOnlyQueue(
  words: Words,
  world: World,
  declared: Declared,
): Judged<{ readonly queue: QueueName | undefined }> {
  const fits = atMost(words, 1, declared);
  if (!fits.ok) return fits;
  const queue = optionalQueue(words, world);
  return queue.ok ? accept({ queue: queue.value }) : queue;
}

/** For the audit: `queue=database:reports`. */
export const queueTarget = ({ queue }: { readonly queue: QueueName | undefined }): string =>
  queue === undefined ? 'all queues' : `queue=${queueLabel(queue)}`;

/** A filter such as `since=2h` in seconds, if there is one. */
export function optionalDuration(words: Words, key: string): Judged<number | undefined> {
  const typed = words.filters.get(key);
  if (typed === undefined) return accept(undefined);
  const seconds = parseDuration(typed);
  return seconds === undefined ? refuse({ code: 'not-a-duration', key, typed }) : accept(seconds);
}

/** A failed job's number or uuid. */
export function parseJob(typed: string): Judged<JobReference> {
  const reference = parseJobReference(narrow(typed).replace(/^#/, ''));
  return reference === undefined ? refuse({ code: 'not-a-job-id', typed }) : accept(reference);
}

/** The typed form of a reference. */
export const referenceText = (reference: JobReference): string =>
  reference.kind === 'id' ? String(reference.id) : reference.uuid;

import { type QueueDescription, queueLabel } from '../core/app-description.ts';
import type { RunContext } from '../core/operation.ts';
import type { RequestView } from '../core/request.ts';
import type { QueueName } from './ports.ts';
import type { World } from './world.ts';

/** `connection:queue` of a request that is about one queue, as it was noted when it was opened. */
export const queueFact = ({ facts }: RequestView): string =>
  typeof facts['queue'] === 'string' ? facts['queue'] : '';

/** The queue that a request is about, from the store's record. Throws where it has none: a bug. */
export async function queueInFacts({ requests, execution }: RunContext<World>): Promise<QueueName> {
  const view = await requests.find({ id: execution.requestId });
  const queue = view === undefined ? undefined : parseLabel(queueFact(view));
  if (queue === undefined) throw new Error(`request #${execution.number} names no queue`);
  return queue;
}

/** Undefined: it is none that is configured. */
export const configuredQueue = (label: string, world: World): QueueDescription | undefined =>
  world.app.description.queues.find((queue) => queueLabel(queue) === label);

function parseLabel(label: string): QueueName | undefined {
  const colon = label.indexOf(':');
  return colon < 1 ? undefined : { connection: label.slice(0, colon), name: label.slice(colon + 1) };
}

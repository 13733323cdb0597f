import { queueLabel } from '../core/app-description.ts';
import type { RunContext } from '../core/operation.ts';
import { mustRead, PartMissing } from '../core/reading.ts';
import type { ArtisanCallRecord, ExecutionState } from '../core/request.ts';
import { callHost } from './call-host.ts';
import type { ArtisanResult, QueueName } from './ports.ts';
import { saidInShort } from './said-in-short.ts';
import type { World } from './world.ts';

const lookAgainMs = 500;
/** A boot takes 0.1 to 0.4 s, and a brake is not waited for. */
const callSeconds = 15;

/** One `queue:pause` or `queue:resume` between its recorded intent and result. `number` is the execution's own. */
export async function callPause(
  context: RunContext<World>,
  verb: 'pause' | 'resume',
  queue: QueueName,
  number: number,
): Promise<'confirmed' | 'unconfirmed'> {
  const label = queueLabel(queue);
  const { result } = await callHost<ArtisanResult>(context, {
    ...{ number, argv: [`queue:${verb}`, label], failedIds: [], countsBefore: {} },
    ...{ timeoutSeconds: callSeconds, call: (limits) => context.world.app.artisan[verb](queue, limits) },
  });
  return 'confirmed' in result && result.confirmed.has(label) ? 'confirmed' : 'unconfirmed';
}

/** Whether workers find the queue paused at this moment. Throws `PartMissing` where the cache does not tell. */
export async function isPausedNow(
  { world, signal }: RunContext<World>,
  { connection, name }: QueueName,
): Promise<boolean> {
  const read = await world.app.condition.pausedNow(signal);
  if (read === undefined)
    throw new PartMissing({ part: 'redis', name: world.app.description.name, why: 'not-configured' });
  return mustRead(read).some((one) => one.connection === connection && one.name === name);
}

/**
 * Looks until the queue is as it was asked for, or no call of this execution can change it any more: one whose end nobody
 * saw may still be at work. True: it is as asked for.
 */
export async function untilPaused(
  context: RunContext<World>,
  queue: QueueName,
  wanted: boolean,
): Promise<boolean> {
  const { requests, execution, clock, signal } = context;
  for (;;) {
    const [calls, now] = await Promise.all([requests.calls(execution.executionId), requests.now()]);
    if ((await isPausedNow(context, queue)) === wanted) return true;
    if (!calls.some((call) => isOpen(call) && call.lifeEndsAt > now)) return false;
    await clock.wait(lookAgainMs, signal);
  }
}

const isOpen = ({ state }: ArtisanCallRecord): boolean => state === 'intended' || state === 'unknown';

/** Why a queue is not as it was asked for, in artisan's or the host's own words. `which`: of several calls. */
export function whyNot(
  calls: readonly ArtisanCallRecord[],
  which: 0 | -1,
): { readonly state: ExecutionState & ('failed' | 'not_started'); readonly why: string } {
  const ran = calls.some(({ state }) => state !== 'not-started');
  return { state: ran ? 'failed' : 'not_started', why: saidInShort(calls.at(which)?.output) };
}

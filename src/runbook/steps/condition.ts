import type { AppCondition } from '../../operations/ports.ts';
import { seenInPart } from '../marks.ts';
import type { StepContext } from '../ports.ts';
import type { Mark, ResultOf } from '../step-result.ts';

/** Maintenance mode and pauses: both stop a queue whose workers look well. */
export async function lookAtCondition({ app, queue, signal }: StepContext): Promise<ResultOf<'condition'>> {
  const [{ value, missing }, now] = await Promise.all([
    app.condition.read(signal),
    app.condition.pausedNow(signal),
  ]);
  // What was read a moment ago for others may be older than a pause that somebody has just made.
  const all = now?.ok === true ? now.value : value.paused;
  const paused = all?.some(({ connection, name }) => connection === queue.connection && name === queue.name);
  const facts = { maintenance: value.maintenance, paused };
  return {
    kind: 'condition',
    number: 0,
    mark: markCondition(value, paused, missing.length > 0),
    missing,
    facts,
  };
}

/** Pauses that nobody can read, since no shared cache is configured, are not held against the queue: they can't be made either. */
function markCondition({ maintenance }: AppCondition, paused: boolean | undefined, isPart: boolean): Mark {
  if (maintenance === true) return 'broken';
  if (paused === true) return 'suspicious';
  return isPart || maintenance === undefined ? seenInPart('fine') : 'fine';
}

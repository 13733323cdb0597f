import type { RunContext } from '../../core/operation.ts';
import type { RequestView } from '../../core/request.ts';
import { isRunEnd, type Phase, type RunEnd } from '../../text/retry-all.ts';
import type { QueueMark } from '../ports.ts';
import { findMark, markToFacts } from '../queue-mark.ts';
import type { World } from '../world.ts';

/**
 * What a run knows of itself beyond the states of its targets. All of it is written as the execution's progress, so that
 * another process can go on with it, and the card is drawn from it.
 */
export interface RunState {
  phase: Phase;
  ended: RunEnd | undefined;
  /** What the host said when it could not be started. */
  why: string | undefined;
  canaryPassed: boolean;
  /** Since when the canary's outcomes are awaited, or somebody's answer; milliseconds since 1970. */
  since: number | undefined;
  slotFree: boolean;
  /** Positions before the first push; undefined while they could not be read. */
  mark: QueueMark | undefined;
  /** Highest `failed_jobs.id` then. */
  highest: number | undefined;
  /** `connection:queue` of those that this run has paused and not yet resumed. */
  readonly paused: Set<string>;
  /** Some were pushed while workers took jobs. */
  unpaused: boolean;
  /** `connection:queue` of those on which nobody works, of a run that waits for outcomes. */
  unserved: readonly string[];
  /** Failed again, by exception. */
  readonly again: Map<string, number>;
  perSecond: number | undefined;
  leftSeconds: number | undefined;
}

type Plain = Readonly<Record<string, unknown>>;

/** Reads back what an earlier process wrote; a fresh run has written nothing. */
export function restoreState({ execution }: RequestView): RunState {
  const plain: Plain = execution?.progress ?? {};
  const again = plain['again'];
  return {
    ...{ phase: 'pushing', perSecond: undefined, leftSeconds: undefined },
    ended: isRunEnd(plain['ended']) ? plain['ended'] : undefined,
    why: typeof plain['why'] === 'string' ? plain['why'] : undefined,
    canaryPassed: plain['canaryPassed'] === true,
    since: numberIn(plain['since']),
    slotFree: plain['slotFree'] === true,
    ...{ mark: findMark(plain), highest: numberIn(plain['highest']) },
    paused: new Set(textsIn(plain['paused'])),
    unpaused: plain['unpaused'] === true,
    unserved: textsIn(plain['unserved']),
    again: new Map(Array.isArray(again) ? again.flatMap(pairIn) : []),
  };
}

export function stateToPlain(state: RunState): Plain {
  const { phase, ended, why, canaryPassed, since, slotFree, mark, highest, perSecond, leftSeconds } = state;
  const known = { ended, why, since, highest, perSecond, leftSeconds };
  return {
    ...{ phase, canaryPassed, slotFree, unpaused: state.unpaused, paused: [...state.paused].sort() },
    ...(state.unserved.length === 0 ? {} : { unserved: state.unserved }),
    ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
    ...(mark === undefined ? {} : { mark: markToFacts(mark) }),
    again: [...state.again]
      .map(([name, count]) => ({ name, count }))
      .sort((a, b) => b.count - a.count)
      .slice(0, groupsKept),
  };
}

/** Different exceptions whose numbers are kept; those shown are fewer. */
const groupsKept = 50;

const numberIn = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
export const textsIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
function pairIn(value: unknown): readonly [string, number][] {
  if (typeof value !== 'object' || value === null) return [];
  const [name, count] = [Reflect.get(value, 'name'), Reflect.get(value, 'count')];
  return typeof name === 'string' && typeof count === 'number' ? [[name, count]] : [];
}

/**
 * Writes the state, one write after another; whoever waits for one knows that all until then is in the store. `asks`: and
 * has who asked for the run told that it waits for somebody's word.
 */
export function createSaver(context: RunContext<World>, state: RunState): (asks?: boolean) => Promise<void> {
  let line: Promise<void> = Promise.resolve();
  return (asks) => {
    const written = line.then(async () => {
      await context.control.progress(context.execution, stateToPlain(state), asks);
      context.changed();
    });
    line = written.catch(() => undefined);
    return written;
  };
}

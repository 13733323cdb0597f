import type { Break } from './breaks/break.ts';
import type { Act, BreakId, BreakNow } from './model.ts';
import type { Seen } from './observe/observe.ts';

const actsKept = 30;
const usualLimitMs = 40_000;

/** The buttons' other side: breaks and mends one thing at a time each, and remembers what was done. */
export interface Board {
  /** Never rejects: what failed is an act too. Undefined: it is busy with this one already. */
  press(id: BreakId, how: Act['how']): Promise<Act | undefined>;
  /** Newest first. */
  acts(): readonly Act[];
  states(seen: Seen): readonly BreakNow[];
  has(id: string): id is BreakId;
}

export function createBoard(
  breaks: readonly Break[],
  /** Unix milliseconds. */
  now: () => number,
  onChange: () => void,
  limitMs = usualLimitMs,
): Board {
  let acts: readonly Act[] = [];
  let last = 0;
  const busy = new Set<BreakId>();
  const note = (act: Omit<Act, 'number'>): Act => {
    last += 1;
    const noted = { ...act, number: last };
    acts = [noted, ...acts].slice(0, actsKept);
    return noted;
  };
  return {
    async press(id, how) {
      const found = breaks.find((one) => one.id === id);
      if (found === undefined || busy.has(id)) return undefined;
      busy.add(id);
      onChange();
      const result = await Promise.race([attempt(() => found[how]()), late(limitMs)]);
      busy.delete(id);
      const act = note({ at: now(), id, how, result });
      onChange();
      return act;
    },
    acts: () => acts,
    states: (seen) =>
      breaks.map((one) => ({ id: one.id, isBroken: one.isBroken(seen), isBusy: busy.has(one.id) })),
    has: (id): id is BreakId => breaks.some((one) => one.id === id),
  };
}

async function attempt(work: () => ReturnType<Break['break']>): Promise<Act['result']> {
  try {
    return { kind: 'done', facts: await work() };
  } catch (error) {
    return { kind: 'failed', error: error instanceof Error ? error.message : String(error) };
  }
}

const late = (limitMs: number): Promise<Act['result']> =>
  new Promise((resolve) =>
    setTimeout(
      () => resolve({ kind: 'failed', error: `not done within ${limitMs / 1000} s` }),
      limitMs,
    ).unref(),
  );

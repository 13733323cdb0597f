import type { PartState } from '../model.ts';

/** What a part of the world said, or that it said nothing. */
export type Heard<T> =
  | { readonly state: 'well'; readonly value: T }
  | { readonly state: Exclude<PartState, 'well'> };

/** Asks one part again and again, never twice at once. */
export type Ask<T> = () => Promise<Heard<T>>;

/**
 * Waits at most `limitMs` for an answer. A question that hangs is not asked again until it has ended: a dead database is
 * a normal day, and must not cost a connection a second.
 */
export function createAsk<T>(question: () => Promise<T>, limitMs: number): Ask<T> {
  let underWay: Promise<Heard<T>> | undefined;
  return () => {
    underWay ??= question()
      .then(
        (value): Heard<T> => ({ state: 'well', value }),
        (): Heard<T> => ({ state: 'down' }),
      )
      .finally(() => {
        underWay = undefined;
      });
    return Promise.race([underWay, silence(limitMs)]);
  };
}

const silence = (limitMs: number): Promise<{ readonly state: 'silent' }> =>
  new Promise((resolve) => setTimeout(() => resolve({ state: 'silent' }), limitMs).unref());

import type { Clock } from './clock.ts';

/**
 * One answer for all who ask at the same time, and for those who ask within `keepMs` after it. A rejection is nobody's
 * answer but theirs who waited for it.
 */
export function coalesce<T>(
  ask: () => Promise<T>,
  clock: Pick<Clock, 'now'>,
  keep: (answer: T) => number,
): () => Promise<T> {
  let underWay: Promise<T> | undefined;
  let kept: { readonly answer: T; readonly until: number } | undefined;
  return () => {
    if (kept !== undefined && clock.now().getTime() < kept.until) return Promise.resolve(kept.answer);
    underWay ??= ask()
      .then((answer) => {
        kept = { answer, until: clock.now().getTime() + keep(answer) };
        return answer;
      })
      .finally(() => {
        underWay = undefined;
      });
    return underWay;
  };
}

import type { Clock } from './clock.ts';

/**
 * One answer for all who ask at the same time, and for those who ask within `keepMs` after it. A rejection is nobody's
 * answer but theirs who waited for it. A clock that was set back makes no answer live longer.
 */
export function coalesce<T>(
  ask: () => Promise<T>,
  clock: Pick<Clock, 'now'>,
  keep: (answer: T) => number,
): () => Promise<T> {
  let underWay: Promise<T> | undefined;
  let kept: { readonly answer: T; readonly from: number; readonly until: number } | undefined;
  return () => {
    const now = clock.now().getTime();
    if (kept !== undefined && kept.from <= now && now < kept.until) return Promise.resolve(kept.answer);
    underWay ??= ask()
      .then((answer) => {
        const from = clock.now().getTime();
        kept = { answer, from, until: from + keep(answer) };
        return answer;
      })
      .finally(() => {
        underWay = undefined;
      });
    return underWay;
  };
}

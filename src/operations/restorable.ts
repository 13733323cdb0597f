import type { RequestView, TargetState } from '../core/request.ts';

/**
 * Which of a request's rows can be brought back: of a flush or a forget whatever is archived and gone, of a retry only what
 * was not confirmed as pushed, since a pushed job runs, and its row would run it twice.
 */
export function restorableStates(verb: string): readonly TargetState[] {
  switch (verb) {
    case 'flush':
      return ['forgotten', 'unconfirmed'];
    case 'forget':
      return ['forgotten', 'unconfirmed', 'gone_before'];
    case 'retry':
    case 'drill':
    case 'retry-all':
      return ['unconfirmed', 'vanished'];
    default:
      return [];
  }
}

/** It has ended, and something of it may be brought back and is not back yet. */
export function isRestorable(view: RequestView): boolean {
  const { verb, execution, countsByState } = view;
  if (execution === null || execution.state === 'executing' || execution.state === 'unknown') return false;
  if (isAllBack(view)) return false;
  return restorableStates(verb).some((state) => state !== 'gone_before' && (countsByState[state] ?? 0) > 0);
}

/** Restores have put back every row of it that they could. */
export function isAllBack({ verb, countsByState, restored }: RequestView): boolean {
  const gone = restorableStates(verb).reduce((sum, state) => sum + (countsByState[state] ?? 0), 0);
  return gone > 0 && restored >= gone;
}

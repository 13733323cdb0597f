import { countValue } from '../../core/reading.ts';
import type { LogFound } from '../../operations/runbook-ports.ts';
import type { LogFacts } from '../facts.ts';
import { markOf, seenInPart } from '../marks.ts';
import type { StepContext } from '../ports.ts';
import type { ResultOf } from '../step-result.ts';

type Result = ResultOf<'log'>;

/** How often a text stands in the application's log, on each of its hosts. */
export async function lookAtLog(
  number: number,
  step: Result['step'],
  { app, clock, signal }: StepContext,
): Promise<Result> {
  const { name } = app.description;
  const searched = await app.logs.search(step.log, signal);
  const missing: Result['missing'] = searched?.missing ?? [{ part: 'log', name, why: 'not-configured' }];
  if (searched === undefined || nothingSeen(searched.value, missing.length)) {
    return { kind: 'log', number, step, mark: 'unseen', missing, facts: undefined, found: undefined };
  }
  const { value: found } = searched;
  const facts = logFacts(number, step.log, found, clock.now());
  const mark = markOf(found.matches, step, facts.matches > 0 ? 'suspicious' : 'fine');
  const isPart = missing.length > 0 || !found.complete;
  return { kind: 'log', number, step, facts, missing, found, mark: isPart ? seenInPart(mark) : mark };
}

/** Where hosts are missing and the others gave nothing at all, nothing is known. */
const nothingSeen = (found: LogFound, missing: number): boolean =>
  found.matches.kind === 'unknown' || (missing > 0 && found.bytes === 0 && countValue(found.matches) === 0);

function logFacts(step: number, query: Result['step']['log'], found: LogFound, now: Date): LogFacts {
  const newest = found.newest[0]?.at ?? found.perMinute.at(-1)?.at;
  const ageOf = (at: Date): number => Math.max(0, Math.round((now.getTime() - at.getTime()) / 1000));
  return {
    ...{ step, match: query.match, withinSeconds: query.withinSeconds },
    ...{ matches: countValue(found.matches) ?? 0, isAtLeast: found.matches.kind !== 'exact' },
    newestSeconds: newest && ageOf(newest),
    ...(found.complete || found.back === undefined ? {} : { backSeconds: ageOf(found.back) }),
  };
}

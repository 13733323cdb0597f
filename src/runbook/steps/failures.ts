import { shortClass } from '../../core/app-description.ts';
import type { Read } from '../../core/reading.ts';
import type { FailureGroup, FailureGroups } from '../../operations/ports.ts';
import type { FailuresFacts } from '../facts.ts';
import { markOf } from '../marks.ts';
import type { StepContext } from '../ports.ts';
import type { ResultOf } from '../step-result.ts';

type Result = ResultOf<'failures'>;

/** The reader keeps no more. */
const mostGroups = 500;
/** What a worker leaves behind that was killed or took too long. */
const timeLimits = /^(MaxAttemptsExceeded|TimeoutExceeded|ProcessTimedOut)/;

/** Failures of the step's classes within its window, by exception; without classes those of the queue. */
export async function lookAtFailures(
  number: number,
  step: Result['step'],
  { app, queue, clock, signal }: StepContext,
): Promise<Result> {
  const { jobs, withinSeconds } = step;
  const wanted = jobs.length === 0 ? { queue, limit: mostGroups } : { limit: mostGroups };
  const [all, lately] = await Promise.all([
    app.failures.groups(wanted, signal),
    app.failures.groups({ ...wanted, sinceSeconds: withinSeconds }, signal),
  ]);
  const missing = distinctMissing([all, lately]);
  if (!lately.ok) {
    return { kind: 'failures', number, step, mark: 'unseen', missing, facts: undefined, groups: [] };
  }
  const own = ofClasses(lately.value.groups, jobs);
  const everything = all.ok ? ofClasses(all.value.groups, jobs) : undefined;
  const facts = failuresFacts(own, everything, lately.value, withinSeconds, clock.now());
  const recent = { kind: facts.isAtLeast ? 'capped' : 'exact', value: facts.recent } as const;
  const mark = markOf(recent, step, facts.recent > 0 ? 'suspicious' : 'fine');
  return { kind: 'failures', number, step, facts, missing, groups: own, mark };
}

const distinctMissing = (reads: readonly Read<unknown>[]): Result['missing'] =>
  reads.flatMap((read) => (read.ok ? [] : [read.missing])).slice(0, 1);

function ofClasses(groups: readonly FailureGroup[], jobs: readonly string[]): readonly FailureGroup[] {
  const wanted = new Set(jobs.map((job) => shortClass(job).toLowerCase()));
  return groups.filter(({ jobClass }) => wanted.size === 0 || wanted.has(shortClass(jobClass).toLowerCase()));
}

export function failuresFacts(
  lately: readonly FailureGroup[],
  everything: readonly FailureGroup[] | undefined,
  { of }: Pick<FailureGroups, 'of'>,
  withinSeconds: number,
  now: Date,
): FailuresFacts {
  const ageOf = (at: Date): number => Math.max(0, Math.round((now.getTime() - at.getTime()) / 1000));
  const hidden = (everything ?? []).filter(
    (group) => ageOf(group.newestAt) < withinSeconds && !lately.some((one) => isSameGroup(one, group)),
  );
  // Failures of others may have filled the window that was looked at: the tally still knows of ours.
  const recent = sum(lately) + hidden.length;
  const byException = joined([...lately, ...hidden.map((group) => ({ ...group, count: 1 }))]);
  const top = byException[0];
  const older = (everything ?? []).filter((group) => ageOf(group.newestAt) >= withinSeconds);
  const total = everything === undefined ? undefined : sum(everything);
  return {
    ...{ recent, isAtLeast: hidden.length > 0 || (of.kind !== 'exact' && recent > 0), withinSeconds },
    exceptions: byException.length,
    ...{ topShare: top === undefined ? 0 : top.count / recent, topCount: top?.count ?? 0 },
    ...{ topException: top?.exceptionClass ?? '', topMessage: top?.fingerprint ?? '' },
    topClass: top === undefined ? '' : shortClass(top.jobClass),
    topFirstSeconds: top && ageOf(top.oldestAt),
    topLastSeconds: top && ageOf(top.newestAt),
    topNewestId: top?.newestId,
    timeouts: sum(byException.filter(({ exceptionClass }) => timeLimits.test(exceptionClass))),
    earlier: total === undefined ? undefined : Math.max(0, total - recent),
    earlierSeconds: older.length === 0 ? undefined : Math.min(...older.map((group) => ageOf(group.newestAt))),
  };
}

const sum = (groups: readonly { readonly count: number }[]): number =>
  groups.reduce((all, { count }) => all + count, 0);

const isSameGroup = (a: FailureGroup, b: FailureGroup): boolean =>
  a.exceptionClass === b.exceptionClass && a.fingerprint === b.fingerprint && a.jobClass === b.jobClass;

/** The same exception of several classes is one cause. Most frequent first. */
function joined(groups: readonly FailureGroup[]): readonly FailureGroup[] {
  const byCause = new Map<string, FailureGroup>();
  for (const group of groups) {
    const key = `${group.exceptionClass}\0${group.fingerprint}`;
    const known = byCause.get(key);
    byCause.set(key, known === undefined ? group : join(known, group));
  }
  return [...byCause.values()].sort((a, b) => b.count - a.count);
}

function join(a: FailureGroup, b: FailureGroup): FailureGroup {
  const larger = a.count >= b.count ? a : b;
  const newer = a.newestAt >= b.newestAt ? a : b;
  const older = a.oldestAt < b.oldestAt ? a : b;
  return {
    ...larger,
    ...{ count: a.count + b.count, newestId: newer.newestId, newestAt: newer.newestAt },
    oldestAt: older.oldestAt,
  };
}

import type { RunContext, Settled } from '../../core/operation.ts';
import type { ArtisanCallRecord, RequestView } from '../../core/request.ts';
import { runIdOf } from '../call-host.ts';
import type { WorkerProcess } from '../ports.ts';
import type { World } from '../world.ts';
import { listHost } from './look.ts';
import { isRenewed, isWell, type Member, membersIn, renewed } from './member.ts';
import { findRelease, type Release } from './release-card.ts';
import { judge } from './restart-member.ts';

const lookEveryMs = 1_000;
/** A host that is away, or a program that is starting, is looked at for so long before it is named as it is. */
const patienceMs = 30_000;

/** What a restart was about: as the run knew it last, else as it was asked for. */
export function membersOf({ execution, facts }: RequestView): readonly Member[] {
  const places = [execution?.detail, execution?.progress, facts];
  return places.map((place) => membersIn(place?.['members'])).find(({ length }) => length > 0) ?? [];
}

/**
 * Judges by Supervisor's lists of this moment and by the pids that were noted before. Waits while a call whose end nobody
 * saw may still be at work. Restarts nothing: what an ended process left as it was is named.
 */
export async function settleRestart(context: RunContext<World>): Promise<Settled> {
  const { requests, execution, clock } = context;
  const view = await requests.find({ id: execution.requestId });
  if (view === undefined) throw new Error(`request #${execution.number} is not in the store`);
  const calls = await requests.calls(execution.executionId);
  const members = membersOf(view);
  const began = clock.now().getTime();
  for (;;) {
    const now = await requests.now();
    const isPatient = clock.now().getTime() - began < patienceMs;
    const judged = await judgeAll(context, members, calls, { now, isPatient, release: findRelease(view) });
    if (judged !== undefined) return conclude(judged, calls, view);
    await clock.wait(lookEveryMs, context.signal);
  }
}

interface Moment {
  /** By the store's clock. */
  readonly now: Date;
  readonly isPatient: boolean;
  readonly release: Release;
}

/** Undefined: one of them is still on its way. */
async function judgeAll(
  context: RunContext<World>,
  members: readonly Member[],
  calls: readonly ArtisanCallRecord[],
  { now, isPatient, release }: Moment,
): Promise<readonly Member[] | undefined> {
  const hosts = [...new Set(members.map(({ host }) => host))];
  const lists = new Map(
    await Promise.all(hosts.map(async (host) => [host, await listHost(context, host)] as const)),
  );
  // An update that may still be at work stops and starts what was announced.
  const isAtWork = calls.some((call) => call.runId.includes('-update-') && mayLive(call, now));
  const isUpdating = ({ host, group }: Member): boolean =>
    isAtWork && (release.announced ?? []).some((one) => one.host === host && one.group === group);
  const judged: Member[] = [];
  for (const [index, member] of members.entries()) {
    const runId = runIdOf(context.execution.executionId, index + 1);
    const call = calls.find((one) => one.runId === runId);
    const isAlive = call !== undefined && (mayLive(call, now) || isPatient);
    const one = judgeOne(member, lists.get(member.host) ?? 'away', call, isAlive);
    if (one === undefined || (isUpdating(member) && !isWell(one))) return undefined;
    const isEnded = release.end !== undefined && one.why === 'cut-off';
    judged.push(isEnded ? { ...one, why: 'not-reached' } : one);
  }
  return judged;
}

const mayLive = (call: ArtisanCallRecord, now: Date): boolean =>
  isUnclean(call) && now.getTime() < call.lifeEndsAt.getTime();

const isUnclean = ({ state }: ArtisanCallRecord): boolean => state === 'intended' || state === 'unknown';

function judgeOne(
  member: Member,
  list: readonly WorkerProcess[] | 'away',
  call: ArtisanCallRecord | undefined,
  waits: boolean,
): Member | undefined {
  if (member.phase === 'removed') return member;
  const seen = list === 'away' ? 'away' : list.find(({ name }) => name === member.name);
  if (seen !== 'away' && isRenewed(member, seen) && seen !== undefined)
    return { ...member, ...renewed(member, seen) };
  if (call === undefined || call.state === 'not-started') return untouched(member, seen);
  const kind = isUnclean(call) ? 'unknown' : 'ended';
  const end = judge(member, seen, kind, !waits);
  if (end === undefined) return undefined;
  // What was said when it was tried tells more than nothing.
  return { ...member, ...end, said: end.said === undefined || end.said === '' ? member.said : end.said };
}

/** No call of ours has touched it. */
function untouched(member: Member, seen: WorkerProcess | 'away' | undefined): Member {
  if (seen === 'away') return { ...member, phase: 'unknown', why: 'host-away', state: null };
  if (seen === undefined)
    return member.phase === 'unknown' ? member : { ...member, phase: 'gone', state: null };
  const { state } = seen;
  const isAlive = state === 'RUNNING' || state === 'STOPPING';
  const why = member.phase === 'waiting' || member.phase === 'restarting' ? 'cut-off' : member.why;
  return { ...member, state, phase: isAlive ? 'old' : 'down', why: why ?? 'not-reached' };
}

function conclude(
  members: readonly Member[],
  calls: readonly ArtisanCallRecord[],
  view: RequestView,
): Settled {
  const well = members.filter(isWell).length;
  const isTouched = calls.some(({ state, runId }) => state !== 'not-started' && !runId.includes('-reread'));
  const rest = { ...view.execution?.progress };
  delete rest['members'];
  const state =
    well === members.length && well > 0
      ? 'succeeded'
      : well > 0 && isTouched
        ? 'partial'
        : isTouched
          ? 'failed'
          : 'not_started';
  return { state, detail: { ...rest, members, well, of: members.length } };
}

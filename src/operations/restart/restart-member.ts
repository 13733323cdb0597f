import type { RunContext } from '../../core/operation.ts';
import { capText } from '../../core/strip.ts';
import { callHost, callLifeSeconds } from '../call-host.ts';
import type { ControlResult, WorkerProcess } from '../ports.ts';
import type { World } from '../world.ts';
import type { Board } from './board.ts';
import { lookAt, type SeenMember } from './look.ts';
import { isRenewed, type Member, renewed } from './member.ts';

const lookEveryMs = 1_000;
/** Where Supervisor's configuration could not be read: as long as anybody would let a job take. */
const unknownStopWaitSeconds = 3_600;
/** Starting again, and Supervisor's own limit before it gives up. */
const beyondStopSeconds = 30;
/** Three more tries of a program that dies at once take Supervisor six seconds. */
const backoffMs = 20_000;
const shown = 200;

/** The host ends the command after so long: later than Supervisor has killed what does not stop. */
export const restartLimitSeconds = ({ stopWaitSeconds }: Pick<Member, 'stopWaitSeconds'>): number =>
  (stopWaitSeconds ?? unknownStopWaitSeconds) + beyondStopSeconds;

type Change = Partial<Member>;

/** Stops and starts one member, and sees by its pid that it is another process. Its end is on the board. */
export async function restartMember(context: RunContext<World>, board: Board, index: number): Promise<void> {
  const member = board.members[index];
  if (member === undefined) return;
  const before = await settledState(context, member);
  if (before === 'away') return board.change(index, { phase: 'unknown', why: 'host-away' });
  if (before === undefined) return board.change(index, { phase: 'gone', state: null });
  // Somebody else has done it since this was asked for.
  if (isRenewed(member, before)) return board.change(index, { ...renewed(member, before), by: 'others' });
  await board.change(index, { phase: 'restarting', state: before.state, seconds: 0 });
  await board.change(index, await callAndSee(context, board, index, member));
}

/** As soon as it is not on its way to a stop that others have begun. */
async function settledState(context: RunContext<World>, member: Member): Promise<SeenMember> {
  const until = context.clock.now().getTime() + restartLimitSeconds(member) * 1000;
  for (;;) {
    const seen = await lookAt(context, member);
    const isStopping = seen !== 'away' && seen?.state === 'STOPPING';
    if (!isStopping || context.clock.now().getTime() > until) return seen;
    await context.clock.wait(lookEveryMs, context.signal);
  }
}

async function callAndSee(
  context: RunContext<World>,
  board: Board,
  index: number,
  member: Member,
): Promise<Change> {
  const { world, clock } = context;
  const { host, name, pid } = member;
  const began = clock.now().getTime();
  const timeoutSeconds = restartLimitSeconds(member);
  const ended = new AbortController();
  const watch = watchStop(context, board, index, ended.signal);
  try {
    const { result } = await callHost(context, {
      ...{ number: index + 1, argv: [`${host}:`, 'supervisorctl', 'restart', name], timeoutSeconds },
      ...{ failedIds: [], countsBefore: pidCount(pid ?? undefined) },
      call: (limits) => world.app.supervisor.restart(host, name, limits),
      look: async () => {
        const seen = await lookAt(context, member);
        return seen === 'away' ? {} : pidCount(seen?.pid);
      },
    });
    ended.abort();
    const stoppedFor = await watch;
    const took = result.kind === 'not-started' ? 0 : result.durationMs / 1000;
    const killed = wasKilled(member, took, stoppedFor);
    const until =
      result.kind === 'unknown'
        ? began + callLifeSeconds(timeoutSeconds) * 1000
        : clock.now().getTime() + backoffMs;
    const end = await seeEnd(context, member, result.kind, until);
    const seconds = secondsSince(began, context);
    if (end.phase === 'new' || end.phase === 'started') return { ...end, killed, seconds };
    const said = end.said === undefined || end.said === '' ? lastWords(result) : end.said;
    return { ...end, killed, seconds, said: capText(said, shown) };
  } finally {
    ended.abort();
  }
}

/** What sudo or Supervisor said last: why it is not as it should be. */
function lastWords(result: ControlResult): string {
  if (result.kind === 'not-started') return result.why;
  const text = result.stderr.trim() === '' ? result.stdout : result.stderr;
  return text.trim().split('\n').at(-1) ?? '';
}

/** Supervisor tells nobody that it had to kill: the stop took all the time that it waits, and a start takes a second. */
const wasKilled = ({ stopWaitSeconds: limit }: Member, tookSeconds: number, stoppedFor: number): boolean =>
  limit !== null && tookSeconds >= limit + 1 && stoppedFor >= limit - 3;

const pidCount = (pid: number | undefined): Readonly<Record<string, number>> =>
  pid === undefined ? {} : { pid };

const secondsSince = (began: number, { clock }: RunContext<World>): number =>
  Math.round((clock.now().getTime() - began) / 1000);

/** Looks until it is clear what became of it; what is still on its way by then is named as it is. */
async function seeEnd(
  context: RunContext<World>,
  member: Member,
  call: 'ended' | 'unknown' | 'not-started',
  until: number,
): Promise<Change> {
  for (;;) {
    const seen = await lookAt(context, member);
    const isOver = context.clock.now().getTime() >= until;
    const end = judge(member, seen, call, isOver);
    if (end !== undefined) return end;
    await context.clock.wait(lookEveryMs, context.signal);
  }
}

/** Undefined: it is still on its way. `last`: nothing more is waited for. */
export function judge(
  member: Member,
  seen: SeenMember,
  call: 'ended' | 'unknown' | 'not-started',
  last: boolean,
): Change | undefined {
  if (seen === 'away') return last ? { phase: 'unknown', why: 'host-away', state: null } : undefined;
  if (seen === undefined) return { phase: 'gone', state: null };
  if (isRenewed(member, seen)) return renewed(member, seen);
  const { state } = seen;
  const mayMove = call === 'unknown' && !last;
  if (state === 'RUNNING') {
    if (mayMove) return undefined;
    return { phase: 'old', state, why: call === 'not-started' ? 'refused' : 'unchanged' };
  }
  if (state === 'STOPPING') return last ? { phase: 'old', state, why: 'long-job' } : undefined;
  const down = { phase: 'down', state, said: seen.description } as const;
  if (state === 'FATAL') return down;
  if (call === 'not-started') return { ...down, why: 'refused', said: '' };
  if (state === 'STARTING' || state === 'BACKOFF') return last ? down : undefined;
  return mayMove ? undefined : down;
}

/** Tells on the card how long a stop takes. Ends with the signal; the longest that it was seen stopping, in seconds. */
async function watchStop(
  context: RunContext<World>,
  board: Board,
  index: number,
  ended: AbortSignal,
): Promise<number> {
  const { clock } = context;
  const signal = AbortSignal.any([ended, context.signal]);
  const began = clock.now().getTime();
  let told: { readonly state: WorkerProcess['state'] | null; readonly seconds: number } = {
    state: null,
    seconds: 0,
  };
  let stopping = 0;
  try {
    for (;;) {
      const seconds = secondsSince(began, context);
      await clock.wait(seconds < 5 ? lookEveryMs : lookEveryMs * 2, signal);
      const member = board.members[index];
      const seen = member === undefined ? undefined : await lookAt({ world: context.world, signal }, member);
      if (seen === 'away' || seen === undefined) continue;
      const now = secondsSince(began, context);
      if (seen.state === 'STOPPING') stopping = now;
      if (seen.state === told.state && now - told.seconds < (now < 60 ? 5 : 15)) continue;
      told = { state: seen.state, seconds: now };
      await board.change(index, { state: seen.state, seconds: now });
    }
  } catch {
    // Ended, or the run itself meets the same outage at its next step.
    return stopping;
  }
}

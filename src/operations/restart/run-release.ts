import type { RunContext } from '../../core/operation.ts';
import { capText } from '../../core/strip.ts';
import type { ReleaseEnd } from '../../text/restart.ts';
import { callHost } from '../call-host.ts';
import type { AnnouncedGroup, ControlResult, ProgramSettings } from '../ports.ts';
import { findSettings } from '../program-settings.ts';
import type { World } from '../world.ts';
import { type Board, createBoard } from './board.ts';
import type { Member } from './member.ts';
import { type PlannedGroup, seeMembers } from './plan-restart.ts';
import type { Announcement, Release } from './release-card.ts';
import { restartGroups } from './restart-groups.ts';

const rereadLimitSeconds = 30;
const askAgainMs = 1_000;
const answerLimitMs = 30 * 60_000;
/** A program that dies at once is tried three more times, which takes Supervisor six seconds. */
const startLimitMs = 20_000;
/** Where a group's own wait is not known: not one of ours, or gone from the configuration. */
const otherStopWaitSeconds = 600;
const beyondStopSeconds = 60;
const shown = 1_000;

/**
 * The runbook's release step: Supervisor reads its configuration again, somebody agrees to what that changes, exactly
 * that is updated, and then every group of the application is restarted.
 */
export async function runRelease(
  context: RunContext<World>,
  groups: readonly PlannedGroup[],
  members: readonly Member[],
): Promise<void> {
  const board = createBoard(context, members);
  const hosts = [...new Set(members.filter(({ phase }) => phase !== 'unknown').map(({ host }) => host))];
  await tell(board, { phase: 'rereading' });
  const announced = await rereadAll(context, board, groups, hosts, {
    ...{ number: 'reread', orElse: 'reread-failed' },
  });
  if (announced === undefined) return;
  if (announced.length > 0) {
    await tell(board, { phase: 'asking', announced });
    if (!(await isAgreed(context, board))) return;
    await tell(board, { phase: 'updating' });
    if (!(await updateAll(context, board, groups, announced))) return;
    await seeAgain(context, board, groups, announced);
  }
  await tell(board, { phase: 'restarting', announced });
  await restartGroups(context, board);
}

const tell = (board: Board, release: Release): Promise<void> => board.set({ rest: { ...release } });

/** Undefined: one of the hosts does not take its configuration, and the board says which. */
async function rereadAll(
  context: RunContext<World>,
  board: Board,
  groups: readonly PlannedGroup[],
  hosts: readonly string[],
  { number, orElse }: { readonly number: string; readonly orElse: ReleaseEnd },
): Promise<readonly Announcement[] | undefined> {
  const { supervisor } = context.world.app;
  const announced: Announcement[] = [];
  for (const [index, host] of hosts.entries()) {
    const { result } = await callHost(context, {
      ...{ number: `${number}-${index + 1}`, argv: [`${host}:`, 'supervisorctl', 'reread'] },
      ...{ timeoutSeconds: rereadLimitSeconds, failedIds: [], countsBefore: {} },
      call: (limits) => supervisor.reread(host, limits),
    });
    const found = 'announced' in result ? result.announced : undefined;
    if (found === undefined) {
      await tell(board, { end: orElse, said: wordsOf(host, result) });
      return undefined;
    }
    announced.push(...found.map((one) => ({ ...one, host, ours: isOurs(groups, host, one) })));
  }
  return announced;
}

const isOurs = (groups: readonly PlannedGroup[], host: string, { group }: AnnouncedGroup): boolean =>
  groups.some((own) => own.group === group && own.hosts.includes(host));

function wordsOf(
  host: string,
  result: { readonly why?: string; readonly stdout?: string; readonly stderr?: string },
): string {
  const said = [result.why, result.stdout, result.stderr].filter((text) => text !== undefined && text !== '');
  return capText(`${host}: ${said.join('\n').trim()}`, shown);
}

/** Waits for somebody's Continue. False: it is over, and the board says why. */
async function isAgreed(
  { control, execution, clock, signal }: RunContext<World>,
  board: Board,
): Promise<boolean> {
  const until = clock.now().getTime() + answerLimitMs;
  for (;;) {
    const word = await control.mayGoOn(execution);
    const end =
      word.kind === 'stopped' ? 'stopped' : clock.now().getTime() >= until ? 'unanswered' : undefined;
    if (end !== undefined) {
      await tell(board, { end });
      return false;
    }
    // A freeze stops what changes jobs; whoever answers here wants the release all the same.
    if (word.kind !== 'stopped' && word.continued) return true;
    await clock.wait(askAgainMs, signal);
  }
}

/**
 * Exactly what was announced and agreed to, one group after the other, so that a host can allow each by itself; and seen by
 * a reread that announces it no more.
 */
async function updateAll(
  context: RunContext<World>,
  board: Board,
  groups: readonly PlannedGroup[],
  announced: readonly Announcement[],
): Promise<boolean> {
  for (const [index, host] of [...new Set(announced.map((one) => one.host))].entries()) {
    const names = announced.filter((one) => one.host === host).map(({ group }) => group);
    const settings = await context.world.app.supervisor.settings(host, context.signal);
    const said: string[] = [];
    for (const [at, group] of names.entries()) {
      const number = `update-${index + 1}-${at + 1}`;
      const known = settings.ok ? settings.value : undefined;
      const result = await updateOne(context, { number, host, group }, stopWaitOf(board, host, group, known));
      said.push(wordsOf(host, result));
      if (result.kind === 'ended') continue;
      await tell(board, { end: 'update-failed', said: wordsOf(host, result) });
      return false;
    }
    const left = await rereadAll(context, board, groups, [host], {
      ...{ number: `reread-again-${index + 1}`, orElse: 'update-failed' },
    });
    if (left === undefined) return false;
    const undone = left.filter(({ group }) => names.includes(group));
    if (undone.length > 0) {
      const words = undone.map(({ group, what }) => `${group}: ${what}`);
      await tell(board, { end: 'update-failed', said: capText([...said, ...words].join('\n'), shown) });
      return false;
    }
  }
  return true;
}

async function updateOne(
  context: RunContext<World>,
  { number, host, group }: { readonly number: string; readonly host: string; readonly group: string },
  stopWaitSeconds: number,
): Promise<ControlResult> {
  const { result } = await callHost(context, {
    ...{ number, argv: [`${host}:`, 'supervisorctl', 'update', group], failedIds: [], countsBefore: {} },
    timeoutSeconds: stopWaitSeconds + beyondStopSeconds,
    call: (limits) => context.world.app.supervisor.update(host, [group], limits),
  });
  return result;
}

/** Supervisor waits as long as it was configured when the group was started, or as it is now. */
function stopWaitOf(
  board: Board,
  host: string,
  group: string,
  settings: ReadonlyMap<string, ProgramSettings> | undefined,
): number {
  const member = board.members.find((one) => one.host === host && one.group === group);
  const now = findSettings(settings, group)?.stopWaitSeconds;
  const known = [member?.stopWaitSeconds, now].filter((seconds) => typeof seconds === 'number');
  return known.length === 0 ? otherStopWaitSeconds : Math.max(...known);
}

/** What the update has restarted is done; what it has taken out is no more; what is new begins here. */
async function seeAgain(
  context: RunContext<World>,
  board: Board,
  groups: readonly PlannedGroup[],
  announced: readonly Announcement[],
): Promise<void> {
  const wasAnnounced = ({ host, group }: Member): boolean =>
    announced.some((one) => one.host === host && one.group === group);
  const updated = announced.map(({ host }) => host);
  const found = await seeStarted(context, groups, wasAnnounced, updated);
  const known = (one: Member): Member | undefined =>
    board.members.find(
      ({ host, name, phase }) => host === one.host && name === one.name && phase === 'waiting',
    );
  const now = found.map((member): Member => {
    if (member.phase !== 'waiting')
      return isRemoved(member, announced) ? { ...member, phase: 'removed' } : member;
    const { pid = null, before = 'UNKNOWN' } = known(member) ?? {};
    const noted = { ...member, pid, before };
    const isNew = member.before === 'RUNNING' && member.pid !== pid;
    if (!wasAnnounced(member) || !isNew) return noted;
    return { ...noted, phase: pid === null ? 'started' : 'new', newPid: member.pid, by: 'update' };
  });
  await board.set({ members: now });
}

/**
 * The members as they are when those that the update has started are no longer on their way: only a process that runs
 * can be told from the one before it. A host that does not answer at this moment, which it did a moment ago, is asked again.
 */
async function seeStarted(
  { world, clock, signal }: RunContext<World>,
  groups: readonly PlannedGroup[],
  wasAnnounced: (member: Member) => boolean,
  updated: readonly string[],
): Promise<readonly Member[]> {
  const until = clock.now().getTime() + startLimitMs;
  for (;;) {
    const { members, missing } = await seeMembers(groups, world, signal);
    const isStarting = members.some(
      (member) => wasAnnounced(member) && (member.before === 'STARTING' || member.before === 'BACKOFF'),
    );
    const isWhole = missing.every(({ name }) => !updated.includes(name));
    if ((isWhole && !isStarting) || clock.now().getTime() >= until) return members;
    await clock.wait(askAgainMs, signal);
  }
}

const isRemoved = ({ host, group }: Member, announced: readonly Announcement[]): boolean =>
  announced.some((one) => one.what === 'disappeared' && one.host === host && one.group === group);

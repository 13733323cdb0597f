import type { SlackState } from '../state.ts';
import type { Message } from '../timeline.ts';
import { directMessageOf, findUser, isIn } from '../workspace.ts';
import { showMessage } from './show.ts';

/** The channels that a person is in and the direct message with the app, with how far they have read. */
export function conversationsOf(state: SlackState, who: string): readonly object[] {
  const { workspace, reads } = state;
  const direct = {
    ...{ id: directMessageOf(who), name: workspace.bot.name, botIsMember: true },
    ...{ isDirect: true, with: workspace.bot.userId },
  };
  const own = workspace.channels.filter(({ id }) => isIn(workspace, who, id));
  const all = findUser(workspace, who)?.isStranger === true ? own : [...own, direct];
  return all.map((one) => ({ ...one, ...reads.of(who, one.id) }));
}

/**
 * What a person sees of one conversation (`channel`) or of all that they are in, oldest first. `thread`: one message
 * and its replies; `replies=no`: only what stands in the channel itself; `after`, `before`: by ts, though what was
 * edited is always after; `limit`: the newest so many of them.
 */
export function messagesFor(state: SlackState, who: string, query: URLSearchParams): readonly object[] {
  const limit = Number(query.get('limit') ?? 0);
  const isHere = memoized((channel) => isIn(state.workspace, who, channel));
  const found = candidates(state, query).filter(
    (one) =>
      !one.deleted &&
      (one.ephemeralFor ?? who) === who &&
      isHere(one.channel) &&
      (query.get('replies') !== 'no' || one.threadTs === undefined || one.isBroadcast === true) &&
      isBetween(one, query),
  );
  return (limit > 0 ? found.slice(-limit) : found).map((one) => showMessage(state, one, who));
}

function memoized(ask: (key: string) => boolean): (key: string) => boolean {
  const known = new Map<string, boolean>();
  return (key) => {
    const answer = known.get(key) ?? ask(key);
    known.set(key, answer);
    return answer;
  };
}

function candidates({ timeline }: SlackState, query: URLSearchParams): readonly Message[] {
  const channel = query.get('channel');
  const thread = query.get('thread');
  if (channel === null) return timeline.messages;
  if (thread === null) return timeline.inChannel(channel);
  const parent = timeline.find(channel, thread);
  return [...(parent === undefined ? [] : [parent]), ...timeline.repliesTo(channel, thread)];
}

function isBetween({ ts, edits }: Message, query: URLSearchParams): boolean {
  const before = query.get('before');
  return (ts > (query.get('after') ?? '') || edits > 0) && (before === null || ts < before);
}

import type { DeliveryFault, Fault } from '../faults.ts';
import { isJson, type Json, list, text } from '../json.ts';
import type { SlackState } from '../state.ts';
import { findChannel, findUser } from '../workspace.ts';
import type { ControlParts } from './parts.ts';

type Turn = (parts: ControlParts, asked: Json) => unknown;

const faultKinds = ['slow', 'hang', 'error', 'cut', 'refuse', 'rate-limit', 'lose-answer', 'late-answer'];
const deliveryFaultKinds = ['delay', 'twice', 'lose-ack', 'drop-socket'];
const reasons = ['warning', 'refresh_requested', 'link_disabled', 'drop'] as const;

/** Slack's own switches: faults, limits, the clock, the socket, who is where. */
export const turns: Readonly<Record<string, Turn>> = {
  /** `{ method, fault: { kind, … }, times? }`, the method being one of the Web API, `response_url`, or `*`. */
  faults: ({ state }, asked) =>
    state.faults.set(text(asked['method']) || '*', faultOf(asked, faultKinds) as Fault, timesOf(asked)), // its kind is known
  /** `{ delivery, fault: { kind, … }, times? }`, the delivery being `slash_commands`, `interactive`, `events_api` or `*`. */
  'delivery-faults': ({ state }, asked) => {
    const kind = (['slash_commands', 'interactive', 'events_api'] as const).find(
      (one) => one === asked['delivery'],
    );
    state.faults.setDelivery(
      kind ?? '*',
      faultOf(asked, deliveryFaultKinds) as DeliveryFault, // its kind is known
      timesOf(asked),
    );
  },
  'clear-faults': ({ state }, asked) => state.faults.clear(text(asked['method']) || undefined),
  clock: ({ state }, asked) => {
    state.clock.advance(Number(asked['advanceMs'] ?? 0));
    return { now: state.clock.now() };
  },
  limits: ({ state }, asked) => {
    if (typeof asked['posts'] === 'boolean') state.rateLimits.limitPosts(asked['posts']);
    if (typeof asked['tiers'] === 'boolean') state.rateLimits.limitTiers(asked['tiers']);
  },
  disconnect: ({ socket }, asked) =>
    socket.disconnect(reasons.find((reason) => reason === asked['reason']) ?? 'drop'),
  'refuse-sockets': ({ socket }, asked) => socket.refuse(asked['on'] !== false),
  channel({ state }, asked) {
    const channel = findChannel(state.workspace, asked['id']);
    if (channel === undefined) throw new Error('there is no such channel');
    if (typeof asked['botIsMember'] === 'boolean') channel.botIsMember = asked['botIsMember'];
    if (typeof asked['isArchived'] === 'boolean') channel.isArchived = asked['isArchived'];
    if (Array.isArray(asked['members'])) channel.members = list(asked['members']).map(String);
    return changed(state, channel);
  },
  group({ state }, asked) {
    const group = state.workspace.groups.find(({ id }) => id === asked['id']);
    if (group === undefined) throw new Error('there is no such group');
    if (Array.isArray(asked['members'])) group.members = list(asked['members']).map(String);
    return changed(state, group);
  },
  user({ state }, asked) {
    const user = findUser(state.workspace, asked['id']);
    if (user === undefined) throw new Error('there is no such user');
    if (typeof asked['isDeleted'] === 'boolean') user.isDeleted = asked['isDeleted'];
    if (typeof asked['doNotDisturb'] === 'boolean') user.doNotDisturb = asked['doNotDisturb'];
    return changed(state, user);
  },
  /** The newest delivery of a kind once more, as it was. */
  replay({ raw }, asked) {
    const found = raw.recorded.filter(({ kind }) => kind === asked['delivery']).at(-1);
    if (found === undefined) throw new Error('nothing like it was delivered yet');
    return raw.replay(found);
  },
};

function changed<T>({ changes }: SlackState, what: T): T {
  changes.tell({ kind: 'workspace' });
  return what;
}

const timesOf = (asked: Json): number | undefined =>
  typeof asked['times'] === 'number' ? asked['times'] : undefined;

function faultOf({ fault }: Json, kinds: readonly string[]): Json {
  if (isJson(fault) && kinds.includes(text(fault['kind']))) return fault;
  throw new Error(`a fault has one of these kinds: ${kinds.join(', ')}`);
}

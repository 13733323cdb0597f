import type { Message } from '../timeline.ts';
import { type ControlParts, showMessage, showView } from './parts.ts';

type Look = (parts: ControlParts, query: URLSearchParams) => unknown;

const usualPerson = 'U0ANNA';
const wireShown = 200;
const longestWaitMs = 60_000;

/** What can be looked at, some of it with a person's eyes (`who`). */
export const looks: Readonly<Record<string, Look>> = {
  messages: (parts, query) =>
    seen(parts, query)
      .filter((one) => isNews(one, query))
      .map(showMessage),
  /** Answers as soon as there is a message with `contains` after `after`. */
  wait: async (parts, query) => {
    const contains = query.get('contains') ?? '';
    const found = await parts.waits.until(
      `a message with "${contains}"`,
      () =>
        seen(parts, query)
          .filter((one) => isNews(one, query))
          .map(showMessage)
          .find((one) => JSON.stringify(one).includes(contains)),
      Math.min(Number(query.get('timeoutMs') ?? 15_000), longestWaitMs),
    );
    return found;
  },
  people: ({ state }) => state.workspace.users,
  channels: ({ state }) => state.workspace.channels,
  groups: ({ state }) => state.workspace.groups,
  app: ({ state: { workspace }, socket }) => ({
    id: workspace.appId,
    bot: workspace.bot,
    slashCommands: workspace.slashCommands,
    events: workspace.events,
    sockets: socket.sockets(),
  }),
  views: ({ state, as }, query) =>
    as(query.get('who') ?? usualPerson)
      .openViews()
      .map((view) => showView(state, view)),
  home: ({ state, as }, query) => {
    const home = as(query.get('who') ?? usualPerson).home();
    return home === undefined ? undefined : showView(state, home);
  },
  wire: ({ state }, query) => {
    const after = Number(query.get('after') ?? 0);
    return state.wireLog.entries.filter(({ number }) => number > after).slice(-wireShown);
  },
  clock: ({ state }) => ({ now: state.clock.now() }),
};

function seen({ state, as }: ControlParts, query: URLSearchParams): readonly Message[] {
  const who = query.get('who') ?? usualPerson;
  const channel = query.get('channel');
  if (channel !== null) return as(who).sees(channel);
  return state.timeline.messages.filter((one) => !one.deleted && (one.ephemeralFor ?? who) === who);
}

const isNews = (message: Message, query: URLSearchParams): boolean =>
  message.ts > (query.get('after') ?? '') || message.edits > 0;

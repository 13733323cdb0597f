import { knownMethods } from '../web-api.ts';
import { colorOf } from '../workspace.ts';
import { conversationsOf, messagesFor } from './conversations.ts';
import type { ControlParts } from './parts.ts';
import { showFile, showView } from './show.ts';
import { showEntry } from './wire.ts';

type Look = (parts: ControlParts, query: URLSearchParams) => unknown;

const usualPerson = 'U0ANNA';
const wireShown = 200;
const longestWaitMs = 60_000;

/** What can be looked at, some of it with a person's eyes (`who`). */
export const looks: Readonly<Record<string, Look>> = {
  messages: ({ state }, query) => messagesFor(state, whoIn(query), query),
  /** Answers as soon as there is a message with `contains` after `after`. */
  wait: ({ state, waits }, query) => {
    const contains = query.get('contains') ?? '';
    return waits.until(
      `a message with "${contains}"`,
      () => messagesFor(state, whoIn(query), query).find((one) => JSON.stringify(one).includes(contains)),
      Math.min(Number(query.get('timeoutMs') ?? 15_000), longestWaitMs),
    );
  },
  people: ({ state: { workspace } }) =>
    workspace.users.map((user) => ({ ...user, color: colorOf(workspace, user) })),
  /** All of them; with `who`, what that person has in the sidebar. */
  channels: ({ state }, query) =>
    query.has('who') ? conversationsOf(state, whoIn(query)) : state.workspace.channels,
  groups: ({ state }) => state.workspace.groups,
  /** The workspace's own emoji: an image's address, or `alias:NAME`. */
  emoji: ({ state }) => state.workspace.emoji ?? {},
  files: ({ state }) => state.files.all().map(({ id }) => showFile(state, id)),
  app: ({ state: { workspace, clock }, socket, delivery }) => ({
    id: workspace.appId,
    teamId: workspace.teamId,
    domain: workspace.domain,
    bot: workspace.bot,
    slashCommands: workspace.slashCommands,
    events: workspace.events,
    methods: knownMethods,
    via: delivery(),
    sockets: socket.sockets(),
    now: clock.now(),
  }),
  panels: ({ panels }) => panels(),
  views: ({ state, as }, query) =>
    as(whoIn(query))
      .openViews()
      .map((view) => showView(state, view)),
  home: ({ state, as }, query) => {
    const home = as(whoIn(query)).home();
    return home === undefined ? undefined : showView(state, home);
  },
  wire: ({ state }, query) => {
    const after = Number(query.get('after') ?? 0);
    const found = state.wireLog.entries.filter(({ number }) => number > after).slice(-wireShown);
    return found.map((entry) => showEntry(state, entry));
  },
  clock: ({ state }) => ({ now: state.clock.now() }),
};

const whoIn = (query: URLSearchParams): string => query.get('who') ?? usualPerson;

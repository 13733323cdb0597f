import { randomBytes } from 'node:crypto';
import { assignIds } from './blocks/ids.ts';
import type { Changes } from './changes.ts';
import { Filled } from './interactive.ts';
import { type Json, list, text } from './json.ts';
import type { Workspace } from './workspace.ts';

/** A modal or an App Home as the simulated Slack keeps it. */
export interface View {
  readonly id: string;
  /** Who sees it. */
  readonly user: string;
  readonly type: 'modal' | 'home';
  readonly rootId: string;
  readonly previousId: string | undefined;
  /** What the app sent, block_ids filled in. */
  definition: Json;
  /** New with every change. */
  hash: string;
  readonly filled: Filled;
  /** What stands beside the inputs after a refused submission, by block_id. */
  errors: Readonly<Record<string, string>>;
  /** Slack's own word, such as that the app did not answer. */
  trouble: string | undefined;
  closed: boolean;
}

/** Modals (a stack of at most three for each person) and App Homes: https://docs.slack.dev/surfaces/modals */
export interface Views {
  /** A new stack; what was open is gone. */
  open(user: string, definition: Json): View;
  push(below: View, definition: Json): View | 'push_limit_reached';
  /** What was filled in stays where block_id and action_id stay. */
  update(view: View, definition: Json): void;
  publish(user: string, definition: Json): View;
  close(view: View): void;
  find(id: string): View | undefined;
  findExternal(id: string): View | undefined;
  home(user: string): View | undefined;
  /** The person's modals, the one on top last. */
  stack(user: string): readonly View[];
  /** As it goes over the wire. */
  toWire(view: View): Json;
  changed(view: View): void;
}

const mostInStack = 3;

export function createViews(workspace: Workspace, changes: Changes, now: () => number): Views {
  const known = new Map<string, View>();
  const stacks = new Map<string, readonly View[]>();
  const homes = new Map<string, View>();
  const newHash = (): string => `${Math.floor(now() / 1000)}.${randomBytes(4).toString('hex')}`;
  const prepared = (definition: Json): Json => ({
    ...definition,
    blocks: assignIds(list(definition['blocks'])),
  });
  const create = (user: string, definition: Json, below: View | undefined): View => {
    const id = `V${randomBytes(5).toString('hex').toUpperCase()}`;
    const view: View = {
      id,
      user,
      type: definition['type'] === 'home' ? 'home' : 'modal',
      rootId: below?.rootId ?? id,
      previousId: below?.id,
      definition: prepared(definition),
      hash: newHash(),
      filled: new Filled(),
      errors: {},
      trouble: undefined,
      closed: false,
    };
    known.set(id, view);
    changes.tell({ kind: 'view', how: 'opened', view });
    return view;
  };
  const stack = (user: string): readonly View[] => stacks.get(user) ?? [];
  const close = (view: View): void => {
    view.closed = true;
    stacks.set(
      view.user,
      stack(view.user).filter((one) => one !== view),
    );
    changes.tell({ kind: 'view', how: 'closed', view });
  };
  const update = (view: View, definition: Json): void => {
    view.definition = prepared(definition);
    view.hash = newHash();
    view.errors = {};
    changes.tell({ kind: 'view', how: 'changed', view });
  };
  return {
    close,
    stack,
    update,
    open(user, definition) {
      for (const view of stack(user)) close(view);
      const view = create(user, definition, undefined);
      stacks.set(user, [view]);
      return view;
    },
    push(below, definition) {
      const under = stack(below.user);
      if (under.length >= mostInStack) return 'push_limit_reached';
      const view = create(below.user, definition, under.at(-1));
      stacks.set(below.user, [...under, view]);
      return view;
    },
    publish(user, definition) {
      const home = homes.get(user);
      if (home === undefined) {
        const view = create(user, definition, undefined);
        homes.set(user, view);
        return view;
      }
      update(home, definition);
      return home;
    },
    find(id) {
      const view = known.get(id);
      return view?.closed === true ? undefined : view;
    },
    findExternal: (id) =>
      [...known.values()].find((view) => !view.closed && view.definition['external_id'] === id),
    home: (user) => homes.get(user),
    changed: (view) => changes.tell({ kind: 'view', how: 'changed', view }),
    toWire: (view) => ({
      id: view.id,
      team_id: workspace.teamId,
      type: view.type,
      title: view.definition['title'] ?? null,
      submit: view.definition['submit'] ?? null,
      close: view.definition['close'] ?? null,
      blocks: view.definition['blocks'],
      private_metadata: text(view.definition['private_metadata']),
      callback_id: text(view.definition['callback_id']),
      external_id: text(view.definition['external_id']),
      state: { values: view.filled.values(list(view.definition['blocks'])) },
      hash: view.hash,
      clear_on_close: view.definition['clear_on_close'] === true,
      notify_on_close: view.definition['notify_on_close'] === true,
      root_view_id: view.rootId,
      previous_view_id: view.previousId ?? null,
      app_id: workspace.appId,
      app_installed_team_id: workspace.teamId,
      bot_id: workspace.bot.id,
    }),
  };
}

import type { Delivered, DeliverOptions, Kind } from './events/delivered.ts';
import { type Interactive, stateAfter } from './interactive.ts';
import { isJson, type Json } from './json.ts';
import { applySubmissionAck, inTrouble, showCommandAck, tell } from './person/acks.ts';
import { findInputErrors } from './person/inputs.ts';
import {
  type Actor,
  actionPayload,
  closedPayload,
  commandPayload,
  eventPayload,
  messageEvent,
  submissionPayload,
} from './person/payloads.ts';
import { findTarget, isView, type Surface, type Target } from './person/targets.ts';
import type { SlackState } from './state.ts';
import type { Message } from './timeline.ts';
import type { View } from './views.ts';
import { commandNames, directMessageOf, findUser } from './workspace.ts';

export { buttonsOf, type SeenButton, type Target } from './person/targets.ts';

/** What a person can do in the simulated Slack. Each act resolves when Slack knows whether the app has acknowledged it. */
export interface Person {
  readonly id: string;
  /** Types a slash command, whole (`/queue status`) or the words alone, which are the app's first command's. */
  command(channel: string, line: string, options?: ActOptions): Promise<Delivered>;
  /** `@App text`, in a channel or a thread. */
  mention(channel: string, text: string, threadTs?: string, options?: ActOptions): Promise<Delivered>;
  directMessage(text: string, options?: ActOptions): Promise<Delivered>;
  /**
   * Types into the message box and sends: a line that begins with `/` is a command, in a direct message the app hears
   * everything, elsewhere what mentions it. Words that the app does not hear are `refused` with `not for the app`.
   */
  types(channel: string, line: string, options?: ActOptions): Promise<Delivered>;
  /** Says something to everybody. The app hears it only if it listens to `message.channels`. */
  says(channel: string, text: string, threadTs?: string): Message;
  /** Presses a button. Throws when the person sees no such button there. */
  click(on: Surface, target: Target, options?: ActOptions): Promise<Delivered>;
  /** Chooses in a select, overflow menu, radio group, checkboxes or picker, by the visible text or the value. */
  choose(
    on: Surface,
    target: Target,
    choice: string | readonly string[],
    options?: ActOptions,
  ): Promise<Delivered>;
  /** Types or chooses in an input without sending anything yet. */
  fill(on: Surface, target: Target, value: string | readonly string[]): void;
  /** Fills in inputs (by label, action_id or block_id) and presses the modal's submit button. */
  submit(
    view: View,
    values?: Readonly<Record<string, string | readonly string[]>>,
    options?: ActOptions,
  ): Promise<Delivered>;
  /** Closes the modal; `all`: the whole stack, by the cross. */
  closeView(view: View, options?: { readonly all?: boolean }): Promise<void>;
  /** Opens the app's Home tab. */
  openHome(): Promise<Delivered>;
  home(): View | undefined;
  /** This person's modals, the one on top last. */
  openViews(): readonly View[];
  /** What this person sees of a channel now, in order, own ephemerals too. */
  sees(channel: string): readonly Message[];
  /** Ephemeral messages that this person sees now. */
  ephemerals(): readonly Message[];
  /** Slack is loaded anew: ephemeral messages and modals are gone. */
  reload(): void;
}

export interface ActOptions extends DeliverOptions {
  /** How often the same delivery is made; all at once. */
  readonly times?: number;
  /** Where a command is typed: in a thread Slack refuses it. */
  readonly threadTs?: string;
  /** The answer to a button's confirm dialog, if it has one; true if left out. */
  readonly confirm?: boolean;
  /** Instead of what the button carries, for attacks. */
  readonly value?: string;
  /** Instead of the person's own team, for attacks. */
  readonly team?: string;
  /** Changes the finished payload, for attacks. */
  readonly edit?: (payload: Json) => Json;
}

/** Sends a payload to the app. */
export type Send = (kind: Kind, body: Json, options?: DeliverOptions) => Promise<Delivered>;

/** Throws for somebody who is not in the workspace. */
export function createPerson(state: SlackState, send: Send, userId: string): Person {
  const { workspace, timeline, views } = state;
  const user = findUser(workspace, userId);
  if (user === undefined) throw new Error(`nobody here is called ${userId}`);
  const actor = (options: ActOptions = {}): Actor => ({
    user,
    team: options.team ?? user.teamId ?? workspace.teamId,
  });
  const deliver = async (kind: Kind, payload: Json, options: ActOptions = {}): Promise<Delivered> => {
    const { times = 1, threadTs, confirm, value, team, edit, ...how } = options;
    const body = edit === undefined ? payload : edit(payload);
    const [first] = await Promise.all(Array.from({ length: times }, () => send(kind, body, how)));
    if (first === undefined) throw new Error('an act must be delivered at least once');
    return first;
  };
  const say = (channel: string, text: string, threadTs: string | undefined): Message =>
    timeline.add({
      channel,
      user: userId,
      text,
      blocks: [],
      ...(threadTs === undefined ? {} : { threadTs }),
    });
  const tellApp = (message: Message, type: Json, options?: ActOptions): Promise<Delivered> =>
    deliver('events_api', eventPayload(state, messageEvent(message, actor(options), type)), options);
  const says = (channel: string, text: string, threadTs?: string): Message => {
    const message = say(channel, text, threadTs);
    if (hears('message.channels')) void tellApp(message, { type: 'message', channel_type: 'channel' });
    return message;
  };
  const hears = (event: string): boolean => workspace.events.includes(event);
  const act = async (
    on: Surface,
    target: Interactive,
    change: Json,
    options: ActOptions | undefined,
  ): Promise<Delivered> => {
    const delivered = await deliver(
      'interactive',
      actionPayload(state, actor(options), on, target, change),
      options,
    );
    if (delivered.status === 'acked') return delivered;
    if (isView(on)) inTrouble(state, on);
    else tell(state, on.channel, userId, `This did not work: ${delivered.status}`);
    return delivered;
  };
  const see = (on: Surface): void => {
    const owner = isView(on) ? on.user : on.ephemeralFor;
    if (owner !== undefined && owner !== userId) throw new Error(`${userId} does not see what ${owner} sees`);
  };
  const fill = (on: Surface, target: Interactive, value: string | readonly string[]): Json => {
    const held = stateAfter(target, value);
    (isView(on) ? on.filled : state.filledBy(userId, on)).set(target, held);
    return held;
  };

  const person: Person = {
    id: userId,
    async command(channel, line, options = {}) {
      const commands = commandNames(workspace);
      const { command, words } = readLine(line, commands);
      const refusal = refuseCommand(command, commands, options.threadTs);
      if (refusal !== undefined) {
        tell(state, channel, userId, refusal, options.threadTs);
        return refused(refusal);
      }
      const payload = commandPayload(state, actor(options), channel, command, words);
      const delivered = await deliver('slash_commands', payload, options);
      if (delivered.status === 'acked') showCommandAck(state, delivered.payload, channel, userId);
      else tell(state, channel, userId, `${command} failed with the error "${delivered.status}"`);
      return delivered;
    },
    mention: (channel, text, threadTs, options) =>
      tellApp(say(channel, `<@${workspace.bot.userId}> ${text}`, threadTs), { type: 'app_mention' }, options),
    directMessage(text, options) {
      const message = say(directMessageOf(userId), text, options?.threadTs);
      return tellApp(message, { type: 'message', channel_type: 'im' }, options);
    },
    async types(channel, line, options = {}) {
      if (line.startsWith('/')) return person.command(channel, line, options);
      if (channel === directMessageOf(userId)) return person.directMessage(line, options);
      const message = says(channel, line, options.threadTs);
      return line.includes(`<@${workspace.bot.userId}>`)
        ? tellApp(message, { type: 'app_mention' }, options)
        : refused('not for the app');
    },
    says,
    async click(on, target, options) {
      see(on);
      const found = findTarget(on, target);
      if (isJson(found.element['confirm']) && options?.confirm === false) return refused('not confirmed');
      const value = options?.value ?? found.element['value'];
      const change = { text: found.element['text'], ...(value === undefined ? {} : { value }) };
      return act(on, found, change, options);
    },
    async choose(on, target, choice, options) {
      see(on);
      const found = findTarget(on, target);
      if (isJson(found.element['confirm']) && options?.confirm === false) return refused('not confirmed');
      const { type: _, ...held } = fill(on, found, choice);
      const isSent = found.input === undefined || found.input['dispatch_action'] === true;
      return isSent ? act(on, found, held, options) : refused('sent with the form');
    },
    fill(on, target, value) {
      see(on);
      fill(on, findTarget(on, target), value);
    },
    async submit(view, values = {}, options = {}) {
      see(view);
      for (const [target, value] of Object.entries(values)) fill(view, findTarget(view, target), value);
      view.trouble = undefined;
      view.errors = findInputErrors(view);
      if (Object.keys(view.errors).length > 0) {
        views.changed(view);
        return refused(JSON.stringify(view.errors));
      }
      const delivered = await deliver('interactive', submissionPayload(state, actor(options), view), options);
      if (delivered.status === 'acked') applySubmissionAck(state, view, delivered.payload);
      else inTrouble(state, view);
      return delivered;
    },
    async closeView(view, { all = false } = {}) {
      see(view);
      const stack = views.stack(userId);
      const isCleared = all || view.definition['clear_on_close'] === true;
      for (const one of isCleared ? [...stack].reverse() : [view]) {
        const payload = closedPayload(state, actor(), one, isCleared);
        views.close(one);
        if (one.definition['notify_on_close'] === true) await deliver('interactive', payload);
      }
    },
    openHome() {
      const home = views.home(userId);
      const event = {
        type: 'app_home_opened',
        user: userId,
        channel: directMessageOf(userId),
        tab: 'home',
        event_ts: String(state.clock.now() / 1000),
        ...(home === undefined ? {} : { view: views.toWire(home) }),
      };
      return deliver('events_api', eventPayload(state, event));
    },
    home: () => views.home(userId),
    openViews: () => views.stack(userId),
    sees: (channel) =>
      timeline.messages.filter(
        (one) =>
          one.channel === channel &&
          !one.deleted &&
          (one.ephemeralFor === undefined || one.ephemeralFor === userId),
      ),
    ephemerals: () => timeline.messages.filter((one) => !one.deleted && one.ephemeralFor === userId),
    reload() {
      for (const one of timeline.messages) {
        if (!one.deleted && one.ephemeralFor === userId) timeline.remove(one);
      }
      for (const view of [...views.stack(userId)].reverse()) views.close(view);
    },
  };
  return person;
}

const refused = (reason: string): Delivered => ({
  status: 'refused',
  ackMs: 0,
  payload: undefined,
  reason,
});

/** `/command words`, or words for the first command. */
function readLine(
  line: string,
  commands: readonly string[],
): { readonly command: string; readonly words: string } {
  if (!line.startsWith('/')) return { command: commands[0] ?? '', words: line };
  const [command = ''] = line.split(' ', 1);
  return { command, words: line.slice(command.length + 1) };
}

/** Slack's own refusals; the app hears nothing of them (slackapi/bolt-js#1816). */
function refuseCommand(
  command: string,
  commands: readonly string[],
  threadTs: string | undefined,
): string | undefined {
  if (threadTs !== undefined) return `${command} is not supported in threads. Sorry!`;
  return commands.includes(command) ? undefined : `${command} is not a valid command.`;
}

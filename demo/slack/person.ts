import { randomUUID } from 'node:crypto';
import type { SlackClock } from './clock.ts';
import type { Delivered, DeliverOptions, Kind, Wire } from './deliver.ts';
import type { ResponseUrls } from './response-urls.ts';
import type { Message, Timeline } from './timeline.ts';
import type { Triggers } from './triggers.ts';
import type { OpenView, Views } from './views.ts';
import type { Workspace } from './workspace.ts';

/** What a person can do in the simulated Slack. Each act resolves when Slack knows whether the app has acknowledged it. */
export interface Person {
  readonly id: string;
  command(channel: string, text: string, options?: ActOptions): Promise<Delivered>;
  /** `@Queuekeeper text`, in a channel or a thread. */
  mention(channel: string, text: string, threadTs?: string, options?: ActOptions): Promise<Delivered>;
  directMessage(text: string): Promise<Delivered>;
  /** Presses a button by its visible text or action_id. Throws when the person sees no such button there. */
  click(message: Message, button: string, options?: ActOptions): Promise<Delivered>;
  /** The views that are open for this person, the one on top last. */
  openViews(): readonly OpenView[];
  /** Sends the view on top with these values, by block and action id; the ack may keep it open with errors. */
  submit(values: Readonly<Record<string, Readonly<Record<string, unknown>>>>): Promise<Delivered>;
  /** What this person sees of a channel now, in order. */
  sees(channel: string): readonly Message[];
}

export interface ActOptions extends DeliverOptions {
  /** How often the same delivery is made; all at once. */
  readonly times?: number;
  /** Instead of what the button carries, for attacks. */
  readonly value?: string;
  readonly team?: string;
}

export interface PersonParts {
  readonly workspace: Workspace;
  readonly timeline: Timeline;
  readonly clock: SlackClock;
  readonly wire: () => Wire;
  readonly responseUrls: ResponseUrls;
  readonly triggers: Triggers;
  readonly views: Views;
  readonly note: (kind: Kind, body: Readonly<Record<string, unknown>>, delivered: Delivered) => void;
}

/** Throws for somebody who is not in the workspace. */
export function createPerson(parts: PersonParts, userId: string): Person {
  const { workspace, timeline, clock } = parts;
  const user = workspace.users.find(({ id }) => id === userId);
  if (user === undefined) throw new Error(`nobody here is called ${userId}`);
  const teamId = user.teamId ?? workspace.teamId;
  const trigger = (): string => parts.triggers.create(userId);
  const openViews = (): readonly OpenView[] => parts.views.open.filter((view) => view.userId === userId);

  const deliver = async (
    kind: Kind,
    body: Readonly<Record<string, unknown>>,
    channel: string,
    options: ActOptions = {},
  ): Promise<Delivered> => {
    const sends = Array.from({ length: options.times ?? 1 }, () => parts.wire().send(kind, body, options));
    const [first, ...rest] = await Promise.all(sends);
    if (first === undefined) throw new Error('an act must be delivered at least once');
    for (const delivered of [first, ...rest]) parts.note(kind, body, delivered);
    if (first.status !== 'acked') {
      // What Slack itself tells the person.
      timeline.add({
        channel,
        user: 'USLACKBOT',
        text: first.status,
        blocks: [],
        ephemeralFor: userId,
        fromSlack: true,
      });
    }
    return first;
  };
  const ackMessage = (delivered: Delivered, channel: string): void => {
    const { payload } = delivered;
    const said =
      typeof payload === 'string'
        ? payload
        : typeof payload === 'object' && payload !== null && 'text' in payload
          ? payload.text
          : '';
    if (delivered.status !== 'acked' || typeof said !== 'string' || said === '') return;
    timeline.add({
      channel,
      user: workspace.bot.userId,
      botId: workspace.bot.id,
      text: said,
      blocks: [],
      ephemeralFor: userId,
    });
  };
  const event = (body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
    ...{ token: 'x', team_id: workspace.teamId, api_app_id: workspace.appId, type: 'event_callback' },
    ...{ event_id: `Ev${randomUUID()}`, event_time: Math.floor(clock.now() / 1000), event: body },
    authorizations: [{ team_id: workspace.teamId, user_id: workspace.bot.userId, is_bot: true }],
  });
  const says = (channel: string, text: string, threadTs: string | undefined): Message =>
    timeline.add({
      channel,
      user: userId,
      text,
      blocks: [],
      ...(threadTs === undefined ? {} : { threadTs }),
    });

  return {
    id: userId,
    async command(channel, text, options) {
      const delivered = await deliver(
        'slash_commands',
        {
          ...{
            token: 'x',
            command: '/queue',
            text,
            team_id: options?.team ?? teamId,
            team_domain: workspace.domain,
          },
          ...{
            channel_id: channel,
            channel_name: channel.toLowerCase(),
            user_id: userId,
            user_name: user.name,
          },
          ...{ api_app_id: workspace.appId, trigger_id: trigger(), is_enterprise_install: 'false' },
          response_url: parts.responseUrls.create({
            channel,
            user: userId,
            threadTs: undefined,
            original: undefined,
          }),
        },
        channel,
        options,
      );
      ackMessage(delivered, channel);
      return delivered;
    },
    mention(channel, text, threadTs, options) {
      const message = says(channel, `<@${workspace.bot.userId}> ${text}`, threadTs);
      const body = {
        ...{
          type: 'app_mention',
          user: userId,
          text: message.text,
          ts: message.ts,
          channel,
          event_ts: message.ts,
        },
        ...{ team: teamId, ...(threadTs === undefined ? {} : { thread_ts: threadTs }) },
      };
      return deliver('events_api', event(body), channel, options);
    },
    directMessage(text) {
      const channel = `D${userId.slice(1)}`;
      const message = says(channel, text, undefined);
      const body = {
        ...{
          type: 'message',
          channel_type: 'im',
          user: userId,
          text,
          ts: message.ts,
          channel,
          event_ts: message.ts,
        },
        team: teamId,
      };
      return deliver('events_api', event(body), channel);
    },
    click(message, button, options) {
      const found = buttonsOf(message).find((one) => one.text === button || one.actionId === button);
      if (found === undefined) {
        const there = buttonsOf(message).map((one) => one.text);
        throw new Error(`there is no button "${button}" here, only: ${there.join(', ') || 'none'}`);
      }
      const ephemeral = message.ephemeralFor !== undefined;
      return deliver(
        'interactive',
        {
          ...{ type: 'block_actions', api_app_id: workspace.appId, token: 'x', trigger_id: trigger() },
          user: { id: userId, username: user.name, name: user.name, team_id: options?.team ?? teamId },
          team: { id: options?.team ?? workspace.teamId, domain: workspace.domain },
          channel: { id: message.channel, name: message.channel.toLowerCase() },
          container: {
            ...{
              type: 'message',
              message_ts: message.ts,
              channel_id: message.channel,
              is_ephemeral: ephemeral,
            },
            ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
          },
          ...(ephemeral
            ? {}
            : {
                message: {
                  ...{
                    type: 'message',
                    ts: message.ts,
                    user: message.user,
                    text: message.text,
                    blocks: message.blocks,
                  },
                  ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
                },
              }),
          state: { values: {} },
          response_url: parts.responseUrls.create({
            ...{ channel: message.channel, user: userId, threadTs: message.threadTs, original: message },
          }),
          actions: [
            {
              ...{ type: 'button', action_id: found.actionId, block_id: found.blockId },
              ...{ value: options?.value ?? found.value, action_ts: String(clock.now() / 1000) },
              text: { type: 'plain_text', text: found.text },
            },
          ],
        },
        message.channel,
        options,
      );
    },
    openViews,
    async submit(values) {
      const view = openViews().at(-1);
      if (view === undefined) throw new Error('no view is open');
      const body = {
        ...{ type: 'view_submission', api_app_id: workspace.appId, token: 'x', trigger_id: trigger() },
        user: { id: userId, username: user.name, name: user.name, team_id: teamId },
        team: { id: workspace.teamId, domain: workspace.domain },
        view: {
          // Slack gives every view these, empty where the app said nothing.
          ...{
            callback_id: '',
            private_metadata: '',
            ...view.content,
            id: view.id,
            hash: view.hash,
            root_view_id: view.rootId,
            state: { values },
          },
          ...{
            previous_view_id: view.previousId ?? null,
            team_id: workspace.teamId,
            app_id: workspace.appId,
          },
        },
        response_urls: [],
      };
      const delivered = await deliver('interactive', body, `D${userId.slice(1)}`);
      if (delivered.status === 'acked') parts.views.answer(view, delivered.payload);
      return delivered;
    },
    sees: (channel) =>
      timeline.messages.filter(
        (one) =>
          one.channel === channel &&
          !one.deleted &&
          (one.ephemeralFor === undefined || one.ephemeralFor === userId),
      ),
  };
}

export interface SeenButton {
  readonly text: string;
  readonly actionId: string;
  readonly blockId: string;
  readonly value: string;
}

/** Every button of a message, in order. */
export function buttonsOf(message: Pick<Message, 'blocks'>): readonly SeenButton[] {
  return message.blocks.flatMap((block, index): readonly SeenButton[] => {
    if (!isJson(block)) return [];
    const elements = [...(Array.isArray(block['elements']) ? block['elements'] : []), block['accessory']];
    return elements.flatMap((element): readonly SeenButton[] => {
      if (!isJson(element) || element['type'] !== 'button') return [];
      const label = isJson(element['text']) ? String(element['text']['text']) : '';
      return [
        {
          ...{ text: label, actionId: String(element['action_id']), value: String(element['value'] ?? '') },
          blockId: String(block['block_id'] ?? `b${index}`),
        },
      ];
    });
  });
}

const isJson = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

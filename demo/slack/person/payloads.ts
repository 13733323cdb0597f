import { randomUUID } from 'node:crypto';
import type { Interactive } from '../interactive.ts';
import type { Json } from '../json.ts';
import type { SlackState } from '../state.ts';
import type { Message } from '../timeline.ts';
import type { View } from '../views.ts';
import { messageToWire } from '../web-api/messages.ts';
import { nameOfChannel, type SimulatedUser } from '../workspace.ts';
import { blocksIn, isView, type Surface } from './targets.ts';

/** Whose act it is, as it is written into payloads. `team` differs from the person's own only in attacks. */
export interface Actor {
  readonly user: SimulatedUser;
  readonly team: string;
}

/** Slack's old way to prove itself; apps should not look at it. */
const verificationToken = 'simulated-verification-token';

/** https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling */
export function commandPayload(
  state: SlackState,
  { user, team }: Actor,
  channel: string,
  command: string,
  words: string,
): Json {
  const { workspace } = state;
  return {
    token: verificationToken,
    team_id: team,
    team_domain: workspace.domain,
    channel_id: channel,
    channel_name: nameOfChannel(workspace, channel),
    user_id: user.id,
    user_name: user.name,
    command,
    text: words,
    api_app_id: workspace.appId,
    is_enterprise_install: 'false',
    response_url: state.responseUrls.create({
      channel,
      user: user.id,
      threadTs: undefined,
      original: undefined,
    }),
    trigger_id: state.triggers.create({ user: user.id, viewId: undefined }),
  };
}

/** The envelope of an event: https://docs.slack.dev/apis/events-api#callback-field */
export function eventPayload(state: SlackState, event: Json): Json {
  const { workspace, clock } = state;
  return {
    token: verificationToken,
    team_id: workspace.teamId,
    api_app_id: workspace.appId,
    type: 'event_callback',
    event,
    event_id: `Ev${randomUUID()}`,
    event_time: Math.floor(clock.now() / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: workspace.teamId,
        user_id: workspace.bot.userId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: workspace.channels.some(
      ({ id, isExtShared }) => id === event['channel'] && isExtShared === true,
    ),
  };
}

/** The event of something that a person said: `app_mention`, or `message` with its channel_type. */
export const messageEvent = (message: Message, { user, team }: Actor, type: Json): Json => ({
  ...type,
  user: user.id,
  text: message.text,
  ts: message.ts,
  channel: message.channel,
  event_ts: message.ts,
  team,
  ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
});

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload. `change`: what was pressed or chosen. */
export function actionPayload(
  state: SlackState,
  actor: Actor,
  surface: Surface,
  target: Interactive,
  change: Json,
): Json {
  const { user } = actor;
  return {
    ...interactionPayload('block_actions', state, actor),
    trigger_id: state.triggers.create({ user: user.id, viewId: isView(surface) ? surface.id : undefined }),
    ...(isView(surface) ? viewContext(state, surface) : messageContext(state, user, surface)),
    actions: [
      {
        ...change,
        type: target.type,
        action_id: target.actionId,
        block_id: target.blockId,
        action_ts: String(state.clock.now() / 1000),
      },
    ],
  };
}

const interactionPayload = (type: string, { workspace }: SlackState, { user, team }: Actor): Json => ({
  type,
  api_app_id: workspace.appId,
  token: verificationToken,
  user: { id: user.id, username: user.name, name: user.name, team_id: team },
  team: { id: team === user.teamId ? workspace.teamId : team, domain: workspace.domain },
  enterprise: null,
  is_enterprise_install: false,
});

const viewContext = (state: SlackState, view: View): Json => ({
  container: { type: 'view', view_id: view.id },
  view: state.views.toWire(view),
});

/** An ephemeral message is not sent along: Slack does not keep it. */
function messageContext(state: SlackState, user: SimulatedUser, message: Message): Json {
  const isEphemeral = message.ephemeralFor !== undefined;
  return {
    channel: { id: message.channel, name: nameOfChannel(state.workspace, message.channel) },
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: message.channel,
      is_ephemeral: isEphemeral,
      ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    },
    ...(isEphemeral ? {} : { message: messageToWire(message, state, 'whole') }),
    state: { values: state.filledBy(user.id, message).values(blocksIn(message)) },
    response_url: state.responseUrls.create({
      channel: message.channel,
      user: user.id,
      threadTs: message.threadTs,
      original: message,
    }),
  };
}

/** https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload#view_submission */
export const submissionPayload = (state: SlackState, actor: Actor, view: View): Json => ({
  ...interactionPayload('view_submission', state, actor),
  trigger_id: state.triggers.create({ user: actor.user.id, viewId: view.id }),
  view: state.views.toWire(view),
  response_urls: [],
});

/** https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload#view_closed */
export const closedPayload = (state: SlackState, actor: Actor, view: View, isCleared: boolean): Json => ({
  ...interactionPayload('view_closed', state, actor),
  view: state.views.toWire(view),
  is_cleared: isCleared,
});

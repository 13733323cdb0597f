import { findBlockFault } from '../blocks.ts';
import { isJson, type Json, list, text } from '../json.ts';
import type { SlackState } from '../state.ts';
import type { Message } from '../timeline.ts';
import { directMessageOf, findChannel, findPartner, findUser, type Workspace } from '../workspace.ts';
import { type Answer, no, noBecause, type Params } from './answer.ts';

const mostCharacters = 40_000;

/** Where a message goes: the id of a channel or direct message, or why not. A user id means the direct message. */
export function placeOf(params: Params, { workspace }: SlackState): string | Answer {
  const id = text(params['channel']);
  const person = findUser(workspace, id) ?? findPartner(workspace, id);
  if (person !== undefined)
    return person.isDeleted === true ? no('channel_not_found') : directMessageOf(person.id);
  const channel = findChannel(workspace, id);
  if (channel === undefined) return no('channel_not_found');
  if (channel.isArchived === true) return no('is_archived');
  return channel.botIsMember ? channel.id : no('not_in_channel');
}

/** Why Slack would not take this text and these blocks. */
export function contentFault(params: Params, { files }: SlackState): Answer | undefined {
  const { blocks } = params;
  if (blocks !== undefined && !(Array.isArray(blocks) && blocks.length === 0)) {
    const fault = findBlockFault(blocks, 'message', { isFileReady: files.isReady });
    if (fault !== undefined) return noBecause(fault.error, fault.messages);
  } else if (text(params['text']) === '') return no('no_text');
  return text(params['text']).length > mostCharacters ? no('msg_too_long') : metadataFault(params);
}

function metadataFault({ metadata }: Params): Answer | undefined {
  if (metadata === undefined || isEmptyObject(metadata)) return undefined;
  const { event_type: type, event_payload: payload }: Json = isJson(metadata) ? metadata : {};
  return typeof type === 'string' && isJson(payload) ? undefined : no('invalid_metadata_format');
}

const isEmptyObject = (value: unknown): boolean => isJson(value) && Object.keys(value).length === 0;

/** A type with other characters is ignored, with a warning: https://docs.slack.dev/messaging/message-metadata */
const isGoodType = (type: unknown): boolean => /^[\w-]+$/.test(text(type));

/** What a call's metadata does: `kept` is stored, `warning` stands in the answer. */
export function metadataOf({ metadata }: Params): {
  readonly kept: { readonly metadata?: unknown };
  readonly warning: Json;
} {
  if (metadata === undefined) return { kept: {}, warning: {} };
  if (!isJson(metadata) || isEmptyObject(metadata) || isGoodType(metadata['event_type']))
    return { kept: { metadata }, warning: {} };
  const warning = 'invalid_metadata_schema';
  return { kept: {}, warning: { warning, response_metadata: { warnings: [warning] } } };
}

/** The thread of a new message, if it has one. */
export const threadOf = (params: Params): { readonly threadTs?: string } =>
  text(params['thread_ts']) === '' ? {} : { threadTs: text(params['thread_ts']) };

/** Which metadata a message shows: all of it, or its type alone. */
export type MetadataShown = 'whole' | 'type';

/** A message as history, replies and events show it. */
export function messageToWire(message: Message, state: SlackState, metadata: MetadataShown): Json {
  const { workspace } = state;
  const replies = repliesTo(message, state);
  const isParent = message.threadTs === undefined && replies.length > 0;
  return {
    type: 'message',
    user: message.user,
    text: message.text,
    ts: message.ts,
    blocks: message.blocks,
    team: workspace.teamId,
    ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    ...(isParent
      ? { thread_ts: message.ts, reply_count: replies.length, latest_reply: replies.at(-1)?.ts }
      : {}),
    ...(message.isBroadcast === true ? { subtype: 'thread_broadcast' } : {}),
    ...(message.botId === undefined ? {} : { bot_id: message.botId, app_id: workspace.appId }),
    ...(message.edits > 0 ? { edited: { user: message.user, ts: message.ts } } : {}),
    ...(message.files === undefined ? {} : { files: message.files.map((id) => ({ id })) }),
    ...metadataToWire(message, metadata),
  };
}

function metadataToWire({ metadata }: Message, shown: MetadataShown): Json {
  if (!isJson(metadata) || isEmptyObject(metadata)) return {};
  return { metadata: shown === 'whole' ? metadata : { event_type: metadata['event_type'] } };
}

/** Everybody's messages of a channel, in order; no ephemerals, nothing deleted. */
export const visibleIn = (channel: string, { timeline }: SlackState): readonly Message[] =>
  timeline.inChannel(channel).filter(isPublic);

const repliesTo = (message: Message, { timeline }: SlackState): readonly Message[] =>
  timeline.repliesTo(message.channel, message.ts).filter(isPublic);

const isPublic = (one: Message): boolean => !one.deleted && one.ephemeralFor === undefined;

/** Address of a message in Slack's own client. */
export function permalinkOf(workspace: Workspace, message: Message): string {
  const place = `https://${workspace.domain}.slack.com/archives/${message.channel}/p${message.ts.replace('.', '')}`;
  return message.threadTs === undefined
    ? place
    : `${place}?thread_ts=${message.threadTs}&cid=${message.channel}`;
}

export const blocksOf = (params: Params): readonly unknown[] => list(params['blocks']);

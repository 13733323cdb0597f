import { mediaTypeOf } from '../files.ts';
import { list } from '../json.ts';
import { buttonsOf } from '../person.ts';
import { renderPlain } from '../plain.ts';
import type { SlackState } from '../state.ts';
import type { Message } from '../timeline.ts';
import type { View } from '../views.ts';

/**
 * A message for another process: its text for a terminal, its buttons, its files and what is known of its thread are
 * added, and what `who` has chosen and typed in it.
 */
export const showMessage = (state: SlackState, message: Message, who?: string): object => ({
  ...message,
  plain: renderPlain(message),
  buttons: buttonsOf(message),
  ...(message.files === undefined ? {} : { attached: message.files.map((id) => showFile(state, id)) }),
  ...(message.threadTs === undefined ? showThread(state, message) : {}),
  ...(message.isBroadcast === true ? showRoot(state, message) : {}),
  ...(who === undefined ? {} : { values: state.filledBy(who, message).values(message.blocks) }),
});

/** How many replies stand below a message, if any: `thread: { replies, lastTs, users }`. */
function showThread({ timeline }: SlackState, { channel, ts }: Message): object {
  const replies = timeline
    .repliesTo(channel, ts)
    .filter((one) => !one.deleted && one.ephemeralFor === undefined);
  if (replies.length === 0) return {};
  const users = [...new Set(replies.map(({ user }) => user))];
  return { thread: { replies: replies.length, lastTs: replies.at(-1)?.ts, users } };
}

const mostOfRoot = 80;

/** The beginning of what it is a reply to: the channel shows it above the reply, as Slack does. */
function showRoot({ timeline }: SlackState, { channel, threadTs = '' }: Message): object {
  const root = timeline.find(channel, threadTs);
  if (root === undefined) return {};
  const [first = ''] = renderPlain(root).split('\n');
  const line = first.replace(/^:[\w+-]+: /, '').replace(/[*`]/g, '');
  return { repliesTo: line.length > mostOfRoot ? `${line.slice(0, mostOfRoot - 1)}…` : line };
}

/** An uploaded file and the path of its bytes. */
export function showFile({ files }: SlackState, id: string): object {
  const file = files.find(id);
  if (file === undefined) return { id };
  const { name, title, altText, length, bytes } = file;
  return {
    ...{ id, name, title, altText, length, url: `/files/${id}` },
    ...(bytes === undefined ? {} : { type: mediaTypeOf(bytes) }),
  };
}

/** A view for another process: as it goes over the wire, with what the person sees besides. */
export const showView = ({ views }: SlackState, view: View): object => ({
  ...views.toWire(view),
  plain: renderPlain({ text: '', blocks: list(view.definition['blocks']) }),
  user: view.user,
  closed: view.closed,
  errors: view.errors,
  trouble: view.trouble,
});

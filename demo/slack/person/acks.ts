import { findViewFault } from '../blocks/view.ts';
import { findBlockFault } from '../blocks.ts';
import { isJson, type Json, list, text } from '../json.ts';
import type { SlackState } from '../state.ts';
import type { View } from '../views.ts';
import { inputIds } from './inputs.ts';

/** What a slash command's ack says becomes a message, ephemeral unless it says `in_channel`. */
export function showCommandAck(state: SlackState, payload: unknown, channel: string, user: string): void {
  const said: Json = isJson(payload) ? payload : { text: typeof payload === 'string' ? payload : '' };
  const blocks = list(said['blocks']);
  if (text(said['text']) === '' && blocks.length === 0) return;
  if (findBlockFault(blocks, 'message') !== undefined) {
    tell(state, channel, user, 'invalid_blocks');
    return;
  }
  state.timeline.add({
    channel,
    user: state.workspace.bot.userId,
    botId: state.workspace.bot.id,
    text: text(said['text']),
    blocks,
    ...(said['response_type'] === 'in_channel' ? {} : { ephemeralFor: user }),
  });
}

/** Slack's own word to one person. */
export function tell(
  { timeline }: SlackState,
  channel: string,
  user: string,
  words: string,
  threadTs?: string,
): void {
  timeline.add({
    ...(threadTs === undefined ? {} : { threadTs }),
    channel,
    user: 'USLACKBOT',
    text: words,
    blocks: [],
    ephemeralFor: user,
    fromSlack: true,
  });
}

export const connectionTrouble = 'We had some trouble connecting. Try again?';

type Apply = (state: SlackState, view: View, answer: Json) => void;

/** By `response_action`: https://docs.slack.dev/surfaces/modals#handling_submissions */
const responses: Readonly<Record<string, Apply>> = {
  clear({ views }, view) {
    for (const one of [...views.stack(view.user)].reverse()) views.close(one);
  },
  errors: showErrors,
  push: (state, view, answer) =>
    onGoodView(state, view, answer['view'], (definition) => {
      if (state.views.push(view, definition) === 'push_limit_reached') inTrouble(state, view);
    }),
  update: (state, view, answer) =>
    onGoodView(state, view, answer['view'], (definition) => state.views.update(view, definition)),
};

/** What the ack of a submission does to the modal: an empty one closes it, and what Slack can't read leaves it open. */
export function applySubmissionAck(state: SlackState, view: View, payload: unknown): void {
  if (isEmpty(payload)) {
    state.views.close(view);
    return;
  }
  const answer = isJson(payload) ? payload : {};
  (responses[text(answer['response_action'])] ?? inTrouble)(state, view, answer);
}

const isEmpty = (payload: unknown): boolean =>
  payload === undefined ||
  payload === null ||
  payload === '' ||
  (isJson(payload) && Object.keys(payload).length === 0);

/** Each error stands beside its input; one for a block that is no input is an error of the app. */
function showErrors(state: SlackState, view: View, { errors }: Json): void {
  const found = isJson(errors) ? Object.entries(errors).map(([id, said]) => [id, String(said)] as const) : [];
  const inputs = inputIds(view);
  if (found.length === 0 || found.some(([id]) => !inputs.includes(id))) {
    inTrouble(state, view);
    return;
  }
  view.errors = Object.fromEntries(found);
  state.views.changed(view);
}

function onGoodView(state: SlackState, view: View, next: unknown, show: (definition: Json) => void): void {
  if (isJson(next) && findViewFault(next, 'modal', state.files.isReady) === undefined) show(next);
  else inTrouble(state, view);
}

/** What a person sees in the modal when the app did not answer, or not as it should. */
export function inTrouble({ views }: SlackState, view: View): void {
  view.trouble = connectionTrouble;
  views.changed(view);
}

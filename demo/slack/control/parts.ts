import type { SocketWire } from '../events/socket-mode.ts';
import { type Json, text } from '../json.ts';
import { buttonsOf, type Person } from '../person.ts';
import { renderPlain } from '../plain.ts';
import type { Raw } from '../raw.ts';
import type { SlackState } from '../state.ts';
import type { Message } from '../timeline.ts';
import type { View } from '../views.ts';
import type { Waits } from '../waits.ts';

/** What control works on. */
export interface ControlParts {
  readonly state: SlackState;
  readonly socket: SocketWire;
  readonly waits: Waits;
  readonly raw: Raw;
  readonly as: (userId: string) => Person;
}

/** A message for another process: its text for a terminal and its buttons are added. */
export const showMessage = (message: Message): object => ({
  ...message,
  plain: renderPlain(message),
  buttons: buttonsOf(message),
});

/** A view for another process: as it goes over the wire, with what the person sees besides. */
export const showView = ({ views }: SlackState, view: View): object => ({
  ...views.toWire(view),
  user: view.user,
  closed: view.closed,
  errors: view.errors,
  trouble: view.trouble,
});

/** The message or view that is meant by `channel` and `ts`, or by `view`. */
export function findSurface({ state }: ControlParts, asked: Json): Message | View {
  const viewId = text(asked['view']);
  const view = state.views.find(viewId);
  if (view !== undefined) return view;
  if (viewId !== '') throw new Error('there is no such view');
  const message = state.timeline.find(text(asked['channel']), text(asked['ts']));
  if (message === undefined) throw new Error('there is no such message');
  return message;
}

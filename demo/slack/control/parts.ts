import type { SocketWire } from '../events/socket-mode.ts';
import { type Json, text } from '../json.ts';
import type { Panel } from '../panels.ts';
import type { Person } from '../person.ts';
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
  readonly panels: () => readonly Panel[];
  /** How the app is reached now. */
  readonly delivery: () => 'http' | 'socket';
}

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

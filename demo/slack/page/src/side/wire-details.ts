import { isJson, list, text } from '../api/json.ts';
import type { Json, WireEntry } from '../api/types.ts';

/** What is read first of an entry. */
export interface WireDetails {
  readonly title: string;
  readonly subject: string;
}

export function detailsOf({ what, request, direction }: WireEntry): WireDetails {
  const sent = isJson(request) ? request : {};
  return {
    title: direction === 'to-app' ? nameOf(what, sent) : what,
    subject: direction === 'to-app' ? deliveredSubject(sent) : calledSubject(sent),
  };
}

function nameOf(what: string, sent: Json): string {
  if (what === 'slash_commands') return text(sent['command']) || what;
  const { event } = sent;
  return (isJson(event) && text(event['type'])) || text(sent['type']) || what;
}

function deliveredSubject(sent: Json): string {
  const [action] = list(sent['actions']);
  if (isJson(action)) return text(action['action_id']);
  const { event, view } = sent;
  if (isJson(event)) return text(event['text']);
  if (isJson(view)) return text(view['callback_id']);
  return text(sent['text']);
}

const calledSubject = (sent: Json): string =>
  text(sent['channel']) || text(sent['view_id']) || text(sent['user']) || text(sent['text']).slice(0, 60);

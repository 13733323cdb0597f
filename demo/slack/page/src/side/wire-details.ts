import { isJson, list, text } from '../api/json.ts';
import type { Json, WireEntry } from '../api/types.ts';

/** What is read first of an entry. */
export interface WireDetails {
  readonly title: string;
  readonly subject: string;
  readonly limits: readonly Limit[];
}

/** How much of one of Slack's limits a call used. */
export interface Limit {
  readonly what: string;
  readonly used: number;
  readonly most: number;
}

export function detailsOf({ what, request, direction }: WireEntry): WireDetails {
  const sent = isJson(request) ? request : {};
  return {
    title: direction === 'to-app' ? nameOf(what, sent) : what,
    subject: direction === 'to-app' ? deliveredSubject(sent) : calledSubject(sent),
    limits: direction === 'to-slack' ? limitsOf(sent) : [],
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

/** https://docs.slack.dev/reference/block-kit/blocks and the methods' own pages; characters in all as reported. */
function limitsOf(sent: Json): readonly Limit[] {
  const { blocks, view, text: words } = sent;
  const limits: Limit[] = [];
  if (typeof words === 'string' && words !== '')
    limits.push({ what: 'Text', used: words.length, most: 40_000 });
  if (Array.isArray(blocks)) {
    limits.push({ what: 'Blocks', used: blocks.length, most: 50 });
    limits.push({ what: 'Characters of blocks', used: JSON.stringify(blocks).length, most: 13_000 });
  }
  if (isJson(view)) {
    limits.push({ what: 'Blocks', used: list(view['blocks']).length, most: 100 });
    limits.push({ what: 'Bytes of the view', used: new Blob([JSON.stringify(view)]).size, most: 250_000 });
  }
  return limits;
}

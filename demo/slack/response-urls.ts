import { randomBytes } from 'node:crypto';
import { findBlockFault } from './blocks.ts';
import type { SlackClock } from './clock.ts';
import type { Files } from './files.ts';
import { type Json, list, text } from './json.ts';
import type { Message, Timeline } from './timeline.ts';
import type { Workspace } from './workspace.ts';

export const mostUses = 5;
const livesMs = 30 * 60_000;
const kept = 20_000;

/** Where and to whom a response_url answers. */
export interface ResponsePlace {
  readonly channel: string;
  readonly user: string;
  readonly threadTs: string | undefined;
  /** The message whose element was used; a slash command has none, so nothing can be replaced. */
  readonly original: Message | undefined;
}

interface Ticket extends ResponsePlace {
  readonly until: number;
  uses: number;
}

export interface ResponseAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * Five uses within thirty minutes: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
 * What is sent by one needs no membership and is ephemeral unless it says otherwise.
 */
export interface ResponseUrls {
  create(place: ResponsePlace): string;
  use(id: string, body: Json): ResponseAnswer;
  /** How often it was used; undefined for one that is not known. */
  uses(id: string): number | undefined;
}

export interface ResponseUrlParts {
  readonly workspace: Workspace;
  readonly timeline: Timeline;
  readonly clock: SlackClock;
  readonly files: Files;
  readonly base: () => string;
}

export function createResponseUrls(parts: ResponseUrlParts): ResponseUrls {
  const { clock } = parts;
  const tickets = new Map<string, Ticket>();
  return {
    create(place) {
      const id = randomBytes(12).toString('hex');
      tickets.set(id, { ...place, until: clock.now() + livesMs, uses: 0 });
      const oldest = tickets.keys().next();
      if (tickets.size > kept && oldest.done !== true) tickets.delete(oldest.value);
      return `${parts.base()}/response/${id}`;
    },
    uses: (id) => tickets.get(id)?.uses,
    use(id, body) {
      const ticket = tickets.get(id);
      if (ticket === undefined) return { status: 404, body: 'no_service' };
      if (clock.now() > ticket.until) return { status: 404, body: 'expired_url' };
      if (ticket.uses >= mostUses) return { status: 404, body: 'used_url' };
      const refusal = refuse(body, parts.files);
      if (refusal !== undefined) return { status: 400, body: refusal };
      ticket.uses += 1;
      respond(body, ticket, parts);
      return { status: 200, body: 'ok' };
    },
  };
}

/** Slack's documentation writes these flags both as booleans and as strings. */
const isOn = (flag: unknown): boolean => flag === true || flag === 'true';

function refuse(body: Json, files: Files): string | undefined {
  const blocks = list(body['blocks']);
  if (isOn(body['delete_original'])) return undefined;
  if (blocks.length === 0) return text(body['text']) === '' ? 'no_text' : undefined;
  const fault = findBlockFault(blocks, 'message', { isFileReady: files.isReady });
  return fault === undefined ? undefined : `${fault.error} ${fault.messages.join(' ')}`.trim();
}

function respond(body: Json, ticket: Ticket, { workspace, timeline }: ResponseUrlParts): void {
  const { original, threadTs } = ticket;
  const content = { text: text(body['text']), blocks: list(body['blocks']) };
  if (original !== undefined && isOn(body['delete_original'])) timeline.remove(original);
  else if (original !== undefined && isOn(body['replace_original'])) timeline.edit(original, content);
  else if (!isOn(body['delete_original'])) {
    const thread = text(body['thread_ts']) === '' ? threadTs : text(body['thread_ts']);
    timeline.add({
      ...content,
      channel: ticket.channel,
      user: workspace.bot.userId,
      botId: workspace.bot.id,
      ...(thread === undefined ? {} : { threadTs: thread }),
      ...(body['response_type'] === 'in_channel' ? {} : { ephemeralFor: ticket.user }),
    });
  }
}

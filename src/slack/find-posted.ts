import type { CardPlace } from '../core/card-store.ts';
import type { SlackApi } from './api.ts';

const eventType = 'queuekeeper_request';
const pageSize = 200;
/** A channel's newest thousand messages, or a thread's first; more than that comes between two tries of no post. */
const mostPages = 5;

/** Travels with a card's message, so that the message is known again. */
export const cardMetadata = (
  card: CardPlace,
): { readonly event_type: string; readonly event_payload: { readonly request_id: string } } => ({
  event_type: eventType,
  event_payload: { request_id: card.requestId },
});

/** The ts of our own message with this request's id, if an earlier post got through although its answer was lost. */
export async function findPosted(
  { reads: { conversations } }: SlackApi,
  botId: string,
  card: CardPlace,
): Promise<string | undefined> {
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const where = {
      ...{ channel: card.channel, include_all_metadata: true, limit: pageSize },
      ...(cursor === undefined ? {} : { cursor }),
    } as const;
    const { messages, response_metadata: metadata } =
      card.threadTs === undefined
        ? await conversations.history(where)
        : await conversations.replies({ ...where, ts: card.threadTs });
    const own = (messages ?? []).find((message) => isOwn(message, botId, card));
    if (own?.ts !== undefined) return own.ts;
    cursor = metadata?.next_cursor === '' ? undefined : metadata?.next_cursor;
    if (cursor === undefined) return undefined;
  }
  return undefined;
}

interface Posted {
  readonly bot_id?: string;
  readonly metadata?: { readonly event_type?: string; readonly event_payload?: unknown };
}

function isOwn({ bot_id: poster, metadata }: Posted, botId: string, card: CardPlace): boolean {
  const payload = metadata?.event_payload;
  const requestId =
    typeof payload === 'object' && payload !== null ? Reflect.get(payload, 'request_id') : undefined;
  return poster === botId && metadata?.event_type === eventType && requestId === card.requestId;
}

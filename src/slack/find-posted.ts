import type { CardSubject } from '../core/card-store.ts';
import type { SlackApi } from './api.ts';

const pageSize = 200;
/** A channel's newest thousand messages, or a thread's first; more than that comes between two tries of no post. */
const mostPages = 5;

/** Travels with a message of ours, so that it is known again. */
export interface Mark {
  readonly event_type: string;
  readonly event_payload: Readonly<Record<string, string>>;
}

/** `shows`: which state of it; left out: whichever. */
export const cardMark = ({ about, id }: CardSubject, shows?: string): Mark => ({
  event_type: `queuekeeper_${about}`,
  event_payload: { [`${about}_id`]: id, ...(shows === undefined ? {} : { shows }) },
});

export interface PostedPlace {
  readonly channel: string;
  readonly threadTs: string | undefined;
}

/** The ts of our own message with this mark, if an earlier post got through although its answer was lost. */
export async function findPosted(
  { reads: { conversations } }: SlackApi,
  botId: string,
  place: PostedPlace,
  mark: Mark,
): Promise<string | undefined> {
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const where = {
      ...{ channel: place.channel, include_all_metadata: true, limit: pageSize },
      ...(cursor === undefined ? {} : { cursor }),
    } as const;
    const { messages, response_metadata: metadata } =
      place.threadTs === undefined
        ? await conversations.history(where)
        : await conversations.replies({ ...where, ts: place.threadTs });
    const own = (messages ?? []).find((message) => isOwn(message, botId, mark));
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

function isOwn({ bot_id: poster, metadata }: Posted, botId: string, mark: Mark): boolean {
  const payload = metadata?.event_payload;
  if (poster !== botId || metadata?.event_type !== mark.event_type) return false;
  if (typeof payload !== 'object' || payload === null) return false;
  return Object.entries(mark.event_payload).every(([name, value]) => Reflect.get(payload, name) === value);
}

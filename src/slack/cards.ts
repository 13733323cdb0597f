import type { CardPlace, CardStore } from '../core/card-store.ts';
import type { Clock } from '../core/clock.ts';
import type { Cards } from '../core/invocation.ts';
import type { Log } from '../core/log.ts';
import type { Locale } from '../core/people.ts';
import type { Reply } from '../core/reply.ts';
import { slackText } from '../text/slack.ts';
import { faultOf, type SlackApi } from './api.ts';
import { renderMessage, renderPlainMessage } from './renderer/blocks.ts';

export interface CardsParts {
  readonly store: CardStore;
  readonly api: SlackApi;
  readonly clock: Clock;
  readonly log: Log;
  readonly locale: Locale;
  readonly botId: string;
  /** Names this process in channel leases. */
  readonly holder: string;
  /** The card of a request and the version that it shows; undefined when there is no such request. */
  readonly draw: (
    requestId: string,
  ) => Promise<{ readonly reply: Reply; readonly version: number } | undefined>;
}

/** Without a hint: cards that another process left behind are found this late. */
const lookEveryMs = 2_000;
/** Between two edits of one message. */
const editEveryMs = 1_200;
const cardsAtOnce = 20;
const eventType = 'queuekeeper_request';
/** Nothing can be shown there any more. */
const hopeless = new Set([
  'channel_not_found',
  'is_archived',
  'not_in_channel',
  'message_not_found',
  'cant_update_message',
  'restricted_action',
]);

/**
 * Draws cards from the store until Slack has taken them. What is posted is found again by its metadata, so an answer that
 * was lost makes no second message; the newest version wins.
 */
export function createCards(
  parts: CardsParts,
): Cards & { run(signal: AbortSignal): Promise<void>; flush(): Promise<void> } {
  const { store, clock, log } = parts;
  const editedAt = new Map<string, number>();
  const restUntil = new Map<string, number>();
  let kick: () => void = () => undefined;
  let kicked = false;

  const drawAll = async (): Promise<number> => {
    const behind = await store.behind(cardsAtOnce);
    let left = behind.length;
    for (const card of behind) {
      const now = clock.now().getTime();
      if ((restUntil.get(card.channel) ?? 0) > now) continue;
      if (now - (editedAt.get(keyOf(card)) ?? 0) < editEveryMs) continue;
      if (!(await store.leaseChannel(card.channel, parts.holder))) continue;
      editedAt.set(keyOf(card), now);
      const waitSeconds = await drawOne(parts, card);
      if (waitSeconds > 0) restUntil.set(card.channel, clock.now().getTime() + waitSeconds * 1000);
      else left -= 1;
    }
    if (editedAt.size > 1_000) editedAt.clear();
    return left;
  };

  return {
    changed() {
      kicked = true;
      kick();
    },
    async run(signal) {
      while (!signal.aborted) {
        kicked = false;
        const left = await drawAll().catch((error: unknown) => {
          log.warn({ err: error }, 'cards can not be drawn now');
          return 0;
        });
        if (signal.aborted) return;
        if (kicked && left === 0) continue;
        const pause = left > 0 ? editEveryMs / 4 : lookEveryMs;
        await Promise.race([
          clock.wait(pause, signal).catch(() => undefined),
          ...(left > 0
            ? []
            : [
                new Promise<void>((resolve) => {
                  kick = resolve;
                }),
              ]),
        ]);
      }
    },
    /** Once more for what changed last, when the process stops. */
    async flush() {
      editedAt.clear();
      await drawAll().catch(() => undefined);
    },
  };
}

const keyOf = (card: CardPlace): string => `${card.requestId}:${card.channel}:${card.threadTs ?? ''}`;

/** Seconds to leave the channel alone; 0 when Slack has taken the card, or never will. */
async function drawOne(parts: CardsParts, card: CardPlace): Promise<number> {
  const drawn = await parts.draw(card.requestId);
  if (drawn === undefined) {
    await parts.store.giveUp(card);
    return 0;
  }
  const { reply, version } = drawn;
  const messageTs = card.messageTs ?? (card.attempted ? await findPosted(parts, card) : undefined);
  const forms = [
    () => renderMessage(reply, { leftOut: slackText[parts.locale].leftOut }),
    () => ({ ...renderPlainMessage(reply), blocks: [] }),
  ];
  for (const form of forms) {
    try {
      const ts = await send(parts, card, messageTs, form());
      await parts.store.shown(card, ts, version);
      return 0;
    } catch (error) {
      const fault = faultOf(error);
      if (fault.kind === 'rate-limited') return fault.retryAfterSeconds;
      if (fault.kind === 'unsure') return 1;
      parts.log.warn(
        { code: fault.code, messages: fault.messages, request: card.requestId },
        'Slack refused a card',
      );
      if (hopeless.has(fault.code)) {
        await parts.store.giveUp(card);
        return 0;
      }
      if (!fault.code.includes('blocks')) return 5;
    }
  }
  await parts.store.giveUp(card);
  return 0;
}

async function send(
  parts: CardsParts,
  card: CardPlace,
  messageTs: string | undefined,
  content: { readonly text: string; readonly blocks: readonly object[] },
): Promise<string> {
  const { api, store } = parts;
  const blocks = [...content.blocks] as never[]; // our own renderer made them
  const metadata = { event_type: eventType, event_payload: { request_id: card.requestId } };
  if (messageTs !== undefined) {
    await api.posts.chat.update({
      channel: card.channel,
      ts: messageTs,
      text: content.text,
      blocks,
      metadata,
    });
    return messageTs;
  }
  await store.attempt(card);
  const posted = await api.posts.chat.postMessage({
    ...{
      channel: card.channel,
      text: content.text,
      blocks,
      metadata,
      unfurl_links: false,
      unfurl_media: false,
    },
    ...(card.threadTs === undefined ? {} : { thread_ts: card.threadTs }),
  });
  if (posted.ts === undefined) throw new Error('Slack took a message and gave it no ts');
  return posted.ts;
}

/** Our own message with this request's id, if an earlier post got through although its answer was lost. */
async function findPosted(parts: CardsParts, card: CardPlace): Promise<string | undefined> {
  const { conversations } = parts.api.reads;
  const common = { channel: card.channel, include_all_metadata: true, limit: 100 } as const;
  const { messages } =
    card.threadTs === undefined
      ? await conversations.history(common)
      : await conversations.replies({ ...common, ts: card.threadTs });
  const own = (messages ?? []).find((message) => {
    const { metadata, bot_id: botId } = message;
    const payload: unknown = metadata?.event_payload;
    const requestId =
      typeof payload === 'object' && payload !== null ? Reflect.get(payload, 'request_id') : undefined;
    return botId === parts.botId && metadata?.event_type === eventType && requestId === card.requestId;
  });
  return own?.ts;
}

import type { CardPicture } from '../core/card-picture.ts';
import type { CardPlace, CardStore } from '../core/card-store.ts';
import type { Log } from '../core/log.ts';
import type { Locale } from '../core/people.ts';
import type { Reply, ReplyPart } from '../core/reply.ts';
import { faultOf, isAboutBlocks, type SlackApi, type SlackFault } from './api.ts';
import { cardMark, findPosted } from './find-posted.ts';
import { type Form, formsOf } from './renderer/forms.ts';
import type { UnsureEdits } from './unsure-edits.ts';

export interface DrawParts {
  readonly store: CardStore;
  readonly api: SlackApi;
  readonly log: Log;
  readonly locale: Locale;
  readonly botId: string;
  /** Left out: no edit is waited for. */
  readonly unsureEdits?: UnsureEdits;
  /** The card at this place, and the version that it shows; undefined when there is no such request or incident. */
  readonly draw: (
    card: CardPlace,
  ) => Promise<{ readonly reply: Reply; readonly version: number } | undefined>;
}

/** What came of one card: Slack has taken it (or never will), or who is to be left alone and how long. */
export type Drawn =
  | { readonly kind: 'settled' }
  | { readonly kind: 'rest'; readonly who: 'channel' | 'card'; readonly milliseconds: number };

const settled: Drawn = { kind: 'settled' };
/** Nothing can be shown there any more. */
const hopeless = new Set([
  ...['channel_not_found', 'is_archived', 'not_in_channel', 'restricted_action', 'thread_not_found'],
  ...['message_not_found', 'cant_update_message', 'edit_window_closed'],
]);
/** A post that was not answered may still be under way; looked for earlier, it would be missed and posted twice. */
const unsurePostMs = 5_000;
const unsureMs = 1_000;
/** Slack says no for a reason that only an administrator can mend. */
const refusedMs = 30_000;

/** Posts or edits one card as the store has it now. */
export async function drawCard(parts: DrawParts, card: CardPlace): Promise<Drawn> {
  // A first post has no picture yet.
  const picture = card.messageTs === undefined ? undefined : (card.nextPicture ?? card.picture);
  const { picture: _, ...bare } = card;
  const drawn = await parts.draw(picture === undefined ? bare : { ...bare, picture });
  if (drawn === undefined) {
    await parts.store.giveUp(card);
    return settled;
  }
  const late = await lateEdit(parts, card);
  if (late !== undefined) return late;
  let messageTs = card.messageTs;
  if (messageTs === undefined && card.attempted) {
    const looked = await looking(() => findPosted(parts.api, parts.botId, card, cardMark(card.subject)));
    if (looked.kind === 'fault') return afterFault(parts, card, looked.fault, unsureMs);
    messageTs = looked.ts;
  }
  for (const { picture: shows, form } of waysToShow(card, drawn.reply, parts.locale)) {
    try {
      const ts = await send(parts, card, messageTs, form(), stateOf(drawn.version, shows));
      if (ts === undefined) return settled;
      await parts.store.shown(card, ts, drawn.version, shows);
      return settled;
    } catch (error) {
      const fault = faultOf(error);
      if (fault.kind === 'refused' && isAboutBlocks(fault.code)) {
        const { code, messages } = fault;
        if (shows !== undefined && shows === card.nextPicture) {
          if (!(await parts.store.pictureRefused(card)))
            parts.log.warn({ code, messages, card: card.subject.id }, 'Slack does not show a picture');
          // All else stands there already, and may go on standing there.
          if (isShown(card, drawn.version)) return settled;
          continue;
        }
        parts.log.warn({ code, messages, card: card.subject.id }, 'Slack refused the form of a card');
        continue;
      }
      if (fault.kind === 'unsure' && messageTs !== undefined)
        parts.unsureEdits?.note(card, stateOf(drawn.version, shows));
      return afterFault(parts, card, fault, messageTs === undefined ? unsurePostMs : unsureMs);
    }
  }
  await parts.store.giveUp(card);
  return settled;
}

const stateOf = (version: number, picture: CardPicture | undefined): string =>
  `${version}${picture === undefined ? '' : ` ${picture.file}`}`;

/** An edit goes out only after the one before was answered, or read back, or can be under way no longer. */
async function lateEdit(parts: DrawParts, card: CardPlace): Promise<Drawn | undefined> {
  const before = parts.unsureEdits?.find(card);
  if (before === undefined) return undefined;
  const mark = cardMark(card.subject, before.shows);
  const looked = await looking(() => findPosted(parts.api, parts.botId, card, mark));
  const isThere = looked.kind === 'looked' && looked.ts !== undefined;
  if (!isThere && before.waitMs > 0)
    return { kind: 'rest', who: 'card', milliseconds: Math.min(unsureMs, before.waitMs) };
  parts.unsureEdits?.forget(card);
  return undefined;
}

interface Way {
  /** What the message then shows. */
  readonly picture: CardPicture | undefined;
  readonly form: () => Form;
}

/** The best one first: with the next picture, with the one that stands there, without any. */
function waysToShow(card: CardPlace, reply: Reply, locale: Locale): readonly Way[] {
  const pictures = reply.parts.some(isPicture) ? [card.nextPicture, card.picture] : [];
  const pictured = pictures.flatMap((picture): readonly Way[] => {
    if (picture === undefined) return [];
    const [form] = formsOf(withPicture(reply, picture), locale);
    return form === undefined ? [] : [{ picture, form }];
  });
  const plain = formsOf(withPicture(reply, undefined), locale).map((form) => ({ picture: undefined, form }));
  return [...pictured, ...plain];
}

const isPicture = ({ kind }: ReplyPart): boolean => kind === 'picture';

/** The same with another picture in its place, or with none. */
const withPicture = (reply: Reply, picture: CardPicture | undefined): Reply => ({
  ...reply,
  parts: reply.parts.flatMap((part): readonly ReplyPart[] => {
    if (!isPicture(part)) return [part];
    return picture === undefined ? [] : [{ kind: 'picture', picture }];
  }),
});

const isShown = ({ messageTs, shownVersion }: CardPlace, version: number): boolean =>
  messageTs !== undefined && shownVersion >= version;

async function afterFault(
  { log, store }: DrawParts,
  card: CardPlace,
  fault: SlackFault,
  unsure: number,
): Promise<Drawn> {
  switch (fault.kind) {
    case 'rate-limited':
      return { kind: 'rest', who: 'channel', milliseconds: fault.retryAfterSeconds * 1000 };
    case 'unsure':
      return { kind: 'rest', who: 'channel', milliseconds: unsure };
    case 'refused':
      log.warn({ code: fault.code, card: card.subject.id, channel: card.channel }, 'Slack refused a card');
      if (!hopeless.has(fault.code)) return { kind: 'rest', who: 'card', milliseconds: refusedMs };
      await store.giveUp(card);
      return settled;
  }
}

type Looked =
  | { readonly kind: 'looked'; readonly ts: string | undefined }
  | { readonly kind: 'fault'; readonly fault: SlackFault };

async function looking(look: () => Promise<string | undefined>): Promise<Looked> {
  try {
    return { kind: 'looked', ts: await look() };
  } catch (error) {
    return { kind: 'fault', fault: faultOf(error) };
  }
}

/** The message's ts; undefined: it is no longer to stand here. Before a post begins the store knows of it. */
async function send(
  { api, store }: DrawParts,
  card: CardPlace,
  messageTs: string | undefined,
  form: Form,
  shows: string,
): Promise<string | undefined> {
  const { channel } = card;
  const content = {
    text: form.text,
    blocks: [...form.blocks],
    metadata: { ...cardMark(card.subject, shows) },
    parse: 'none' as const,
  };
  if (messageTs !== undefined) {
    await api.posts.chat.update({ channel, ts: messageTs, ...content });
    return messageTs;
  }
  if (!(await store.attempt(card))) return undefined;
  const posted = await api.posts.chat.postMessage({
    ...{ channel, ...content, unfurl_links: false, unfurl_media: false },
    ...(card.threadTs === undefined ? {} : { thread_ts: card.threadTs }),
  });
  if (posted.ts === undefined) throw new Error('Slack took a message and gave it no ts');
  return posted.ts;
}

import type { Notice, Outbox } from '../core/approval-ports.ts';
import { isVisible } from '../core/incident.ts';
import type { Log } from '../core/log.ts';
import type { Locale } from '../core/people.ts';
import type { Reply } from '../core/reply.ts';
import { faultOf, isAboutBlocks, type SlackApi, type SlackFault } from './api.ts';
import { findPosted, type Mark, type PostedPlace } from './find-posted.ts';
import { type Form, formsOf } from './renderer/forms.ts';

export interface NoticeParts {
  readonly outbox: Outbox;
  readonly api: SlackApi;
  readonly log: Log;
  /** Of the channels. */
  readonly locale: Locale;
  /** Of one person, who is told something alone. */
  readonly localeOf: (userId: string) => Promise<Locale>;
  readonly botId: string;
  /** What it says, from the store as it is now; undefined: there is nothing to say any more. */
  readonly say: (notice: Notice, locale: Locale) => Promise<Reply | undefined>;
}

/** What came of one notice: it is said (or never will be), or who is to be left alone and how long. */
export type Noticed =
  | { readonly kind: 'settled' }
  | { readonly kind: 'limited'; readonly milliseconds: number }
  | { readonly kind: 'rest'; readonly who: 'channel' | 'notice'; readonly milliseconds: number };

const settled: Noticed = { kind: 'settled' };
/** Nothing can be said there any more. */
const hopeless = new Set([
  ...['channel_not_found', 'is_archived', 'not_in_channel', 'restricted_action'],
  ...['thread_not_found', 'message_not_found', 'cannot_reply_to_message'],
]);
/** The message that it was to stand below is gone; the channel is there. */
const threadGone = new Set(['thread_not_found', 'message_not_found', 'cannot_reply_to_message']);
/** A post that was not answered may still be under way; looked for earlier, it would be missed and posted twice. */
const unsurePostMs = 5_000;
const unsureLookMs = 1_000;
/** Slack says no for a reason that only an administrator can mend. */
const refusedMs = 30_000;

const markOf = (notice: Notice): Mark => ({
  event_type: 'queuekeeper_notice',
  event_payload: { notice_id: notice.id },
});

/** Says one notice, unless an earlier try got through. */
export async function postNotice(parts: NoticeParts, notice: Notice): Promise<Noticed> {
  const { outbox, api, botId, say } = parts;
  const found = await attempting(() => placeOf(parts, notice));
  if (found.kind === 'fault') return afterFault(parts, notice, found.fault, unsureLookMs);
  const place = found.value;
  if (notice.attempted) {
    const looked = await attempting(() => findPosted(api, botId, place, markOf(notice)));
    if (looked.kind === 'fault') return afterFault(parts, notice, looked.fault, unsureLookMs);
    if (looked.value !== undefined) {
      await outbox.said(notice, looked.value);
      return settled;
    }
  }
  // Before it is drawn: what changes from here on, whoever changes it has to say.
  await outbox.attempt(notice);
  const locale = await localeOf(parts, notice);
  const reply = await say(notice, locale);
  if (reply === undefined) {
    await outbox.giveUp(notice);
    return settled;
  }
  return post(parts, { notice, place, reply, locale });
}

const localeOf = async ({ localeOf: ask, locale }: NoticeParts, { privateTo }: Notice): Promise<Locale> =>
  privateTo === undefined ? locale : ask(privateTo);

/**
 * A direct message is opened before its message is looked for or posted: the same one each time. Where Slack opens none, as
 * for an app without `im:write`, the place that the store knows has to do.
 */
async function placeOf({ api, log }: NoticeParts, notice: Notice): Promise<PostedPlace> {
  if (notice.privateTo === undefined) return notice;
  try {
    const { channel } = await api.reads.conversations.open({ users: notice.privateTo });
    return channel?.id === undefined ? notice : { channel: channel.id, threadTs: undefined };
  } catch (error) {
    const fault = faultOf(error);
    if (fault.kind !== 'refused') throw error;
    const { code } = fault;
    log.warn({ code, notice: notice.id }, 'Slack opens no direct message; a notice goes under its card');
    return notice;
  }
}

interface Drawn {
  readonly notice: Notice;
  readonly place: PostedPlace;
  readonly reply: Reply;
  readonly locale: Locale;
}

/** In the best form that Slack takes; outside the thread where that is gone. */
async function post(parts: NoticeParts, drawn: Drawn): Promise<Noticed> {
  const { notice, place, reply, locale } = drawn;
  for (const form of formsOf(reply, locale)) {
    const sent = await attempting(() => send(parts, drawn, form()));
    if (sent.kind === 'done') {
      await parts.outbox.said(notice, sent.value);
      return settled;
    }
    const { fault } = sent;
    if (fault.kind === 'refused' && isAboutBlocks(fault.code)) {
      const { code, messages } = fault;
      parts.log.warn({ code, messages, notice: notice.id }, 'Slack refused the form of a notice');
      continue;
    }
    if (fault.kind === 'refused' && threadGone.has(fault.code) && place.threadTs !== undefined) {
      return post(parts, { ...drawn, place: { ...place, threadTs: undefined } });
    }
    return afterFault(parts, notice, fault, unsurePostMs);
  }
  await parts.outbox.giveUp(notice);
  return settled;
}

async function afterFault(
  { log, outbox }: NoticeParts,
  notice: Notice,
  fault: SlackFault,
  unsureMs: number,
): Promise<Noticed> {
  switch (fault.kind) {
    case 'rate-limited':
      return { kind: 'limited', milliseconds: fault.retryAfterSeconds * 1000 };
    case 'unsure':
      return { kind: 'rest', who: 'channel', milliseconds: unsureMs };
    case 'refused':
      log.warn({ code: fault.code, notice: notice.id, channel: notice.channel }, 'Slack refused a notice');
      if (!hopeless.has(fault.code)) return { kind: 'rest', who: 'notice', milliseconds: refusedMs };
      await outbox.giveUp(notice);
      return settled;
  }
}

type Attempted<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'fault'; readonly fault: SlackFault };

/** What Slack refuses is a value; a bug, or a store that is away, stays an exception. */
async function attempting<Value>(call: () => Promise<Value>): Promise<Attempted<Value>> {
  try {
    return { kind: 'done', value: await call() };
  } catch (error) {
    return { kind: 'fault', fault: faultOf(error) };
  }
}

/** The message's ts. The store knows already that it is begun. */
async function send({ api }: NoticeParts, { notice, place }: Drawn, form: Form): Promise<string> {
  const content = {
    ...{ channel: place.channel, text: form.text, blocks: [...form.blocks] },
    ...{ metadata: { ...markOf(notice) }, parse: 'none' as const, unfurl_links: false, unfurl_media: false },
  };
  const { threadTs } = place;
  const posted = await api.posts.chat.postMessage(
    threadTs === undefined
      ? content
      : isLoud(notice)
        ? { ...content, thread_ts: threadTs, reply_broadcast: true }
        : { ...content, thread_ts: threadTs },
  );
  if (posted.ts === undefined) throw new Error('Slack took a message and gave it no ts');
  return posted.ts;
}

const isLoud = (notice: Notice): boolean => notice.kind === 'entry' && isVisible(notice.entry);

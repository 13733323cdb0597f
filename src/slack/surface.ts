import type { Surface } from '../core/invocation.ts';
import type { Log } from '../core/log.ts';
import type { Locale } from '../core/people.ts';
import type { Reply } from '../core/reply.ts';
import { slackText } from '../text/slack.ts';
import { faultOf, type SlackApi } from './api.ts';
import { renderMessage, renderPlainMessage } from './renderer/blocks.ts';

export interface SurfaceParts {
  readonly api: SlackApi;
  readonly log: Log;
  readonly userId: string;
  readonly channel: string;
  readonly threadTs: string | undefined;
  /** Undefined for mentions. Takes five posts within 30 minutes. */
  readonly responseUrl: string | undefined;
  /** The button's own message becomes the answer (paging). */
  readonly replaces: boolean;
}

const respondLimitMs = 4_000;

interface Content {
  readonly text: string;
  readonly blocks?: readonly object[];
}

/** Answers where the person asked; what Slack refuses is sent again without tables, then as plain text. */
export function createSurface(parts: SurfaceParts): Surface {
  const forms = (reply: Reply, locale: Locale): readonly (() => Content)[] => [
    () => renderMessage(reply, { leftOut: slackText[locale].leftOut }),
    () => renderMessage(reply, { leftOut: slackText[locale].leftOut, tables: false }),
    () => renderPlainMessage(reply),
  ];
  return {
    async answer(reply, locale) {
      await inTurn(forms(reply, locale), parts, (content) => whisper(parts, content));
    },
    post: (reply, locale) => inTurn(forms(reply, locale), parts, (content) => say(parts, content)),
  };
}

/** True when one of the forms was taken. A refusal of the blocks leads to the next form, anything else ends it. */
async function inTurn(
  forms: readonly (() => Content)[],
  { log, channel }: SurfaceParts,
  send: (content: Content) => Promise<Sent>,
): Promise<boolean> {
  for (const form of forms) {
    const sent = await send(form());
    if (sent.kind === 'taken') return true;
    log.warn({ channel, ...sent }, 'Slack did not take an answer');
    if (sent.kind === 'lost') return false;
  }
  return false;
}

type Sent =
  | { readonly kind: 'taken' }
  | { readonly kind: 'blocks-refused'; readonly code: string; readonly messages: readonly string[] }
  | { readonly kind: 'lost'; readonly why: string };

const aboutBlocks = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'msg_too_long',
]);

/** By response_url, which needs no membership; when it is spent or gone, as an ephemeral message. */
async function whisper(parts: SurfaceParts, content: Content): Promise<Sent> {
  if (parts.responseUrl !== undefined) {
    const sent = await respond(parts.responseUrl, parts, content);
    if (sent.kind !== 'lost') return sent;
    parts.log.warn({ why: sent.why }, 'a response_url did not take an answer');
  }
  return calling(() =>
    parts.api.posts.chat.postEphemeral({
      ...{ channel: parts.channel, user: parts.userId, text: content.text },
      ...(content.blocks === undefined ? {} : { blocks: [...content.blocks] as never[] }), // our own renderer made them
      ...(parts.threadTs === undefined ? {} : { thread_ts: parts.threadTs }),
    }),
  );
}

function say(parts: SurfaceParts, content: Content): Promise<Sent> {
  return calling(() =>
    parts.api.posts.chat.postMessage({
      ...{ channel: parts.channel, text: content.text, unfurl_links: false, unfurl_media: false },
      ...(content.blocks === undefined ? {} : { blocks: [...content.blocks] as never[] }), // our own renderer made them
      ...(parts.threadTs === undefined ? {} : { thread_ts: parts.threadTs }),
    }),
  );
}

async function respond(url: string, parts: SurfaceParts, content: Content): Promise<Sent> {
  try {
    const answer = await fetch(url, {
      ...{ method: 'POST', signal: AbortSignal.timeout(respondLimitMs) },
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({
        ...{ response_type: 'ephemeral', replace_original: parts.replaces, text: content.text },
        ...(content.blocks === undefined ? {} : { blocks: content.blocks }),
        ...(parts.threadTs === undefined ? {} : { thread_ts: parts.threadTs }),
      }),
    });
    const said = (await answer.text()).slice(0, 500);
    if (answer.ok && !said.includes('"ok":false')) return { kind: 'taken' };
    const code = [...aboutBlocks].find((one) => said.includes(one));
    return code === undefined
      ? { kind: 'lost', why: `${answer.status}` }
      : { kind: 'blocks-refused', code, messages: [said] };
  } catch (error) {
    return { kind: 'lost', why: error instanceof Error ? error.name : 'unknown' };
  }
}

async function calling(call: () => Promise<unknown>): Promise<Sent> {
  try {
    await call();
    return { kind: 'taken' };
  } catch (error) {
    const fault = faultOf(error);
    if (fault.kind === 'refused' && aboutBlocks.has(fault.code)) {
      return { kind: 'blocks-refused', code: fault.code, messages: fault.messages };
    }
    return { kind: 'lost', why: fault.kind === 'refused' ? fault.code : fault.kind };
  }
}

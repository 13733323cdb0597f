import { setTimeout as pause } from 'node:timers/promises';
import type { Surface } from '../core/invocation.ts';
import type { Log } from '../core/log.ts';
import type { Locale } from '../core/people.ts';
import type { Reply } from '../core/reply.ts';
import { faultOf, findBlocksCode, isAboutBlocks, type SlackApi } from './api.ts';
import { openForm, tellIn } from './modals.ts';
import { type Form, formsOf } from './renderer/forms.ts';

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
  /** Opens a form, within three seconds of what the person did. Undefined for mentions. */
  readonly triggerId?: string | undefined;
}

const respondLimitMs = 4_000;

/** A rate limit is waited for no longer than this, and once. */
const longestWaitSeconds = 5;

/** Answers where the person asked; what Slack refuses is sent again without tables, then as plain text. */
export function createSurface(parts: SurfaceParts): Surface {
  const { api, log, triggerId } = parts;
  const answer = async (reply: Reply, locale: Locale): Promise<void> => {
    await inTurn(formsOf(reply, locale), parts, (form) => whisper(parts, form));
  };
  return {
    answer,
    post: (reply, locale) => inTurn(formsOf(reply, locale), parts, (form) => say(parts, form)),
    ...(triggerId === undefined
      ? {}
      : { openForm: (form, locale) => openForm({ api, log, whisper: answer }, triggerId, form, locale) }),
  };
}

/** Slack must have shown what the acknowledgement said before it is told more. */
const afterAckMs = 400;

/** Answers in the modal whose form was sent, and in the channel where that has been closed. */
export function createModalSurface(parts: SurfaceParts, viewId: string, title: string): Surface {
  const channel = createSurface(parts);
  const { api, log } = parts;
  return {
    post: channel.post,
    async answer(reply, locale) {
      await pause(afterAckMs);
      await tellIn({ api, log, whisper: channel.answer }, viewId, title, reply, locale);
    },
  };
}

/** True when one of the forms was taken. A refusal of the blocks leads to the next form, anything else ends it. */
async function inTurn(
  forms: readonly (() => Form)[],
  { log, channel }: SurfaceParts,
  send: (form: Form) => Promise<Sent>,
): Promise<boolean> {
  for (const form of forms) {
    const sent = await sendSafely(form, send);
    if (sent.kind === 'taken') return true;
    log.warn({ channel, ...sent }, 'Slack did not take an answer');
    if (sent.kind === 'lost') return false;
  }
  return false;
}

/**
 * A bug in the drawing of one form must not cost the answer: the next form may do. Once it is on its way, nobody knows
 * whether Slack has it, so after a bug there it is not said again.
 */
async function sendSafely(form: () => Form, send: (form: Form) => Promise<Sent>): Promise<Sent> {
  let drawn: Form;
  try {
    drawn = form();
  } catch (error) {
    return { kind: 'blocks-refused', code: 'our-fault', messages: [String(error)] };
  }
  return send(drawn).catch((error: unknown): Sent => ({ kind: 'lost', why: `our fault: ${error}` }));
}

type Sent =
  | { readonly kind: 'taken' }
  | { readonly kind: 'blocks-refused'; readonly code: string; readonly messages: readonly string[] }
  | { readonly kind: 'lost'; readonly why: string };

/** By response_url, which needs no membership; when it is spent or gone, as an ephemeral message. */
async function whisper(parts: SurfaceParts, form: Form): Promise<Sent> {
  if (parts.responseUrl !== undefined) {
    const sent = await respond(parts.responseUrl, parts, form);
    if (sent.kind !== 'lost') return sent;
    parts.log.warn({ why: sent.why }, 'a response_url did not take an answer');
  }
  return calling(() =>
    parts.api.posts.chat.postEphemeral({
      ...{ channel: parts.channel, user: parts.userId, text: form.text, parse: 'none' },
      ...(form.blocks.length === 0 ? {} : { blocks: [...form.blocks] }),
      ...(parts.threadTs === undefined ? {} : { thread_ts: parts.threadTs }),
    }),
  );
}

function say(parts: SurfaceParts, form: Form): Promise<Sent> {
  return calling(() =>
    parts.api.posts.chat.postMessage({
      ...{ channel: parts.channel, text: form.text, parse: 'none' },
      ...{ unfurl_links: false, unfurl_media: false },
      ...(form.blocks.length === 0 ? {} : { blocks: [...form.blocks] }),
      ...(parts.threadTs === undefined ? {} : { thread_ts: parts.threadTs }),
    }),
  );
}

async function respond(url: string, parts: SurfaceParts, form: Form): Promise<Sent> {
  try {
    const answer = await fetch(url, {
      ...{ method: 'POST', signal: AbortSignal.timeout(respondLimitMs) },
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({
        ...{ response_type: 'ephemeral', replace_original: parts.replaces, text: form.text },
        ...(form.blocks.length === 0 ? {} : { blocks: form.blocks }),
        parse: 'none',
        ...(parts.threadTs === undefined ? {} : { thread_ts: parts.threadTs }),
      }),
    });
    const said = (await answer.text()).slice(0, 500);
    if (answer.ok && !said.includes('"ok":false')) return { kind: 'taken' };
    const code = findBlocksCode(said);
    return code === undefined
      ? { kind: 'lost', why: `${answer.status}` }
      : { kind: 'blocks-refused', code, messages: [said] };
  } catch (error) {
    return { kind: 'lost', why: error instanceof Error ? error.name : 'unknown' };
  }
}

async function calling(call: () => Promise<unknown>, triesLeft = 1): Promise<Sent> {
  try {
    await call();
    return { kind: 'taken' };
  } catch (error) {
    const fault = faultOf(error);
    if (fault.kind === 'rate-limited' && triesLeft > 0 && fault.retryAfterSeconds <= longestWaitSeconds) {
      await pause(fault.retryAfterSeconds * 1000);
      return calling(call, triesLeft - 1);
    }
    if (fault.kind === 'refused' && isAboutBlocks(fault.code)) {
      return { kind: 'blocks-refused', code: fault.code, messages: fault.messages };
    }
    return { kind: 'lost', why: fault.kind === 'refused' ? fault.code : fault.kind };
  }
}

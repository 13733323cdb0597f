import { setTimeout as pause } from 'node:timers/promises';
import type { PictureMaker } from '../core/card-picture.ts';
import type { Surface } from '../core/invocation.ts';
import type { Log } from '../core/log.ts';
import type { Locale } from '../core/people.ts';
import type { Reply } from '../core/reply.ts';
import { findBlocksCode, type SlackApi } from './api.ts';
import { openForm, tellIn } from './modals.ts';
import { openMessage } from './open-message.ts';
import { withoutPictures } from './pictured.ts';
import { type Form, formsOf } from './renderer/forms.ts';
import type { RightOfWay } from './right-of-way.ts';
import { calling, inTurn, type Sent } from './sending.ts';

export interface SurfaceParts {
  readonly api: SlackApi;
  readonly log: Log;
  readonly rightOfWay: RightOfWay;
  readonly userId: string;
  readonly channel: string;
  readonly threadTs: string | undefined;
  /** Undefined for mentions. Takes five posts within 30 minutes. */
  readonly responseUrl: string | undefined;
  /** The button's own message becomes the answer (paging). */
  readonly replaces: boolean;
  /** Opens a form, within three seconds of what the person did. Undefined for mentions. */
  readonly triggerId?: string | undefined;
  readonly pictures: PictureMaker;
}

const respondLimitMs = 4_000;
/** What had begun before it had the right of way may still come between. */
const postTries = 2;

/** Answers where the person asked; what Slack refuses is sent again without tables, then as plain text. */
export function createSurface(parts: SurfaceParts): Surface {
  const { api, log, triggerId } = parts;
  const answer = async (reply: Reply, locale: Locale): Promise<void> => {
    await inTurn(formsOf(withoutPictures(reply, locale), locale), log, parts.channel, (form) =>
      whisper(parts, form),
    );
  };
  return {
    answer,
    async post(reply, locale) {
      const posted = await openMessage({ ...parts, say: (form) => say(parts, form) }, reply, locale);
      return posted !== undefined;
    },
    inThread: (threadTs) => createSurface({ ...parts, threadTs }),
    open: (reply, locale) => openMessage({ ...parts, say: (form) => say(parts, form) }, reply, locale),
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
  const post = () =>
    parts.api.posts.chat.postMessage({
      ...{ channel: parts.channel, text: form.text, parse: 'none' },
      ...{ unfurl_links: false, unfurl_media: false },
      ...(form.blocks.length === 0 ? {} : { blocks: [...form.blocks] }),
      ...(parts.threadTs === undefined ? {} : { thread_ts: parts.threadTs }),
    });
  return parts.rightOfWay.first(parts.channel, () => calling(post, postTries));
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

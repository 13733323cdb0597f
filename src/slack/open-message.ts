import type { OpenMessage, Redrawn } from '../core/invocation.ts';
import type { Log } from '../core/log.ts';
import type { Locale } from '../core/people.ts';
import type { Reply } from '../core/reply.ts';
import type { SlackApi } from './api.ts';
import { type Form, formsOf } from './renderer/forms.ts';
import { calling, inTurn, type Sent } from './sending.ts';

export interface OpenMessageParts {
  readonly api: SlackApi;
  readonly log: Log;
  readonly channel: string;
  readonly say: (form: Form) => Promise<Sent>;
}

/** Posts a message that can be drawn again, in the forms that Slack takes. Undefined: nobody knows where it is, if anywhere. */
export async function openMessage(
  parts: OpenMessageParts,
  reply: Reply,
  locale: Locale,
): Promise<OpenMessage | undefined> {
  const posted = await inTurn(formsOf(reply, locale), parts.log, parts.channel, parts.say);
  if (posted.kind !== 'taken' || posted.ts === undefined) return undefined;
  const { ts } = posted;
  return { draw: (next, nextLocale) => redraw(parts, ts, next, nextLocale) };
}

async function redraw(parts: OpenMessageParts, ts: string, reply: Reply, locale: Locale): Promise<Redrawn> {
  const { api, log, channel } = parts;
  // An edit is sent again by whoever keeps it drawn, so nothing is waited for here.
  const update = (form: Form): Promise<Sent> =>
    calling(
      () => api.posts.chat.update({ channel, ts, text: form.text, parse: 'none', blocks: [...form.blocks] }),
      0,
    );
  const sent = await inTurn(formsOf(reply, locale), log, channel, update);
  if (sent.kind === 'taken') return { kind: 'drawn' };
  const milliseconds = sent.kind === 'lost' ? sent.againAfterMs : undefined;
  return milliseconds === undefined ? { kind: 'gone' } : { kind: 'later', milliseconds };
}

import type { PictureMaker } from '../core/card-picture.ts';
import type { OpenMessage, Redrawn } from '../core/invocation.ts';
import type { Log } from '../core/log.ts';
import type { Locale } from '../core/people.ts';
import type { Reply } from '../core/reply.ts';
import type { SlackApi } from './api.ts';
import { addPictures, hasChart } from './pictured.ts';
import { type Form, formsOf } from './renderer/forms.ts';
import { calling, inTurn, type Sent } from './sending.ts';

export interface OpenMessageParts {
  readonly api: SlackApi;
  readonly log: Log;
  readonly channel: string;
  readonly say: (form: Form) => Promise<Sent>;
  readonly pictures: PictureMaker;
}

/**
 * Posts a message that can be drawn again, in the forms that Slack takes; its charts follow when they are drawn. Undefined:
 * nobody knows where it is, if anywhere.
 */
export async function openMessage(
  parts: OpenMessageParts,
  reply: Reply,
  locale: Locale,
): Promise<OpenMessage | undefined> {
  const posted = await inTurn(formsOf(reply, locale), parts.log, parts.channel, parts.say);
  if (posted.kind !== 'taken' || posted.ts === undefined) return undefined;
  const { ts } = posted;
  let current = reply;
  const illustrate = (drawn: Reply, of: Locale): void => {
    if (!hasChart(drawn)) return;
    const { pictures, log } = parts;
    const isCurrent = (): boolean => current === drawn;
    void addPictures({ pictures, log, update: (form) => edit(parts, ts, form), isCurrent }, drawn, of);
  };
  illustrate(reply, locale);
  return {
    async draw(next, nextLocale) {
      current = next;
      const redrawn = await redraw(parts, ts, next, nextLocale);
      if (redrawn.kind === 'drawn') illustrate(next, nextLocale);
      return redrawn;
    },
  };
}

/** An edit is sent again by whoever keeps it drawn, so nothing is waited for here. */
const edit = ({ api, channel }: OpenMessageParts, ts: string, form: Form): Promise<Sent> =>
  calling(
    () => api.posts.chat.update({ channel, ts, text: form.text, parse: 'none', blocks: [...form.blocks] }),
    0,
  );

async function redraw(parts: OpenMessageParts, ts: string, reply: Reply, locale: Locale): Promise<Redrawn> {
  const { log, channel } = parts;
  const sent = await inTurn(formsOf(reply, locale), log, channel, (form) => edit(parts, ts, form));
  if (sent.kind === 'taken') return { kind: 'drawn' };
  const milliseconds = sent.kind === 'lost' ? sent.againAfterMs : undefined;
  return milliseconds === undefined ? { kind: 'gone' } : { kind: 'later', milliseconds };
}

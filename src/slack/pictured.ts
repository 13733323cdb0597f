import { setTimeout as pause } from 'node:timers/promises';
import type { CardPicture, PictureMaker } from '../core/card-picture.ts';
import type { Log } from '../core/log.ts';
import type { Locale } from '../core/people.ts';
import type { Reply, ReplyPart } from '../core/reply.ts';
import { slackText } from '../text/slack.ts';
import { type Form, formsOf } from './renderer/forms.ts';
import type { Sent } from './sending.ts';

/** Slack looks through a file before a message may show it; until then it refuses the blocks. */
const firstTryMs = 2_000;
const againMs = [2_000, 3_000, 5_000, 8_000, 10_000, 10_000, 10_000] as const;

export interface PicturedParts {
  readonly pictures: PictureMaker;
  readonly log: Log;
  /** Edits the message that stands there without its pictures. */
  readonly update: (form: Form) => Promise<Sent>;
  /** False: something newer stands there by now. */
  readonly isCurrent: () => boolean;
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

export const hasChart = (reply: Reply): boolean => reply.parts.some(({ kind }) => kind === 'chart');

/** What only one person sees can show no file: its words remain, and say so. */
export const withoutPictures = (reply: Reply, locale: Locale): Reply =>
  hasChart(reply) ? noted(reply, slackText[locale].noPicturePrivately) : reply;

/**
 * The words stand there; their charts are drawn, uploaded and shown as soon as Slack takes them. Where that fails the
 * words say so. Resolves when nothing more comes; never throws.
 */
export async function addPictures(parts: PicturedParts, reply: Reply, locale: Locale): Promise<void> {
  try {
    const drawn = await drawCharts(parts.pictures, reply);
    if (drawn !== undefined && (await show(parts, drawn, locale))) return;
    if (!parts.isCurrent()) return;
    const [form] = formsOf(noted(reply, slackText[locale].noPicture), locale);
    if (form !== undefined) await parts.update(form());
  } catch (error) {
    parts.log.error({ err: error }, 'a message could not be given its picture');
  }
}

/** Undefined: at least one could not be made. */
async function drawCharts(pictures: PictureMaker, reply: Reply): Promise<Reply | undefined> {
  const parts: ReplyPart[] = [];
  for (const part of reply.parts) {
    if (part.kind !== 'chart') {
      parts.push(part);
      continue;
    }
    const picture: CardPicture | undefined = await pictures.make(part, 'queuekeeper');
    if (picture === undefined) return undefined;
    parts.push({ kind: 'picture', picture });
  }
  return { ...reply, parts };
}

/** False: Slack does not take it. */
async function show(
  { update, isCurrent, log, wait = pause }: PicturedParts,
  drawn: Reply,
  locale: Locale,
): Promise<boolean> {
  const [form] = formsOf(drawn, locale);
  if (form === undefined) return false;
  for (const milliseconds of [firstTryMs, ...againMs]) {
    await wait(milliseconds);
    if (!isCurrent()) return true;
    const sent = await update(form());
    if (sent.kind === 'taken') return true;
    if (sent.kind === 'lost' && sent.againAfterMs === undefined) {
      log.warn({ why: sent.why }, 'a message took no picture');
      return false;
    }
    if (sent.kind === 'lost') await wait(Math.min(sent.againAfterMs ?? 0, 30_000));
  }
  log.warn({}, 'Slack does not show a picture');
  return false;
}

const noted = (reply: Reply, note: string): Reply => ({ ...reply, notes: [...(reply.notes ?? []), note] });

import type { ModalView } from '@slack/types';
import type { Form, OpenForm } from '../core/form.ts';
import type { Log } from '../core/log.ts';
import type { Locale } from '../core/people.ts';
import type { Reply } from '../core/reply.ts';
import { faultOf, isAboutBlocks, type SlackApi, type SlackFault } from './api.ts';
import { renderForm, renderLoading, renderTold } from './renderer/modal.ts';

export interface ModalParts {
  readonly api: SlackApi;
  readonly log: Log;
  /** Said to the person alone in the channel, where the modal is gone. */
  readonly whisper: (reply: Reply, locale: Locale) => Promise<void>;
}

/** Slack takes no more of it with a form. */
const mostMetadata = 3_000;

/** By the trigger of something that the person has just done; undefined: it was too late, or Slack did not take it. */
export async function openForm(
  parts: ModalParts,
  triggerId: string,
  form: Form,
  locale: Locale,
): Promise<OpenForm | undefined> {
  if ((renderForm(form, locale).private_metadata ?? '').length > mostMetadata) {
    parts.log.warn({ words: form.carries.words.length }, 'a form would carry more than Slack takes');
    return undefined;
  }
  // Slack finds faults of a view before it spends the trigger, so a simpler one may follow.
  const views =
    form.isWhole === true
      ? [renderForm(form, locale), renderForm(form, locale, true)]
      : [renderLoading(form, locale), renderLoading({ ...form, parts: [] }, locale)];
  const viewId = await inTurn(parts, views, async (view) => {
    const opened = await parts.api.triggers.views.open({ trigger_id: triggerId, view });
    return opened.view?.id;
  });
  return viewId === undefined ? undefined : openedForm(parts, viewId, form.title);
}

function openedForm(parts: ModalParts, viewId: string, title: string): OpenForm {
  return {
    async fill(form, locale) {
      await updateView(parts, viewId, [renderForm(form, locale), renderForm(form, locale, true)]);
    },
    tell: (reply, locale) => tellIn(parts, viewId, title, reply, locale),
  };
}

/** In the modal while it is open, else in the channel. */
export async function tellIn(
  parts: ModalParts,
  viewId: string,
  title: string,
  reply: Reply,
  locale: Locale,
): Promise<void> {
  const told = await updateView(parts, viewId, [
    renderTold(title, reply, locale),
    renderTold(title, { ...reply, parts: [] }, locale),
  ]);
  if (!told) await parts.whisper(reply, locale);
}

async function updateView(parts: ModalParts, viewId: string, views: readonly ModalView[]): Promise<boolean> {
  const updated = await inTurn(parts, views, async (view) => {
    await parts.api.posts.views.update({ view_id: viewId, view });
    return viewId;
  });
  return updated !== undefined;
}

/** The first view that Slack takes; a refusal of its blocks leads to the next one, anything else ends it. */
async function inTurn(
  { log }: ModalParts,
  views: readonly ModalView[],
  call: (view: ModalView) => Promise<string | undefined>,
): Promise<string | undefined> {
  for (const view of views) {
    try {
      return await call(view);
    } catch (error) {
      const fault = faultOf(error);
      log.warn({ fault }, 'Slack did not take a modal');
      if (!isAboutView(fault)) return undefined;
    }
  }
  return undefined;
}

const isAboutView = (fault: SlackFault): boolean =>
  fault.kind === 'refused' && (isAboutBlocks(fault.code) || aboutViews.has(fault.code));

const aboutViews = new Set(['invalid_arguments', 'view_too_large']);

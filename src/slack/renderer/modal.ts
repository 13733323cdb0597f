import type { KnownBlock, ModalView } from '@slack/types';
import type { Field, Form } from '../../core/form.ts';
import type { Locale } from '../../core/people.ts';
import type { Reply, ReplyPart } from '../../core/reply.ts';
import { slackText } from '../../text/slack.ts';
import { context, marks, renderParts, section, withoutBold } from './blocks.ts';
import { plain } from './buttons.ts';
import { writeCarried } from './carried.ts';
import { toMrkdwn } from './mrkdwn.ts';
import { createRoom } from './room.ts';

/** Slack's limits of modals, and ours where less reads better. */
const limits = {
  title: 24,
  blocks: 100,
  characters: 40_000,
  label: 2_000,
  hint: 2_000,
  text: 3_000,
} as const;

export const formCallback = 'queuekeeper_form';
const fieldPrefix = 'field:';
const mostOfLine = 40;

/** The form while what it asks about is still being looked at: nothing can be sent yet. */
export const renderLoading = (form: Form, locale: Locale): ModalView =>
  modal(
    form.title,
    locale,
    form.parts.length > 0 ? partBlocks(form.parts, 0) : [context(slackText[locale].looking)],
  );

/** The whole form; `simple`: in as few kinds of blocks as can ask at all, for a Slack that refuses the others. */
export function renderForm(form: Form, locale: Locale, simple = false): ModalView {
  const fields = form.fields.map((field) => fieldBlock(field, locale));
  const parts = simple ? form.parts.filter(({ kind }) => kind === 'text' || kind === 'facts') : form.parts;
  return {
    ...modal(form.title, locale, [...partBlocks(parts, fields.length), ...fields]),
    ...{ callback_id: formCallback, private_metadata: writeCarried(form.carries, locale) },
    ...{ submit: plain(form.submit, limits.title), close: plain(form.close, limits.title) },
  };
}

/** While what was sent is being recorded. */
export const renderFreezing = (title: string, locale: Locale): ModalView =>
  modal(title, locale, [section(toMrkdwn(slackText[locale].freezing))]);

/** An answer in place of a form. Its buttons stay out: in a modal they would belong to no message. */
export function renderTold(title: string, reply: Reply, locale: Locale): ModalView {
  const said = toMrkdwn(withoutBold(reply.heading), { most: 600 });
  const heading = section(`${marks[reply.mood]}*${said}*`);
  const notes = (reply.notes ?? []).map((note) => context(toMrkdwn(note, { most: 500 })));
  const parts = reply.parts.filter(({ kind }) => kind !== 'buttons');
  return modal(title, locale, [heading, ...partBlocks(parts, notes.length + 1), ...notes]);
}

const modal = (title: string, locale: Locale, blocks: readonly KnownBlock[]): ModalView => ({
  ...{
    type: 'modal',
    title: plain(title, limits.title),
    close: plain(slackText[locale].close, limits.title),
  },
  blocks: [...blocks],
});

/** Tables are for messages only. */
function partBlocks(parts: readonly ReplyPart[], others: number): readonly KnownBlock[] {
  return renderParts(parts, createRoom(limits.characters, limits.blocks - others - 1), false);
}

function fieldBlock(field: Field, locale: Locale): KnownBlock {
  const common = {
    ...{ type: 'input' as const, block_id: blockIdOf(field.name), label: plain(field.label, limits.label) },
    ...('hint' in field && field.hint !== undefined ? { hint: plain(field.hint, limits.hint) } : {}),
  };
  const action_id = field.name;
  switch (field.kind) {
    case 'text': {
      const initial = field.initial === undefined ? {} : { initial_value: field.initial };
      const max_length = Math.min(field.longest, limits.text);
      return {
        ...common,
        element: {
          ...{ type: 'plain_text_input', action_id, max_length, ...initial },
          // What is as short as a duration is a line.
          multiline: field.longest > mostOfLine,
        },
      };
    }
    case 'link':
      return { ...common, element: { type: 'url_text_input', action_id } };
    case 'tick': {
      const yes = { text: plain(slackText[locale].yes, 75), value: 'yes' };
      return { ...common, element: { type: 'checkboxes', action_id, options: [yes] } };
    }
    case 'number': {
      const initial = field.initial === undefined ? {} : { initial_value: String(field.initial) };
      const range = { min_value: String(field.least), max_value: String(field.most) };
      const element = {
        type: 'number_input' as const,
        action_id,
        is_decimal_allowed: false,
        ...range,
        ...initial,
      };
      return { ...common, optional: true, element };
    }
  }
}

export const blockIdOf = (field: string): string => `${fieldPrefix}${field}`;

import type { KnownBlock } from '@slack/types';
import type { Button } from '../../core/reply.ts';
import { capText, strip } from '../../core/strip.ts';

/** Slack's limits of buttons and confirm dialogs. */
const limits = {
  ...{ actions: 25, button: 75, value: 2000, confirmTitle: 100, confirmText: 300, confirmButton: 30 },
} as const;

export type ButtonElement = Extract<
  Extract<KnownBlock, { type: 'actions' }>['elements'][number],
  { type: 'button' }
>;

/** Rows of buttons, 25 a row at most. */
export function actionBlocks(buttons: readonly Button[]): readonly KnownBlock[] {
  const fitting = buttons.filter(fits);
  const rows: KnownBlock[] = [];
  for (let from = 0; from < fitting.length; from += limits.actions) {
    const row = fitting.slice(from, from + limits.actions);
    const earlier = (verb: string, index: number): number =>
      row.slice(0, index).filter(({ press }) => press.verb === verb).length;
    const elements = row.map((button, index) => buttonElement(button, earlier(button.press.verb, index)));
    rows.push({ type: 'actions', elements });
  }
  return rows;
}

/** Half a button's words would be other words: a button that Slack can't hold, or not as it is, is left out. */
export const fits = ({ press }: Button): boolean =>
  press.kind === 'request' || (press.words.length <= limits.value && !/\p{Cs}/u.test(press.words));

/**
 * `action_id` is the verb, with a number where a block has it again (`earlier`: how often before); the value says what it
 * stands for.
 */
export function buttonElement(button: Button, earlier: number): ButtonElement {
  const { press, confirm } = button;
  return {
    type: 'button',
    action_id: earlier === 0 ? press.verb : `${press.verb}:${earlier + 1}`,
    text: plain(button.label, limits.button),
    value: press.kind === 'words' ? press.words : requestValue(press),
    ...(button.style === undefined ? {} : { style: button.style }),
    ...(confirm === undefined
      ? {}
      : {
          confirm: {
            title: plain(confirm.title, limits.confirmTitle),
            text: plain(confirm.text, limits.confirmText),
            confirm: plain(confirm.yes, limits.confirmButton),
            deny: plain(confirm.no, limits.confirmButton),
          },
        }),
  };
}

/** A request's id, and where a page of it begins. */
const requestValue = ({
  requestId,
  argument,
}: Extract<Button['press'], { readonly kind: 'request' }>): string =>
  argument === undefined ? requestId : `${requestId} ${argument}`;

/** Slack counts UTF-16 units here as elsewhere, and refuses what is empty. */
export function plain(text: string, most: number): { type: 'plain_text'; text: string; emoji: boolean } {
  const stripped = strip(text).replaceAll('\n', ' ');
  let shown = capText(stripped, most);
  for (let points = most - 1; shown.length > most; points -= 1) shown = capText(stripped, points);
  return { type: 'plain_text', text: shown === '' ? '…' : shown, emoji: false };
}

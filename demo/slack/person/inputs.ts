import { type Interactive, interactiveIn } from '../interactive.ts';
import { type Json, objects, text } from '../json.ts';
import type { View } from '../views.ts';
import { blocksIn } from './targets.ts';

/** What Slack's own client finds wrong before anything is sent, by block_id: https://docs.slack.dev/surfaces/modals */
export function findInputErrors(view: View): Readonly<Record<string, string>> {
  const errors: Record<string, string> = {};
  for (const target of interactiveIn(blocksIn(view))) {
    if (target.input === undefined) continue;
    const error = errorOf(target, view);
    if (error !== undefined) errors[target.blockId] = error;
  }
  return errors;
}

function errorOf(target: Interactive, view: View): string | undefined {
  const { element, input, type } = target;
  const { type: _, ...state } = view.filled.get(target) ?? {};
  const [held] = Object.values(state);
  const isEmpty =
    held === undefined || held === null || held === '' || (Array.isArray(held) && held.length === 0);
  if (isEmpty) return input?.['optional'] === true ? undefined : 'Please complete this required field.';
  return checks[type]?.(text(held), element);
}

type Check = (typed: string, element: Json) => string | undefined;

/** What each field takes, as its page says: https://docs.slack.dev/reference/block-kit/block-elements */
const checks: Readonly<Record<string, Check>> = {
  plain_text_input(typed, { min_length: least = 0, max_length: most = 3000 }) {
    if (typed.length < Number(least)) return `Please enter at least ${least} characters.`;
    return typed.length > Number(most) ? `Please enter at most ${most} characters.` : undefined;
  },
  email_text_input: (typed) =>
    /^[^\s@]+@[^\s@]+$/.test(typed) ? undefined : 'Please enter a valid email address.',
  url_text_input: (typed) =>
    /^https?:\/\/./i.test(typed) && URL.canParse(typed) ? undefined : 'Please enter a valid URL.',
  number_input(typed, { is_decimal_allowed: decimals, min_value: least, max_value: most }) {
    if (!/^-?\d*\.?\d+$/.test(typed)) return 'Please enter a number.';
    if (decimals !== true && typed.includes('.')) return 'Please enter a whole number.';
    if (least !== undefined && Number(typed) < Number(least)) return `Please enter ${least} or more.`;
    return most !== undefined && Number(typed) > Number(most) ? `Please enter ${most} or less.` : undefined;
  },
};

/** The block_ids of all inputs, in order. */
export const inputIds = (view: View): readonly string[] =>
  objects(view.definition['blocks'])
    .filter(({ type }) => type === 'input')
    .map((block) => text(block['block_id']));

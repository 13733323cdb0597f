import { type Interactive, interactiveIn } from '../interactive.ts';
import { objects, text } from '../json.ts';
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
  if (type !== 'plain_text_input') return undefined;
  const { min_length: least = 0, max_length: most = 3000 } = element;
  if (text(held).length < Number(least)) return `Please enter at least ${least} characters.`;
  return text(held).length > Number(most) ? `Please enter at most ${most} characters.` : undefined;
}

/** The block_ids of all inputs, in order. */
export const inputIds = (view: View): readonly string[] =>
  objects(view.definition['blocks'])
    .filter(({ type }) => type === 'input')
    .map((block) => text(block['block_id']));

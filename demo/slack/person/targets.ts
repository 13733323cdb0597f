import { type Interactive, interactiveIn, labelOf } from '../interactive.ts';
import { list, text } from '../json.ts';
import type { Message } from '../timeline.ts';
import type { View } from '../views.ts';

/** What a person acts on: a message (an ephemeral too) or a view. */
export type Surface = Message | View;

/** An element, by what is read on it or by its action_id; or by several marks when one is not enough. */
export type Target =
  | string
  | {
      readonly text?: string;
      readonly actionId?: string;
      readonly blockId?: string;
      readonly value?: string;
    };

export const isView = (surface: Surface): surface is View => 'definition' in surface;

export const blocksIn = (surface: Surface): readonly unknown[] =>
  isView(surface) ? list(surface.definition['blocks']) : surface.blocks;

/** Throws when there is no such element, and says which there are. */
export function findTarget(surface: Surface, target: Target): Interactive {
  const all = interactiveIn(blocksIn(surface));
  const found = all.find((one) => isMeant(one, target));
  if (found !== undefined) return found;
  const there = all.map((one) => labelOf(one) || one.actionId).join(', ') || 'none';
  const wanted = typeof target === 'string' ? `"${target}"` : JSON.stringify(target);
  throw new Error(`there is nothing called ${wanted} here, only: ${there}`);
}

function isMeant(one: Interactive, target: Target): boolean {
  if (typeof target === 'string') return [labelOf(one), one.actionId, one.blockId].includes(target);
  return (
    (target.text === undefined || target.text === labelOf(one)) &&
    (target.actionId === undefined || target.actionId === one.actionId) &&
    (target.blockId === undefined || target.blockId === one.blockId) &&
    (target.value === undefined || target.value === one.element['value'])
  );
}

export interface SeenButton {
  readonly text: string;
  readonly actionId: string;
  readonly blockId: string;
  /** Empty when it has none. */
  readonly value: string;
}

/** Every button of a message, in order. */
export const buttonsOf = (message: Pick<Message, 'blocks'>): readonly SeenButton[] =>
  interactiveIn(message.blocks)
    .filter(({ type }) => type === 'button')
    .map((button) => ({
      text: labelOf(button),
      actionId: button.actionId,
      blockId: button.blockId,
      value: text(button.element['value']),
    }));

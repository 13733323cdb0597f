import { isJson, objects, text, textOf } from '../api/json.ts';
import type { Json } from '../api/types.ts';

/** Something that can be chosen. */
export interface Choice {
  readonly value: string;
  readonly label: string;
  /** The text object it is shown by, where it has one. */
  readonly text?: Json;
  readonly description?: Json;
  /** The group it stands in. */
  readonly group?: string;
}

const choiceOf = (option: Json, group?: string): Choice => ({
  value: text(option['value']),
  label: textOf(option['text']),
  ...(isJson(option['text']) ? { text: option['text'] } : {}),
  ...(isJson(option['description']) ? { description: option['description'] } : {}),
  ...(group === undefined ? {} : { group }),
});

/** The options of an element, those in groups too. */
export const choicesOf = (element: Json): readonly Choice[] => [
  ...objects(element['options']).map((option) => choiceOf(option)),
  ...objects(element['option_groups']).flatMap((group) =>
    objects(group['options']).map((option) => choiceOf(option, textOf(group['label']))),
  ),
];

/** The values that an element holds, from any of the fields that Slack keeps them in. */
export function heldValues(held: Json | undefined): readonly string[] {
  if (held === undefined) return [];
  return Object.entries(held).flatMap(([field, value]) => {
    if (!field.startsWith('selected_')) return [];
    return (Array.isArray(value) ? value : [value]).flatMap((one: unknown) =>
      isJson(one) ? [text(one['value'])] : typeof one === 'string' ? [one] : [],
    );
  });
}

import { optionsOf } from './blocks/composition.ts';
import { isJson, type Json, objects } from './json.ts';

/** An element that a person can act on, with the block it stands in. */
export interface Interactive {
  readonly blockId: string;
  readonly actionId: string;
  readonly type: string;
  readonly element: Json;
  /** The input block around it: its state is sent by `submit`, and an action only with `dispatch_action`. */
  readonly input: Json | undefined;
}

/** Every element of these blocks that can be acted on, in order. */
export const interactiveIn = (blocks: readonly unknown[]): readonly Interactive[] =>
  blocks.flatMap((block, index) => (isJson(block) ? inBlock(block, `b${index}`) : []));

function inBlock(block: Json, fallbackId: string): readonly Interactive[] {
  const blockId = String(block['block_id'] ?? fallbackId);
  const nested = ['child_blocks', ...(block['type'] === 'carousel' ? ['elements'] : [])];
  const inner = nested.flatMap((key) => objects(block[key]));
  if (inner.length > 0) return interactiveIn(inner);
  const own = [
    ...objects(block['elements']),
    ...objects(block['actions']),
    block['accessory'],
    block['element'],
  ];
  return own.filter(isJson).flatMap((element): readonly Interactive[] => {
    const type = String(element['type']);
    if (!isActedOn(type)) return [];
    const input = block['type'] === 'input' ? block : undefined;
    return [{ blockId, actionId: String(element['action_id']), type, element, input }];
  });
}

const isActedOn = (type: string): boolean =>
  /(button|_select|picker|_input)$/.test(type) || ['overflow', 'checkboxes', 'radio_buttons'].includes(type);

/** What a person reads on or beside an element. */
export function labelOf({ element, input }: Interactive): string {
  for (const part of [element['text'], input?.['label'], element['placeholder']]) {
    if (isJson(part)) return String(part['text']);
  }
  return '';
}

/** What an element holds at first, as in `state.values`; undefined for those that hold nothing. */
export function initialState({ type, element }: Interactive): Json | undefined {
  if (type.endsWith('button') || type === 'overflow') return undefined;
  const field = stateField(type);
  const initial = element[field.replace('selected', 'initial')] ?? element['initial_value'];
  return { type, [field]: initial ?? (field.endsWith('s') ? [] : null) };
}

/** The field that carries what was chosen or typed: https://docs.slack.dev/reference/views#state */
export function stateField(type: string): string {
  if (type === 'checkboxes') return 'selected_options';
  if (type === 'radio_buttons' || type === 'overflow') return 'selected_option';
  if (type === 'datepicker') return 'selected_date';
  if (type === 'timepicker') return 'selected_time';
  if (type === 'datetimepicker') return 'selected_date_time';
  if (type === 'file_input') return 'files';
  const many = type.startsWith('multi_');
  const of = type.replace('multi_', '').replace('_select', '');
  if (['users', 'channels', 'conversations'].includes(of)) return `selected_${many ? of : of.slice(0, -1)}`;
  if (type.endsWith('_select')) return many ? 'selected_options' : 'selected_option';
  return 'value';
}

/**
 * What an element holds after a person chose or typed something: option texts or values, ids, a date, words.
 * Throws when there is no such choice.
 */
export function stateAfter(target: Interactive, chosen: string | readonly string[]): Json {
  const { type, element } = target;
  const field = stateField(type);
  const each = typeof chosen === 'string' ? [chosen] : chosen;
  const options = optionsOf(element);
  if (!field.startsWith('selected_option')) {
    const one = field.endsWith('s') ? each : (each[0] ?? null);
    return { type, [field]: type === 'datetimepicker' ? Number(one) : one };
  }
  const found = each.map((choice) => {
    const option = options.find((one) => choice === one['value'] || choice === textOfOption(one));
    if (option !== undefined) return option;
    throw new Error(`there is no choice "${choice}" here, only: ${options.map(textOfOption).join(', ')}`);
  });
  return { type, [field]: field === 'selected_options' ? found : (found[0] ?? null) };
}

const textOfOption = (option: Json): string => (isJson(option['text']) ? String(option['text']['text']) : '');

/** What people filled in, by block and element; elements that nobody touched hold what they began with. */
export class Filled {
  readonly #states = new Map<string, Json>();

  set({ blockId, actionId }: Interactive, state: Json): void {
    this.#states.set(JSON.stringify([blockId, actionId]), state);
  }

  get(target: Interactive): Json | undefined {
    return this.#states.get(JSON.stringify([target.blockId, target.actionId])) ?? initialState(target);
  }

  /** As Slack sends it: `{ [block_id]: { [action_id]: state } }`. */
  values(blocks: readonly unknown[]): Readonly<Record<string, Readonly<Record<string, Json>>>> {
    const values: Record<string, Record<string, Json>> = {};
    for (const target of interactiveIn(blocks)) {
      const state = this.get(target);
      if (state === undefined) continue;
      values[target.blockId] = { ...values[target.blockId], [target.actionId]: state };
    }
    return values;
  }
}

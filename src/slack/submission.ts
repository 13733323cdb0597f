import type { FieldErrors, FormValues } from '../core/form.ts';
import { blockIdOf } from './renderer/modal.ts';

/** `view.state.values` of Slack: by block, by action. */
export type StateValues = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What was filled in, by field name. */
export function valuesOf(state: StateValues): FormValues {
  const values = new Map<string, string | true>();
  for (const actions of Object.values(state)) {
    for (const [name, held] of Object.entries(actions)) {
      const value = filledIn(held);
      if (value !== undefined) values.set(name, value);
    }
  }
  return values;
}

function filledIn(held: unknown): string | true | undefined {
  if (typeof held !== 'object' || held === null) return undefined;
  const options: unknown = Reflect.get(held, 'selected_options');
  if (Array.isArray(options)) return options.length > 0 ? true : undefined;
  const value: unknown = Reflect.get(held, 'value');
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/**
 * Errors as Slack wants them, beside their blocks. One for a field that the form has not stands beside its first one:
 * Slack would refuse it otherwise, and the person would hear nothing.
 */
export function blockErrors(errors: FieldErrors, inputBlocks: readonly string[]): Record<string, string> {
  const placed: Record<string, string> = {};
  for (const [field, text] of errors) {
    const own = blockIdOf(field);
    const block = inputBlocks.includes(own) ? own : inputBlocks[0];
    if (block !== undefined) placed[block] = text;
  }
  return placed;
}

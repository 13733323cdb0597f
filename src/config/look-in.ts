import type { ConfigPath, Expectation } from './fault.ts';
import { type Finding, suggest } from './issues.ts';
import { isMapping } from './leaf.ts';

/** Looks into the raw tree, whatever shape it has: what is not there is undefined or empty. */
export const at = (value: unknown, key: string): unknown => (isMapping(value) ? value[key] : undefined);
export const entries = (value: unknown): readonly (readonly [string, unknown])[] =>
  isMapping(value) ? Object.entries(value) : [];
export const names = (value: unknown): readonly string[] => entries(value).map(([name]) => name);
export const items = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export function unknownName(
  path: ConfigPath,
  expected: Expectation,
  value: unknown,
  known: readonly string[],
): readonly Finding[] {
  if (typeof value !== 'string' || known.includes(value)) return [];
  return [{ path, expected, names: known, came: { kind: 'value', text: value }, ...suggest(value, known) }];
}

/** Name of a queue by its key and its description. */
export const queueNameOf = (key: string, queue: unknown): string => {
  const name = at(queue, 'name');
  return typeof name === 'string' ? name : key;
};

/** Of all apps, or of this one, each once. */
export const queueNames = (root: unknown, of?: string): readonly string[] => [
  ...new Set(
    entries(at(root, 'apps'))
      .filter(([name]) => of === undefined || of === name)
      .flatMap(([, app]) => entries(at(app, 'queues')).map(([key, queue]) => queueNameOf(key, queue))),
  ),
];

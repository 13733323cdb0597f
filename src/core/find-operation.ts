import { nearest } from './nearest.ts';
import type { SealedOperation } from './operation.ts';
import { accept, type Judged, refuse } from './refusal.ts';
import type { Words } from './words.ts';

export interface FoundOperation<World> {
  readonly operation: SealedOperation<World>;
  /** The words after the verb. */
  readonly rest: Words;
}

/**
 * Finds the operation by the first words, in any letter case; the longest match wins, so that `retry all` is not a
 * `retry` of a job called "all". Nothing typed means `fallback`.
 */
export function findOperation<World>(
  operations: readonly SealedOperation<World>[],
  words: Words,
  fallback: string,
): Judged<FoundOperation<World>> {
  const typed = words.plain.map((word) => word.toLowerCase());
  const matching = operations
    .filter(({ typed: own }) => own.length > 0 && own.every((word, index) => typed[index] === word))
    .sort((a, b) => b.typed.length - a.typed.length)[0];
  const operation =
    matching ?? (typed.length === 0 ? operations.find((o) => o.verb === fallback) : undefined);
  if (operation === undefined) {
    const names = operations.flatMap((o) => (o.typed[0] === undefined ? [] : [o.typed[0]]));
    const first = words.plain[0] ?? '';
    const close = nearest(first.toLowerCase(), names);
    return refuse({ code: 'unknown-verb', typed: first, ...(close === undefined ? {} : { nearest: close }) });
  }
  const rest = { ...words, plain: words.plain.slice(matching?.typed.length ?? 0) };
  return accept({ operation, rest });
}

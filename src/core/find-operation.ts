import { narrow } from './narrow.ts';
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
 * Finds the operation by the first words, in any letter case and width; the longest match wins, so that `retry all` is not
 * a `retry` of a job called "all". A verb as the audit log and the configuration write it (`retry-all`) is the same one.
 * Nothing typed means `fallback`.
 */
export function findOperation<World>(
  operations: readonly SealedOperation<World>[],
  words: Words,
  fallback: string,
): Judged<FoundOperation<World>> {
  const typed = words.plain.map((word) => narrow(word).toLowerCase());
  const matching = operations
    .filter(({ typed: own }) => own.length > 0 && own.every((word, index) => typed[index] === word))
    .sort((a, b) => b.typed.length - a.typed.length)[0];
  const hyphened = operations.find(({ verb, typed: own }) => own.length > 1 && verb === typed[0]);
  const operation =
    matching ?? hyphened ?? (typed.length === 0 ? operations.find((o) => o.verb === fallback) : undefined);
  if (operation === undefined) {
    const names = operations.flatMap((o) => (o.typed[0] === undefined ? [] : [o.typed[0]]));
    const first = words.plain[0] ?? '';
    const close = nearest(first.toLowerCase(), names);
    return refuse({ code: 'unknown-verb', typed: first, ...(close === undefined ? {} : { nearest: close }) });
  }
  const rest = {
    ...words,
    plain: words.plain.slice(matching?.typed.length ?? (hyphened === undefined ? 0 : 1)),
  };
  return accept({ operation, rest });
}

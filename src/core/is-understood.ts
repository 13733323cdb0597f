import type { SealedOperation } from './operation.ts';
import { parseAct } from './parse-act.ts';

/** Whether these words, typed after `/queue`, would be taken. Who may say them, and what is there then, is another matter. */
export function isUnderstood<World>(
  parts: {
    readonly operations: readonly SealedOperation<World>[];
    readonly worlds: ReadonlyMap<string, World>;
  },
  words: string,
): boolean {
  const act = parseAct(parts, words);
  return act.ok && act.value.operation.parse(act.value.words, act.value.world).ok;
}

import { findOperation } from './find-operation.ts';
import type { SealedOperation } from './operation.ts';
import { accept, type Judged, refuse } from './refusal.ts';
import { mostTyped, parseWords, type Words } from './words.ts';

export interface ParsedAct<World> {
  readonly operation: SealedOperation<World>;
  /** The words after the verb. */
  readonly words: Words;
  readonly app: string;
  readonly world: World;
}

/** From a line of text to an operation, its words and the application that is meant. */
export function parseAct<World>(
  parts: {
    readonly operations: readonly SealedOperation<World>[];
    readonly worlds: ReadonlyMap<string, World>;
  },
  text: string,
): Judged<ParsedAct<World>> {
  // Half of a command is another command.
  if (text.length >= mostTyped && text.endsWith('…'))
    return refuse({ code: 'too-long', what: '/queue', limit: mostTyped - 1 });
  const cut = parseWords(text);
  if (!cut.ok) return refuse(cut.problem);
  const found = findOperation(parts.operations, cut.words, 'overview');
  if (!found.ok) return found;
  const { operation, rest } = found.value;
  const known = [...parts.worlds.keys()];
  const app = rest.filters.get('app') ?? known[0] ?? '';
  const world = parts.worlds.get(app);
  if (world === undefined) return refuse({ code: 'unknown-app', typed: app, known });
  const stray = [...rest.filters.keys()].find((key) => key !== 'app' && !operation.filters.includes(key));
  if (stray !== undefined) {
    return refuse({ code: 'unknown-filter', verb: operation.verb, key: stray, known: operation.filters });
  }
  return accept({ operation, words: rest, world, app });
}

import { type Act, isOurs } from './act.ts';
import { accept, type Judged } from './refusal.ts';
import type { Words } from './words.ts';

/**
 * How everything begins that may need a form: its words are understood, and this delivery of the act is the first one.
 * Undefined: another delivery is at it, and nothing is left to do.
 */
export async function begin<World, Parsed>(
  act: Act<World>,
  operation: { parse(words: Words, world: World): Judged<Parsed> },
): Promise<Judged<Parsed | undefined>> {
  const parsed = operation.parse(act.words, act.world);
  if (!parsed.ok) return parsed;
  const ours = await isOurs(act);
  if (!ours.ok) return ours;
  return ours.value ? parsed : accept(undefined);
}

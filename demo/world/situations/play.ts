import type { World } from '../world.ts';
import { emptyQueue } from './empty-queue.ts';
import type { Facts, Situation } from './situation.ts';

/** Makes a situation in an empty queue, so that nothing of before is mistaken for it. */
export async function play(world: World, situation: Situation): Promise<Facts> {
  await emptyQueue(world, situation.queue);
  const facts = await situation.make(world);
  await situation.shows?.(world);
  return facts;
}

/** Mends it and takes away what it left. */
export async function end(world: World, situation: Situation): Promise<Facts> {
  const facts = await situation.mend(world);
  await emptyQueue(world, situation.queue);
  return facts;
}

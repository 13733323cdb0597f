import { sealRead } from '../core/operation.ts';
import { accept } from '../core/refusal.ts';
import type { Button } from '../core/reply.ts';
import { overviewText } from '../text/overview.ts';
import { answerAll } from './status.ts';
import type { World } from './world.ts';

/** `/queue` alone: how things stand, and where to go from there. */
export const overview = sealRead<null, World>({
  verb: 'overview',
  typed: [],
  usage: '',
  who: 'everybody',
  filters: [],
  effect: 'read',
  parse: () => accept(null),
  target: () => 'all queues',
  async answer(_, context) {
    const { buttons, hint } = overviewText[context.locale];
    const status = await answerAll(context);
    if (!status.ok) return status;
    const all = Object.entries(buttons).map(
      ([verb, label]): Button => ({ label, press: { kind: 'words', verb, words: verb } }),
    );
    return accept({
      ...status.value,
      parts: [...status.value.parts, { kind: 'buttons', buttons: all }],
      notes: [...(status.value.notes ?? []), hint],
    });
  },
});

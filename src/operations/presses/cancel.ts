import type { PressOperation } from '../../core/operation.ts';
import type { World } from '../world.ts';
import { decide } from './decide.ts';

/** The requester's own second thought, by whichever of their accounts. */
export const cancel: PressOperation<World> = {
  ...{ effect: 'press', verb: 'cancel', who: 'everybody', changes: true },
  press: (view, context) => decide('cancel', view, context),
};

import type { PressOperation } from '../../core/operation.ts';
import type { World } from '../world.ts';
import { decide } from './decide.ts';

/** Takes back one's own vote while others are still awaited; who lost the right to vote may do that, too. */
export const withdraw: PressOperation<World> = {
  ...{ effect: 'press', verb: 'withdraw', who: 'everybody', changes: true },
  press: (view, context) => decide('withdraw', view, context),
};

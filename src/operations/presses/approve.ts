import type { PressOperation } from '../../core/operation.ts';
import type { World } from '../world.ts';
import { decide } from './decide.ts';

/** Another person's yes. */
export const approve: PressOperation<World> = {
  ...{ effect: 'press', verb: 'approve', who: 'approver', changes: true },
  press: (view, context) => decide('approve', view, context),
};

import type { PressOperation } from '../../core/operation.ts';
import type { World } from '../world.ts';
import { decide } from './decide.ts';

/** Another person's no; it is final. */
export const reject: PressOperation<World> = {
  ...{ effect: 'press', verb: 'reject', who: 'approver', changes: true },
  press: (view, context) => decide('reject', view, context),
};

import type { PressOperation } from '../../core/operation.ts';
import { withdrawPreapproval } from '../withdraw-preapproval.ts';
import type { World } from '../world.ts';
import { approve } from './approve.ts';
import { cancel } from './cancel.ts';
import { goOn } from './continue.ts';
import { reject } from './reject.ts';
import { showJobs } from './show-jobs.ts';
import { stop } from './stop.ts';
import { withdraw } from './withdraw.ts';

/** The buttons of requests. A verb that is not here belongs to a card of another version. */
export const presses: readonly PressOperation<World>[] = [
  approve,
  reject,
  withdraw,
  cancel,
  stop,
  goOn,
  showJobs,
  withdrawPreapproval,
];

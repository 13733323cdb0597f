import type { PressOperation } from '../../core/operation.ts';
import { accept, refuse } from '../../core/refusal.ts';
import { approvalText } from '../../text/approval.ts';
import type { World } from '../world.ts';

/** A run that has shown its first jobs goes on with the rest. */
export const goOn: PressOperation<World> = {
  ...{ effect: 'press', verb: 'continue', who: 'operator', changes: true },
  async press(view, { approvals, pressed, control, actor, locale }) {
    if (!(await approvals.isItsCard(view.id, pressed))) return refuse({ code: 'not-its-card' });
    const { number: request, state } = view;
    const continued = await control.press('continue', view.id, actor);
    if (!continued) return refuse({ code: 'request-moved-on', request, state });
    return accept({ heading: approvalText[locale].continuing(request), mood: 'neutral', parts: [] });
  },
};

import type { PressOperation } from '../../core/operation.ts';
import { accept, refuse } from '../../core/refusal.ts';
import { approvalText } from '../../text/approval.ts';
import type { World } from '../world.ts';

/** A brake: ends a run before its next step. */
export const stop: PressOperation<World> = {
  ...{ effect: 'press', verb: 'stop', who: 'everybody', changes: true },
  async press(view, { asker, approvals, pressed, control, actor, locale }) {
    if (!asker.operator && !asker.approver) {
      return refuse({ code: 'needs-role', role: 'operator', verb: 'stop', unreadableGroups: [] });
    }
    if (!(await approvals.isItsCard(view.id, pressed))) return refuse({ code: 'not-its-card' });
    const { number: request, state } = view;
    const stopped = await control.press('stop', view.id, actor);
    if (!stopped) return refuse({ code: 'request-moved-on', request, state });
    return accept({ heading: approvalText[locale].stopping(request), mood: 'neutral', parts: [] });
  },
};

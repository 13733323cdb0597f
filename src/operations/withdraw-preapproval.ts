import type { PressOperation } from '../core/operation.ts';
import { accept, refuse } from '../core/refusal.ts';
import { preapproveText } from '../text/preapprove.ts';
import type { World } from './world.ts';

/** The Withdraw button of a preapproval: its signer's, whatever rights are left, or another approver's. */
export const withdrawPreapproval: PressOperation<World> = {
  effect: 'press',
  verb: 'withdraw-preapproval',
  who: 'everybody',
  changes: true,
  async press(view, { world, actor, asker, locale, changed }) {
    const preapproval = await world.preapprovals.find(view.id);
    if (preapproval === undefined) return refuse({ code: 'unknown-request', typed: `#${view.number}` });
    if (preapproval.signer.person !== actor.person && !asker.approver) {
      return refuse({ code: 'needs-role', role: 'approver', verb: 'withdraw', unreadableGroups: [] });
    }
    const state = preapproval.withdrawnAt === null ? 'expired' : 'withdrawn';
    if (!(await world.preapprovals.withdraw(view.id, actor))) {
      return refuse({ code: 'request-moved-on', request: view.number, state });
    }
    changed(view.id);
    const t = preapproveText[locale];
    return accept({ heading: t.isWithdrawn(view.number), mood: 'neutral', parts: [] });
  },
};

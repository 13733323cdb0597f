import type { ReadContext } from '../core/operation.ts';
import { accept, type Judged, refuse } from '../core/refusal.ts';
import type { RequestView } from '../core/request.ts';
import type { World } from './world.ts';

/** Open ones come first in the list; an application has few. */
const looked = 20;

/** A frozen application, and an open request for the same: nothing needs to be looked at to know them. */
export async function mayAskFor(
  verb: string,
  target: string,
  { world }: ReadContext<World>,
): Promise<Judged<null>> {
  const app = world.app.description.name;
  const [freeze, recent] = await Promise.all([world.switches.find(app), world.approvals.list(app, looked)]);
  if (freeze !== undefined) {
    const { reason, by, at } = freeze;
    return refuse({ code: 'app-frozen', reason, byUserId: by.userId, at });
  }
  const open = recent.find((view) => view.verb === verb && isOpen(view) && view.facts['target'] === target);
  return open === undefined ? accept(null) : refuse({ code: 'open-request', request: open.number });
}

function isOpen({ state, execution }: RequestView): boolean {
  if (state === 'pending' || state === 'approved') return true;
  return state === 'consumed' && (execution?.state === 'executing' || execution?.state === 'unknown');
}

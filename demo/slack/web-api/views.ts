import { findViewFault } from '../blocks/view.ts';
import { isJson, type Json, text } from '../json.ts';
import type { SlackState } from '../state.ts';
import type { Trigger } from '../triggers.ts';
import type { View } from '../views.ts';
import { findUser } from '../workspace.ts';
import { type Answer, type Method, no, noBecause, type Params, yes } from './answer.ts';

/** https://docs.slack.dev/reference/methods/views.open */
const open: Method = (params, state) =>
  onTrigger(params, state, ({ user }, definition) => state.views.open(user, definition));

/** https://docs.slack.dev/reference/methods/views.push: only in answer to something done in a modal. */
const push: Method = (params, state) =>
  onTrigger(params, state, ({ viewId }, definition) => {
    const below = viewId === undefined ? undefined : state.views.find(viewId);
    return below === undefined ? 'not_found' : state.views.push(below, definition);
  });

/** Faults are found before the trigger is spent, so that the call can be mended and made again. */
function onTrigger(
  params: Params,
  state: SlackState,
  show: (trigger: Trigger, definition: Json) => View | string,
): Answer {
  const id = text(params['trigger_id']);
  const fault = viewFault(params, 'modal', state);
  if (fault !== undefined) return fault;
  const trigger = state.triggers.check(id);
  if (typeof trigger === 'string') return no(trigger);
  const shown = show(trigger, params['view'] as Json); // a view without a fault is an object
  if (typeof shown === 'string') return no(shown);
  state.triggers.spend(id);
  return yes({ view: state.views.toWire(shown) });
}

/** https://docs.slack.dev/reference/methods/views.update */
const update: Method = (params, state) => {
  const external = text(params['external_id']);
  const view =
    external === '' ? state.views.find(text(params['view_id'])) : state.views.findExternal(external);
  const fault = viewFault(params, view?.type ?? 'modal', state, view);
  if (fault !== undefined) return fault;
  if (view === undefined) return no('not_found');
  if (params['hash'] !== undefined && params['hash'] !== view.hash) return no('hash_conflict');
  state.views.update(view, params['view'] as Json); // a view without a fault is an object
  return yes({ view: state.views.toWire(view) });
};

/** https://docs.slack.dev/reference/methods/views.publish */
const publish: Method = (params, state) => {
  const user = findUser(state.workspace, params['user_id']);
  if (user === undefined) return no('user_not_found');
  const home = state.views.home(user.id);
  const fault = viewFault(params, 'home', state, home);
  if (fault !== undefined) return fault;
  if (params['hash'] !== undefined && params['hash'] !== home?.hash) return no('hash_conflict');
  const view = state.views.publish(user.id, params['view'] as Json); // a view without a fault is an object
  return yes({ view: state.views.toWire(view) });
};

function viewFault(
  { view }: Params,
  type: View['type'],
  { files, views }: SlackState,
  self?: View,
): Answer | undefined {
  const fault = findViewFault(view, type, files.isReady);
  if (fault !== undefined) return noBecause(fault.error, fault.messages);
  const external = isJson(view) ? text(view['external_id']) : '';
  const owner = external === '' ? undefined : views.findExternal(external);
  return owner === undefined || owner === self ? undefined : no('duplicate_external_id');
}

export const viewMethods: Readonly<Record<string, Method>> = {
  'views.open': open,
  'views.publish': publish,
  'views.push': push,
  'views.update': update,
};

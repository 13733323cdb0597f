import { randomBytes } from 'node:crypto';
import { findBlockFault } from './blocks.ts';
import type { Triggers } from './triggers.ts';

type Json = Readonly<Record<string, unknown>>;

/** A view that a person has open. The last one of a person's stack is on top. */
export interface OpenView {
  readonly id: string;
  readonly userId: string;
  readonly rootId: string;
  readonly previousId: string | undefined;
  hash: string;
  content: Json;
}

export interface Views {
  readonly open: readonly OpenView[];
  call(method: 'open' | 'push' | 'update' | 'publish', params: Json): Json & { readonly ok: boolean };
  /** What the ack of a submission says: errors keep it open, the rest moves the stack. */
  answer(view: OpenView, payload: unknown): void;
  close(view: OpenView): void;
}

const deepest = 3;
const mostBytes = 250_000;

/** Modals with Slack's rules: triggers are spent, a stack of three, `hash` guards against races. */
export function createViews(triggers: Triggers): Views {
  const open: OpenView[] = [];
  const newHash = (): string => randomBytes(5).toString('hex');
  const shown = (view: OpenView): Json => ({
    ...{ ...view.content, id: view.id, hash: view.hash, root_view_id: view.rootId },
    previous_view_id: view.previousId ?? null,
  });
  const no = (error: string, messages: readonly string[] = []): Json & { ok: boolean } => ({
    ...{ ok: false, error, response_metadata: { messages } },
  });

  const add = (userId: string, content: Json, below: OpenView | undefined): OpenView => {
    const id = `V${randomBytes(6).toString('hex').toUpperCase()}`;
    const view = { id, userId, rootId: below?.rootId ?? id, previousId: below?.id, hash: newHash(), content };
    open.push(view);
    return view;
  };
  const show = (method: 'open' | 'push', params: Json, content: Json): Json & { ok: boolean } => {
    const taken = triggers.take(String(params['trigger_id'] ?? ''));
    if ('error' in taken) return no(taken.error);
    const own = open.filter(({ userId }) => userId === taken.userId);
    if (method === 'push' && own.length >= deepest) return no('push_limit_reached');
    const view = add(taken.userId, content, method === 'push' ? own.at(-1) : undefined);
    return { ok: true, view: shown(view) };
  };
  const update = (params: Json, content: Json): Json & { ok: boolean } => {
    const view = open.find(({ id }) => id === params['view_id']);
    if (view === undefined) return no('not_found');
    if (params['hash'] !== undefined && params['hash'] !== view.hash) return no('hash_conflict');
    Object.assign(view, { content, hash: newHash() });
    return { ok: true, view: shown(view) };
  };
  const drop = (view: OpenView): void => {
    const at = open.indexOf(view);
    if (at >= 0) open.splice(at, 1);
  };

  return {
    open,
    close: drop,
    call(method, params) {
      const content = params['view'];
      if (!isJson(content)) return no('invalid_arguments', ['[ERROR] missing required field: view']);
      const fault = findViewFault(content, method === 'publish' ? 'home' : 'modal');
      if (fault !== undefined) return no(fault.error, fault.messages);
      if (method === 'publish') return { ok: true, view: { ...content, id: 'VHOME', hash: newHash() } };
      return method === 'update' ? update(params, content) : show(method, params, content);
    },
    answer(view, payload) {
      const action = isJson(payload) ? payload['response_action'] : undefined;
      const next = isJson(payload) && isJson(payload['view']) ? payload['view'] : undefined;
      if (action === 'errors') return;
      if (action === 'update' && next !== undefined) {
        Object.assign(view, { content: next, hash: newHash() });
        return;
      }
      if (action === 'push' && next !== undefined) {
        add(view.userId, next, view);
        return;
      }
      drop(view);
      if (action === 'clear') for (const one of [...open]) if (one.userId === view.userId) drop(one);
    },
  };
}

/** Title, buttons and metadata have limits of their own beside the blocks'. */
export function findViewFault(
  view: Json,
  surface: 'modal' | 'home',
): { readonly error: string; readonly messages: readonly string[] } | undefined {
  const messages: string[] = [];
  const text = (key: string): string => (isJson(view[key]) ? String(view[key]['text'] ?? '') : '');
  if (surface === 'modal') {
    for (const key of ['title', 'submit', 'close']) {
      if (text(key).length > 24)
        messages.push(`[ERROR] must be less than 25 characters [json-pointer:/view/${key}/text]`);
    }
    if (text('title') === '') messages.push('[ERROR] missing required field: title [json-pointer:/view]');
    const blocks = Array.isArray(view['blocks']) ? view['blocks'] : [];
    const asks = blocks.some((block) => isJson(block) && block['type'] === 'input');
    if (asks && text('submit') === '')
      messages.push('[ERROR] submit is required with inputs [json-pointer:/view/submit]');
  }
  if (String(view['private_metadata'] ?? '').length > 3_000) {
    messages.push('[ERROR] must be less than 3001 characters [json-pointer:/view/private_metadata]');
  }
  if (messages.length > 0) return { error: 'invalid_arguments', messages };
  if (JSON.stringify(view).length > mostBytes) return { error: 'view_too_large', messages: [] };
  return findBlockFault(view['blocks'], surface);
}

const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

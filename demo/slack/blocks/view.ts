import { findBlockFault } from '../blocks.ts';
import { isJson, type Json, list } from '../json.ts';
import { checkOptionalLength, type Say } from './report.ts';
import { checkOptionalText, checkText } from './text-object.ts';

export interface ViewFault {
  readonly error: 'invalid_arguments' | 'view_too_large';
  readonly messages: readonly string[];
}

const mostBytes = 250_000;
const titleRule = { most: 24, only: 'plain_text' } as const;

/** Slack's refusal of a view: https://docs.slack.dev/reference/views. Undefined when it would take it. */
export function findViewFault(
  view: unknown,
  type: 'modal' | 'home',
  isFileReady: (id: string) => boolean,
): ViewFault | undefined {
  const messages: string[] = [];
  const say: Say = (pointer, fault) => void messages.push(`[ERROR] ${fault} [json-pointer:${pointer}]`);
  if (isJson(view)) checkFields(view, type, say);
  else say('/view', 'must be an object');
  const blocks = isJson(view) ? view['blocks'] : [];
  messages.push(...(findBlockFault(blocks, type, { isFileReady, at: '/view/blocks' })?.messages ?? []));
  if (messages.length > 0) return { error: 'invalid_arguments', messages };
  return Buffer.byteLength(JSON.stringify(view)) > mostBytes
    ? { error: 'view_too_large', messages: [] }
    : undefined;
}

function checkFields(view: Json, type: 'modal' | 'home', say: Say): void {
  if (view['type'] !== type) say('/view/type', `must be ${type}`);
  checkOptionalLength(view['callback_id'], 255, '/view/callback_id', say);
  checkOptionalLength(view['external_id'], 255, '/view/external_id', say);
  checkOptionalLength(view['private_metadata'], 3000, '/view/private_metadata', say);
  if (type === 'home') return;
  checkText(view['title'], titleRule, '/view/title', say);
  checkOptionalText(view['submit'], titleRule, '/view/submit', say);
  checkOptionalText(view['close'], titleRule, '/view/close', say);
  const hasInput = list(view['blocks']).some((block) => isJson(block) && block['type'] === 'input');
  if (hasInput && view['submit'] === undefined)
    say('/view/submit', '`submit` is required when an `input` block is within blocks array');
}

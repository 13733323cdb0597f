import type { Json } from '../json.ts';
import type { SlackState } from '../state.ts';

/** A method's parameters, `blocks`, `view`, `metadata` and such already parsed. */
export type Params = Json;
export type Answer = Json & { readonly ok: boolean };

/** A method of the Web API: acts on the state and answers as Slack would. */
export type Method = (params: Params, state: SlackState) => Answer | RateLimited;

/** The answer is HTTP 429. */
export class RateLimited {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export const yes = (more: Json = {}): Answer => ({ ok: true, ...more });
export const no = (error: string, more: Json = {}): Answer => ({ ok: false, error, ...more });

/** A refusal that says where: `errors` without, `response_metadata.messages` with its level. */
export const noBecause = (error: string, messages: readonly string[]): Answer =>
  no(error, {
    errors: messages.map((message) => message.replace('[ERROR] ', '')),
    response_metadata: { messages },
  });

/** A flag as forms (`true`, `1`) and JSON write it. */
export const isOn = (value: unknown): boolean => value === true || value === 'true' || value === '1';

/** One page of a list, and the cursor of the next. */
export function paged<T>(
  items: readonly T[],
  params: Params,
  standard: number,
): { readonly page: readonly T[]; readonly more: Json } {
  const limit = Math.max(1, Math.min(1000, Number(params['limit'] ?? standard) || standard));
  const cursor = Buffer.from(String(params['cursor'] ?? ''), 'base64url').toString();
  const start = Number(cursor.replace('next:', '')) || 0;
  const end = start + limit;
  const next = end < items.length ? Buffer.from(`next:${end}`).toString('base64url') : '';
  return { page: items.slice(start, end), more: { response_metadata: { next_cursor: next } } };
}

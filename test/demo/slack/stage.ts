/** A simulated Slack for tests, called as an app would call it. */
import { LogLevel, WebAPIPlatformError, WebClient } from '@slack/web-api';
import type { SimulatedSlack } from '../../../demo/slack/server.ts';

export type Json = Readonly<Record<string, unknown>>;
export type Answer = Json & { readonly ok: boolean; readonly error?: string };

/** Calls a method as the official client does: a form with JSON in it. Throws on anything but HTTP 200. */
export async function call(
  slack: SimulatedSlack,
  method: string,
  params: Json = {},
  token = slack.workspace.tokens.bot,
): Promise<Answer> {
  const response = await post(slack, method, params, token);
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return (await response.json()) as Answer; // every method answers so
}

export function post(
  slack: SimulatedSlack,
  method: string,
  params: Json = {},
  token = slack.workspace.tokens.bot,
): Promise<Response> {
  const fields = Object.entries(params).map(([key, value]): [string, string] => [
    key,
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  ]);
  return fetch(`${slack.apiUrl}${method}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: token === '' ? {} : { authorization: `Bearer ${token}` },
  });
}

/** The official client, which tries nothing again. */
export const clientOf = (slack: SimulatedSlack, token: string = slack.workspace.tokens.bot): WebClient =>
  new WebClient(token, {
    ...{ slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true },
    logger: quiet,
  });

/** Slack's error text, or `taken`. */
export const refusalOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'taken',
    (error: unknown) => (error instanceof WebAPIPlatformError ? error.data.error : String(error)),
  );

const nothing = (): undefined => undefined;
/** Tests of refusals don't want each of them told. */
export const quiet = {
  ...{ debug: nothing, info: nothing, warn: nothing, error: nothing },
  ...{ setLevel: nothing, setName: nothing, getLevel: () => LogLevel.ERROR },
};

export const plain = (length: number): Json => ({ type: 'plain_text', text: 'x'.repeat(length) });
export const words = (text: string): Json => ({ type: 'plain_text', text });

/** An input of a modal with one field of the same name. */
export const input = (name: string, element: Json = {}, block: Json = {}): Json => ({
  ...{ type: 'input', block_id: name, label: words(name) },
  element: { type: 'plain_text_input', action_id: name, ...element },
  ...block,
});

export const modal = (more: Json = {}): Json => ({
  ...{ type: 'modal', title: words('A modal'), submit: words('Send'), blocks: [{ type: 'divider' }] },
  ...more,
});

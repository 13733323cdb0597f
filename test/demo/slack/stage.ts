/** A simulated Slack for tests, called as an app would call it, and real Bolt apps on it. */
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { WebAPIPlatformError, WebClient } from '@slack/web-api';
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

export type WireName = 'http' | 'socket';

/** Starts a real Bolt app that talks to this Slack; `listen` gives it its listeners. */
export async function startBolt(
  slack: SimulatedSlack,
  wire: WireName,
  listen: (app: App) => void,
): Promise<App> {
  const { tokens, bot } = slack.workspace;
  const clientOptions = {
    ...{ slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true },
  };
  const receiver =
    wire === 'http'
      ? new HTTPReceiver({ signingSecret: tokens.signingSecret, logger: quiet })
      : new SocketModeReceiver({
          // A lost line is noticed after some missed pongs: a tenth of the usual wait.
          ...{ appToken: tokens.app, clientPingTimeout: 500, logger: quiet },
          installerOptions: { clientOptions },
        });
  const app = new App({
    ...{ receiver, token: tokens.bot, tokenVerificationEnabled: false, botId: bot.id, botUserId: bot.userId },
    ...{ clientOptions, logger: quiet },
  });
  app.error(async () => undefined);
  listen(app);
  if (wire === 'http') {
    const server = await app.start(0);
    const { port } = (server as { address(): unknown }).address() as AddressInfo; // it listens on a port
    slack.deliverOverHttp(`http://127.0.0.1:${port}/slack/events`);
  } else await app.start();
  return app;
}

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

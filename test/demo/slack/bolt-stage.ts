/** Real Bolt apps on a simulated Slack. */
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver, SocketModeReceiver } from '@slack/bolt';
import type { SimulatedSlack } from '../../../demo/slack/server.ts';
import { quiet } from './stage.ts';

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

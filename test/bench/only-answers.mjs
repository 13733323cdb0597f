/** The smallest Bolt app that answers a command through its response_url. */
import { App, LogLevel } from '@slack/bolt';

const { SLACK_BOT_TOKEN: token, SLACK_SIGNING_SECRET: signingSecret, SLACK_API_URL, PORT } = process.env;
const app = new App({
  ...{ token, signingSecret, logLevel: LogLevel.ERROR },
  clientOptions: { slackApiUrl: SLACK_API_URL },
});

app.command('/queue', async ({ ack, respond, command }) => {
  await ack();
  await respond(`You are <@${command.user_id}>.`);
});

await app.start(Number(PORT));
process.send?.('ready');

/** The smallest Bolt app that acknowledges a command. Plain JavaScript, so that no loader weighs on it. */
import { App, LogLevel } from '@slack/bolt';

const { SLACK_BOT_TOKEN: token, SLACK_SIGNING_SECRET: signingSecret, SLACK_API_URL, PORT } = process.env;
const app = new App({
  ...{ token, signingSecret, logLevel: LogLevel.ERROR },
  clientOptions: { slackApiUrl: SLACK_API_URL },
});

app.command('/queue', async ({ ack }) => {
  await ack();
});

await app.start(Number(PORT));
process.send?.('ready');

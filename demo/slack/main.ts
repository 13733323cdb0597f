/** `npm run slack -- --app-url http://127.0.0.1:3000/slack/events`: the simulated Slack alone, for any Bolt app. */
import { parseArgs } from 'node:util';
import { createDefaultWorkspace } from './default-workspace.ts';
import { createSlack, type SimulatedSlack } from './server.ts';
import { loadWorkspace } from './workspace-file.ts';

const usage = `Usage: npm run slack -- [--app-url URL] [--port 4390] [--workspace FILE.yml]
Without --app-url the app is expected in Socket Mode.`;
const usualPort = 4390;

interface Options {
  readonly appUrl: string | undefined;
  readonly port: number;
  readonly workspace: string | undefined;
}

/** Throws with a sentence about what is wrong. */
function readOptions(): Options {
  const { values } = parseArgs({
    options: { 'app-url': { type: 'string' }, port: { type: 'string' }, workspace: { type: 'string' } },
  });
  const port = Number(values.port ?? usualPort);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`${values.port} is no port`);
  const appUrl = values['app-url'];
  if (appUrl !== undefined && !URL.canParse(appUrl)) throw new Error(`${appUrl} is no URL`);
  return { appUrl, port, workspace: values.workspace };
}

async function open({ appUrl, port, workspace }: Options): Promise<SimulatedSlack> {
  try {
    return await createSlack({
      port,
      workspace: workspace === undefined ? createDefaultWorkspace() : await loadWorkspace(workspace),
      ...(appUrl === undefined ? {} : { appUrl }),
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
      throw new Error(`Port ${port} is taken. Choose another one with --port.`);
    throw error;
  }
}

function describe(slack: SimulatedSlack, { appUrl }: Options): string {
  const { workspace, apiUrl } = slack;
  const { tokens } = workspace;
  return `The simulated Slack of ${workspace.domain} is up, delivering ${appUrl === undefined ? 'over Socket Mode' : `to ${appUrl}`}.

Start the app with these (they are made up and open nothing):

  SLACK_API_URL=${apiUrl}        (Bolt: clientOptions.slackApiUrl)
  SLACK_BOT_TOKEN=${tokens.bot}
  ${appUrl === undefined ? `SLACK_APP_TOKEN=${tokens.app}` : `SLACK_SIGNING_SECRET=${tokens.signingSecret}`}

Type as somebody, then look:

  curl -s http://127.0.0.1:${slack.port}/control/command -d '{"who":"${firstPerson(slack)}","channel":"${workspace.channels[0]?.id}","text":"help"}'
  curl -s "http://127.0.0.1:${slack.port}/control/messages?who=${firstPerson(slack)}"

Stop it with Ctrl-C.`;
}

const firstPerson = ({ workspace }: SimulatedSlack): string | undefined =>
  workspace.users.find((user) => user.isBot !== true && user.isDeleted !== true)?.id;

try {
  const options = readOptions();
  const slack = await open(options);
  console.log(describe(slack, options));
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void slack.close().then(() => process.exit(0)));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exitCode = 2;
}

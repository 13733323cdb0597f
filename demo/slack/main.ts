/** The simulated Slack alone: `npm run slack -- --app-url http://127.0.0.1:3000/slack/events`. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { createSlack } from './server.ts';
import { createDefaultWorkspace, type Workspace } from './workspace.ts';

const usage =
  'Usage: npm run slack -- [--app-url URL] [--port 4390] [--workspace FILE.yml]\nWithout --app-url the app connects by Socket Mode.';

function stop(text: string): never {
  console.error(`${text}\n${usage}`);
  process.exit(2);
}

/** Users, groups and channels of a YAML file in place of the default ones. */
function loadWorkspace(file: string): Workspace {
  const read: unknown = parse(readFileSync(file, 'utf8'));
  if (typeof read !== 'object' || read === null)
    return stop(`${file} is no mapping of users, groups and channels.`);
  return { ...createDefaultWorkspace(), ...read };
}

function options(): {
  readonly appUrl: string | undefined;
  readonly port: number;
  readonly workspace: Workspace;
} {
  try {
    const { values } = parseArgs({
      options: {
        'app-url': { type: 'string' },
        port: { type: 'string', default: '4390' },
        workspace: { type: 'string' },
      },
    });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) return stop(`${values.port} is no port.`);
    const workspace =
      values.workspace === undefined ? createDefaultWorkspace() : loadWorkspace(values.workspace);
    return { appUrl: values['app-url'], port, workspace };
  } catch (error) {
    return stop(error instanceof Error ? error.message : String(error));
  }
}

const { appUrl, port, workspace } = options();
try {
  const slack = await createSlack({ port, workspace, ...(appUrl === undefined ? {} : { appUrl }) });
  const { tokens } = workspace;
  console.log(`The simulated Slack listens. For the app:

  SLACK_API_URL=${slack.apiUrl}
  SLACK_BOT_TOKEN=${tokens.bot}
  ${appUrl === undefined ? `SLACK_APP_TOKEN=${tokens.app}` : `SLACK_SIGNING_SECRET=${tokens.signingSecret}`}

People's hands: POST ${slack.apiUrl.replace('/api/', '/control/command')} {"who":"U0ANNA","channel":"C0OPS","text":"status"}
Stop it with Ctrl-C.`);
} catch (error) {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  stop(taken ? `Port ${port} is taken.` : String(error));
}

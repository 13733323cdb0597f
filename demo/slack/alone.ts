import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createDefaultWorkspace } from './default-workspace.ts';
import { ensurePage } from './page/ensure-page.mjs';
import { createSlack, type SimulatedSlack } from './server.ts';
import { loadWorkspace } from './workspace-file.ts';

const usage = `Usage: npm run slack -- [--app-url URL | --socket] [--workspace FILE.yml] [--port 4390] [--no-page]

  --app-url    where the app takes Slack's requests, e.g. http://127.0.0.1:3000/slack/events
  --socket     the app uses Socket Mode; so it is too when neither is said
  --workspace  users, groups and channels; demo/slack/workspace.example.yml shows how
  --no-page    the wire and control alone, nothing is built`;
const usualPort = 4390;

type Say = (words: string) => void;

/** What somebody can mend; the message says how. */
export class WrongStart extends Error {}

interface Options {
  readonly appUrl: string | undefined;
  readonly port: number;
  readonly workspace: string | undefined;
  readonly hasPage: boolean;
}

function readOptions(words: readonly string[], folder: string): Options {
  const values = parseWords(words);
  const port = Number(values.port ?? usualPort);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new WrongStart(`${values.port} is no port.\n\n${usage}`);
  const appUrl = values['app-url'];
  if (appUrl !== undefined && !(URL.canParse(appUrl) && /^https?:/.test(appUrl)))
    throw new WrongStart(
      `${appUrl} is no address of an app. One is http://127.0.0.1:3000/slack/events\n\n${usage}`,
    );
  if (appUrl !== undefined && values.socket)
    throw new WrongStart(`An app is reached by --app-url or by --socket, not by both.\n\n${usage}`);
  const workspace = values.workspace === undefined ? undefined : resolve(folder, values.workspace);
  return { appUrl, port, workspace, hasPage: !values['no-page'] };
}

function parseWords(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        'app-url': { type: 'string' },
        socket: { type: 'boolean', default: false },
        workspace: { type: 'string' },
        port: { type: 'string' },
        'no-page': { type: 'boolean', default: false },
      },
    }).values;
  } catch (cause) {
    throw new WrongStart(`${cause instanceof Error ? cause.message : cause}\n\n${usage}`, { cause });
  }
}

/** Undefined where there shall be none, and where it can't be built: the wire works without. */
async function openPage(hasPage: boolean, warn: Say): Promise<string | undefined> {
  if (!hasPage) return undefined;
  try {
    return await ensurePage();
  } catch (error) {
    warn(
      `${error instanceof Error ? error.message : error}\nThere will be no page. It is built by Vite, which \`npm ci\` installs; --no-page leaves it out.\n`,
    );
    return undefined;
  }
}

interface Opened {
  readonly slack: SimulatedSlack;
  readonly hasPage: boolean;
}

async function open(options: Options, warn: Say): Promise<Opened> {
  const { appUrl, port } = options;
  const workspace =
    options.workspace === undefined ? createDefaultWorkspace() : await loadWorkspace(options.workspace);
  const site = await openPage(options.hasPage, warn);
  try {
    const slack = await createSlack({
      ...{ port, workspace },
      ...(site === undefined ? {} : { site }),
      ...(appUrl === undefined ? {} : { appUrl }),
    });
    return { slack, hasPage: site !== undefined };
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const other = `Choose another one: npm run slack -- --port ${port + 1}`;
    if (code === 'EADDRINUSE') throw new WrongStart(`Port ${port} is taken. ${other}`, { cause });
    if (code === 'EACCES') throw new WrongStart(`Port ${port} is for root alone. ${other}`, { cause });
    throw cause;
  }
}

function describe({ slack, hasPage }: Opened, { appUrl }: Options): string {
  const { workspace, apiUrl, port } = slack;
  const { tokens, users, channels } = workspace;
  const who = users.find((user) => user.isBot !== true && user.isDeleted !== true)?.id;
  const base = `http://127.0.0.1:${port}`;
  return `The simulated Slack of ${workspace.domain} is up, delivering ${appUrl === undefined ? 'over Socket Mode' : `to ${appUrl}`}.
${hasPage ? `\n  ${base}\n` : ''}
Start the app with these (they are made up and open nothing):

  SLACK_API_URL=${apiUrl}        (Bolt: clientOptions.slackApiUrl)
  SLACK_BOT_TOKEN=${tokens.bot}
  ${appUrl === undefined ? `SLACK_APP_TOKEN=${tokens.app}` : `SLACK_SIGNING_SECRET=${tokens.signingSecret}`}

Type as somebody without the page, then look:

  curl -s ${base}/control/send -H 'content-type: application/json' -d '{"who":"${who}","channel":"${channels[0]?.id}","text":"${commandOf(workspace)} help"}'
  curl -s "${base}/control/messages?who=${who}"

Stop it with Ctrl-C.`;
}

function commandOf({ slashCommands: [first = ''] }: SimulatedSlack['workspace']): string {
  return typeof first === 'string' ? first : first.command;
}

/**
 * The simulated Slack as the command line asks for it, and what to tell its user. Rejects with WrongStart or
 * WorkspaceFileError when the user can mend it. `folder`: where the user is.
 */
export async function startAlone(
  words: readonly string[],
  warn: Say,
  folder: string,
): Promise<{ readonly slack: SimulatedSlack; readonly told: string }> {
  const options = readOptions(words, folder);
  const opened = await open(options, warn);
  return { slack: opened.slack, told: describe(opened, options) };
}

/** The bot as its users run it: the launcher, a configuration, an environment, and signals. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SimulatedSlack } from './slack/server.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface RunningBot {
  readonly process: ChildProcess;
  readonly pid: number;
  /** Undefined until it listens there. */
  readonly opsUrl: string | undefined;
  /** Likewise; always in Socket Mode. */
  readonly appUrl: string | undefined;
  /** JSON lines so far; not one of which only the beginning has come. */
  logs(): string;
  /** SIGTERM; the exit code. */
  stop(): Promise<number>;
  /** SIGKILL. */
  kill(): Promise<void>;
  ready(): Promise<boolean>;
}

export interface BotOptions {
  readonly slack: SimulatedSlack;
  readonly config: string;
  readonly env: Readonly<Record<string, string>>;
  readonly socket?: boolean;
  /** Where its output is appended too. */
  readonly logFile?: string;
  /** Resolve without waiting for readiness. */
  readonly unready?: boolean;
  /** Until it has to be ready; a minute. */
  readonly readyWithinMs?: number;
}

const usualReadyMs = 60_000;

/**
 * Starts the bot against a simulated Slack; in HTTP mode Slack is told where it listens. It takes any free ports and says
 * which, so that nobody can take them before it does.
 */
export async function startBot(options: BotOptions): Promise<RunningBot> {
  const { slack } = options;
  const { tokens } = slack.workspace;
  const child = spawn(process.execPath, ['src/launch.mjs', 'start', '--config', options.config], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...{
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        TMPDIR: process.env['TMPDIR'],
        ...options.env,
      },
      ...{
        SLACK_BOT_TOKEN: tokens.bot,
        SLACK_API_URL: slack.apiUrl,
        OPS_PORT: '0',
        OPS_HOST: '127.0.0.1',
      },
      ...(options.socket === true
        ? { SLACK_APP_TOKEN: tokens.app }
        : { SLACK_SIGNING_SECRET: tokens.signingSecret, PORT: '0' }),
    },
  });
  let logs = '';
  const port = findPort('receiver listens');
  const opsPort = findPort('health server listens');
  const opsUrl = (): string | undefined => localUrl(opsPort(logs));
  const appUrl = (): string | undefined => localUrl(port(logs), '/slack/events');
  let told = options.socket === true;
  const note = (chunk: string): void => {
    logs += chunk;
    if (options.logFile !== undefined) appendFileSync(options.logFile, chunk);
    const url = told ? undefined : appUrl();
    if (url === undefined) return;
    told = true;
    slack.deliverOverHttp(url);
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', note);
  const ready = async (): Promise<boolean> => {
    const url = opsUrl();
    if (url === undefined || !isAlive(child)) return false;
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(
      () => undefined,
    );
    return told && answer?.ok === true;
  };
  const { readyWithinMs = usualReadyMs } = options;
  const until = Date.now() + readyWithinMs;
  while (options.unready !== true && !(await ready())) {
    if (!isAlive(child))
      throw new Error(`the bot ended with ${child.exitCode ?? child.signalCode}:\n${logs.slice(-4_000)}`);
    if (Date.now() > until) {
      child.kill('SIGKILL');
      throw new Error(`the bot was not ready within ${readyWithinMs / 1000} s:\n${logs.slice(-4_000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const gone = async (signal: NodeJS.Signals): Promise<number> => {
    if (!isAlive(child)) return child.exitCode ?? -1;
    const exit = once(child, 'exit');
    child.kill(signal);
    const [code] = await exit;
    return typeof code === 'number' ? code : -1;
  };
  return {
    ...{ process: child, pid: child.pid ?? 0, ready },
    logs: () => logs.slice(0, logs.lastIndexOf('\n') + 1),
    get opsUrl() {
      return opsUrl();
    },
    get appUrl() {
      return appUrl();
    },
    stop: () => gone('SIGTERM'),
    kill: async () => void (await gone('SIGKILL')),
  };
}

const isAlive = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;

/** Looks for the port that the bot's log says with these words; each line is read once. */
function findPort(words: string): (logs: string) => number | undefined {
  let read = 0;
  let port: number | undefined;
  return (logs) => {
    const end = logs.lastIndexOf('\n') + 1;
    if (port !== undefined || end <= read) return port;
    const line = logs
      .slice(read, end)
      .split('\n')
      .find((one) => one.includes(`"${words}"`));
    read = end;
    port = line === undefined ? undefined : Number(/"port":(\d+)/.exec(line)?.[1]);
    return port;
  };
}

const localUrl = (port: number | undefined, path = ''): string | undefined =>
  port === undefined ? undefined : `http://127.0.0.1:${port}${path}`;

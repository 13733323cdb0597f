/** The bot as its users run it: the launcher, a configuration, an environment, and signals. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SimulatedSlack } from './slack/server.ts';
import { freePort } from './world/server.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface RunningBot {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly opsUrl: string;
  /** Undefined in Socket Mode. */
  readonly appUrl: string | undefined;
  /** JSON lines so far. */
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
  /** Until it has to be ready; 20 s. */
  readonly readyWithinMs?: number;
}

const usualReadyMs = 60_000;

/** Starts the bot against a simulated Slack; in HTTP mode Slack is told where it listens. */
export async function startBot(options: BotOptions): Promise<RunningBot> {
  const { slack } = options;
  const [port, opsPort] = await Promise.all([freePort(), freePort()]);
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
        OPS_PORT: String(opsPort),
        OPS_HOST: '127.0.0.1',
      },
      ...(options.socket === true
        ? { SLACK_APP_TOKEN: tokens.app }
        : { SLACK_SIGNING_SECRET: tokens.signingSecret, PORT: String(port) }),
    },
  });
  let logs = '';
  const note = (chunk: Buffer): void => {
    logs += chunk.toString('utf8');
    if (options.logFile !== undefined) appendFileSync(options.logFile, chunk);
  };
  child.stdout.on('data', note);
  child.stderr.on('data', note);
  const opsUrl = `http://127.0.0.1:${opsPort}`;
  const appUrl = options.socket === true ? undefined : `http://127.0.0.1:${port}/slack/events`;
  if (appUrl !== undefined) slack.deliverOverHttp(appUrl);
  const ready = async (): Promise<boolean> => {
    const answer = await fetch(`${opsUrl}/readyz`, { signal: AbortSignal.timeout(1_000) }).catch(
      () => undefined,
    );
    return answer?.ok === true;
  };
  const { readyWithinMs = usualReadyMs } = options;
  const until = Date.now() + readyWithinMs;
  while (options.unready !== true && !(await ready())) {
    if (child.exitCode !== null)
      throw new Error(`the bot ended with ${child.exitCode}:\n${logs.slice(-4_000)}`);
    if (Date.now() > until) {
      child.kill('SIGKILL');
      throw new Error(`the bot was not ready within ${readyWithinMs / 1000} s:\n${logs.slice(-4_000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const gone = async (signal: NodeJS.Signals): Promise<number> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? -1;
    const exit = once(child, 'exit');
    child.kill(signal);
    const [code] = await exit;
    return typeof code === 'number' ? code : -1;
  };
  return {
    ...{ process: child, pid: child.pid ?? 0, opsUrl, appUrl, ready, logs: () => logs },
    stop: () => gone('SIGTERM'),
    kill: async () => void (await gone('SIGKILL')),
  };
}

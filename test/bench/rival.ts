import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { SimulatedSlack } from '../../demo/slack/server.ts';
import { freePort } from '../../demo/world/server.ts';

/** The smallest Bolt app of its kind, in a process of its own. */
export interface Rival {
  readonly pid: number;
  readonly appUrl: string;
  /** From its start to listening. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

export async function startRival(slack: SimulatedSlack, kind: 'only-acks' | 'only-answers'): Promise<Rival> {
  const port = await freePort();
  const file = fileURLToPath(new URL(`${kind}.mjs`, import.meta.url));
  const { tokens } = slack.workspace;
  const began = performance.now();
  const child: ChildProcess = spawn(process.execPath, [file], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: {
      ...{ PATH: process.env['PATH'], PORT: String(port), SLACK_API_URL: slack.apiUrl },
      ...{ SLACK_BOT_TOKEN: tokens.bot, SLACK_SIGNING_SECRET: tokens.signingSecret },
    },
  });
  await once(child, 'message');
  return {
    ...{ pid: child.pid ?? 0, appUrl: `http://127.0.0.1:${port}/slack/events` },
    readyMs: performance.now() - began,
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

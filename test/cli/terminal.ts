import type { Bot, BotParts, Readiness } from '../../src/cli/bot.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { systemClock } from '../../src/core/clock.ts';

export const secret = 'pr1vate';
export const goodConfig = new URL('../fixtures/config/good.yml', import.meta.url).pathname;
export const goodEnv: Record<string, string> = {
  STORE_URL: `mysql://qk:${secret}@db:3306/queuekeeper`,
  STORE_MIGRATE_URL: `mysql://qkm:${secret}@db:3306/queuekeeper`,
  AUDIT_KEY: `${secret}-0123456789abcdef`,
  FAP_URL: `mysql://ro:${secret}@db/fap`,
  REDIS_URL: `redis://:${secret}@redis:6379`,
  QUEUEKEEPER_CONFIG: goodConfig,
};
export const slackEnv: Record<string, string> = {
  SLACK_BOT_TOKEN: `xoxb-${secret}`,
  SLACK_SIGNING_SECRET: secret,
  OPS_PORT: '0',
  OPS_HOST: '127.0.0.1',
};

/** A terminal in memory, whose signals and faults a test sends. */
export class FakeTerminal implements Terminal {
  out = (text: string): void => void this.written.push(text);
  err = (text: string): void => void this.complained.push(text);
  readonly written: string[] = [];
  readonly complained: string[] = [];
  readonly clock = systemClock;
  readonly version = '9.9.9';
  readonly instance = 'test:1:abc';
  readonly env: Record<string, string>;
  readonly readFile: (path: string) => string;
  parts: BotParts | undefined;
  #stop: ((signal: string) => void) | undefined;
  #fatal: ((error: unknown) => void) | undefined;
  readonly #bot: Bot;

  constructor(env: Record<string, string>, readFile: (path: string) => string, bot: Bot = new FakeBot()) {
    this.env = env;
    this.readFile = readFile;
    this.#bot = bot;
  }

  loadBot: Terminal['loadBot'] = async () => (parts) => {
    this.parts = parts;
    return this.#bot;
  };

  readonly signals: Terminal['signals'] = {
    onStop: (listener) => {
      this.#stop = listener;
      return () => {
        this.#stop = undefined;
      };
    },
    onFatal: (listener) => {
      this.#fatal = listener;
      return () => {
        this.#fatal = undefined;
      };
    },
  };

  signal(name: string): void {
    this.#stop?.(name);
  }

  fault(error: unknown): void {
    this.#fatal?.(error);
  }

  get listening(): boolean {
    return this.#stop !== undefined || this.#fatal !== undefined;
  }

  get lines(): readonly Record<string, unknown>[] {
    return this.written.map((line): Record<string, unknown> => JSON.parse(line));
  }

  /** The first log line with this message, as soon as it is written. */
  async line(message: string): Promise<Record<string, unknown>> {
    for (;;) {
      const found = this.lines.find((line) => line['msg'] === message);
      if (found !== undefined) return found;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

export class FakeBot implements Bot {
  readonly calls: string[] = [];
  start = async (): Promise<void> => void this.calls.push('start');
  stop = async (): Promise<void> => void this.calls.push('stop');
  readiness = (): Readiness => ({ ready: true, checks: [{ name: 'store', ok: true, detail: 'migrated' }] });
  runReading: Bot['runReading'] = async (words, locale) => {
    this.calls.push(`run ${words} ${locale}`);
    return { ok: words !== 'retry 1', reply: { heading: `answer to ${words}`, mood: 'good', parts: [] } };
  };
  verifyAudit: Bot['verifyAudit'] = async () => ({ ok: true, rows: 3, last: { seq: 3, hash: 'ff' } });
  strangeWords: Bot['strangeWords'] = () => [];
  findAgeless: Bot['findAgeless'] = async () => [];
  tryConditions: Bot['tryConditions'] = async () => ({ value: [], missing: [] });
  tryHosts: Bot['tryHosts'] = async () => ({ value: [], missing: [] });
  probe: Bot['probe'] = async (ask) => {
    this.calls.push(`probe ${JSON.stringify(ask)}`);
    return {
      ...{ timestamp: '2026-11-26T12:00:00.000Z', windowMinutes: ask.windowMinutes, queues: [] },
      ...{ violations: [], missing: [], pass: true },
    };
  };
  migrate: Bot['migrate'] = async () => ['0001-first'];
}

import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { FakeBot, FakeTerminal, goodEnv, secret, slackEnv } from './terminal.ts';

const readFile = (path: string): string => readFileSync(path, 'utf8');
const begin = (bot: FakeBot, env: Record<string, string> = {}) => {
  const terminal = new FakeTerminal({ ...goodEnv, ...slackEnv, ...env }, readFile, bot);
  return { terminal, exit: runCli(['start'], terminal) };
};
const ask = async (terminal: FakeTerminal, path: string): Promise<{ status: number; body: unknown }> => {
  const { port } = await terminal.line('health server listens');
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: response.status, body: await response.json() };
};
const never = (): Promise<void> => new Promise(() => {});

afterEach(() => void vi.useRealTimers());

describe('start', () => {
  it('runs the bot until SIGTERM, then stops it, with 0 and nothing left listening', async () => {
    const bot = new FakeBot();
    const { terminal, exit } = begin(bot);
    expect(await terminal.line('ready')).toMatchObject({ apps: ['fap'] });
    expect(await ask(terminal, '/readyz')).toMatchObject({ status: 200, body: { ready: true } });
    terminal.signal('SIGTERM');
    expect(await exit).toBe(0);
    expect(bot.calls).toEqual(['start', 'stop']);
    expect(terminal.listening).toBe(false);
    await expect(ask(terminal, '/healthz')).rejects.toThrow();
  });

  it('gives the bot the Slack settings, the version and the instance', async () => {
    const { terminal, exit } = begin(new FakeBot());
    await terminal.line('ready');
    terminal.signal('SIGINT');
    await exit;
    expect(terminal.parts).toMatchObject({
      ...{ version: '9.9.9', instance: 'test:1:abc', slack: { kind: 'http', port: 3000 } },
    });
  });

  it('is alive but not ready while the bot starts', async () => {
    const bot = new FakeBot();
    bot.start = never;
    const { terminal, exit } = begin(bot);
    expect(await ask(terminal, '/healthz')).toMatchObject({ status: 200, body: { ok: true } });
    expect(await ask(terminal, '/readyz')).toMatchObject({
      status: 503,
      body: { ready: false, checks: [{ name: 'process', ok: false, detail: 'starting' }, { name: 'store' }] },
    });
    terminal.signal('SIGTERM');
    expect(await exit).toBe(0);
  });

  it('is not ready from the signal on, while the bot still stops', async () => {
    const bot = new FakeBot();
    let release: () => void = () => {};
    bot.stop = () => new Promise((resolve) => (release = resolve));
    const { terminal, exit } = begin(bot);
    await terminal.line('ready');
    terminal.signal('SIGTERM');
    expect(await ask(terminal, '/readyz')).toMatchObject({ status: 503 });
    release();
    expect(await exit).toBe(0);
  });

  it('ends at once on the second signal', async () => {
    const bot = new FakeBot();
    bot.stop = never;
    const { terminal, exit } = begin(bot);
    await terminal.line('ready');
    terminal.signal('SIGTERM');
    terminal.signal('SIGTERM');
    expect(await exit).toBe(0);
  });

  it('ends after 25 s although the bot does not', async () => {
    const bot = new FakeBot();
    bot.stop = never;
    const { terminal, exit } = begin(bot);
    await terminal.line('ready');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    terminal.signal('SIGTERM');
    await terminal.line('stopping');
    await vi.advanceTimersByTimeAsync(25_000);
    expect(await exit).toBe(0);
    expect(terminal.lines.at(-1)).toMatchObject({ how: 'late' });
  });

  it('answers a start that fails with 1, after stopping what had started', async () => {
    const bot = new FakeBot();
    bot.start = async () => {
      throw new Error(`invalid_auth with xoxb-${secret}`, { cause: new Error(`at ${goodEnv['STORE_URL']}`) });
    };
    const { terminal, exit } = begin(bot);
    expect(await exit).toBe(1);
    expect(bot.calls).toEqual(['stop']);
    expect(terminal.lines.find((line) => line['msg'] === 'could not start')).toMatchObject({
      level: 'fatal',
    });
    expect(terminal.complained.join('')).toContain('could not start: invalid_auth with');
    expect([...terminal.written, ...terminal.complained].join('')).not.toContain(secret);
  });

  it.each([
    ['EADDRINUSE', '另设一个空闲端口'],
    ['EACCES', '1023 以上'],
  ])("names the variable of the port on which Slack can't be heard (%s)", async (code, said) => {
    const bot = new FakeBot();
    bot.start = async () => {
      throw new Error('the receiver', { cause: Object.assign(new Error('listen'), { code, port: 3000 }) });
    };
    const { terminal, exit } = begin(bot, { LANG: 'zh_CN.UTF-8' });
    expect(await exit).toBe(1);
    expect(terminal.complained.join('')).toMatch(new RegExp(`无法启动：.*3000.* PORT .*${said}`));
  });

  it('drains and ends with 1 when an error was handled by nobody', async () => {
    const bot = new FakeBot();
    const { terminal, exit } = begin(bot);
    await terminal.line('ready');
    terminal.fault(new Error(`lost ${secret}-0123456789abcdef`));
    expect(await exit).toBe(1);
    expect(bot.calls).toEqual(['start', 'stop']);
    expect(terminal.written.join('')).not.toContain(secret);
  });

  it('ends with 1 when its health port is taken', async () => {
    const first = begin(new FakeBot());
    const { port } = await first.terminal.line('health server listens');
    const second = begin(new FakeBot(), { OPS_PORT: String(port) });
    expect(await second.exit).toBe(1);
    expect(second.terminal.complained.join('')).toContain(
      `could not start: another program listens on port ${port}, maybe another Queuekeeper. Set OPS_PORT to a free one.`,
    );
    first.terminal.signal('SIGTERM');
    await first.exit;
  });

  it('tells the faults of file and environment in words and in the log, with 2', async () => {
    const file = new URL('../fixtures/config/quorum-zero.yml', import.meta.url).pathname;
    const { terminal, exit } = begin(new FakeBot(), { QUEUEKEEPER_CONFIG: file, PORT: 'x' });
    expect(await exit).toBe(2);
    expect(terminal.lines.map(({ path }) => path)).toEqual(['approvals.quorum.retry-all', 'PORT']);
    expect(terminal.complained.join('')).toContain('2 faults');
    expect(terminal.parts).toBeUndefined();
  });
});

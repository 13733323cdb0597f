/** The program: the only file that reads the process's environment, listens to its signals and ends it. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { runCli } from './cli/run-cli.ts';
import type { Signals, Terminal } from './cli/terminal.ts';
import { systemClock } from './core/clock.ts';
import { keepHeapSmall } from './small-heap.ts';

keepHeapSmall();

const readFile = (path: string): string => readFileSync(path, 'utf8');

const signals: Signals = {
  onStop(listener) {
    process.on('SIGTERM', listener);
    process.on('SIGINT', listener);
    return () => {
      process.off('SIGTERM', listener);
      process.off('SIGINT', listener);
    };
  },
  onFatal(listener) {
    process.on('uncaughtException', listener);
    process.on('unhandledRejection', listener);
    return () => {
      process.off('uncaughtException', listener);
      process.off('unhandledRejection', listener);
    };
  },
};

const terminal: Terminal = {
  env: process.env,
  readFile,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  clock: systemClock,
  version: versionOf(readFile(new URL('../package.json', import.meta.url).pathname)),
  instance: `${hostname()}:${process.pid}:${randomBytes(3).toString('hex')}`,
  // Slack, MySQL, Redis and SSH are loaded with it, which takes longer than a check does.
  loadBot: async () => (await import('./app.ts')).buildBot,
  signals,
};

function versionOf(packageJson: string): string {
  const parsed: unknown = JSON.parse(packageJson);
  const version =
    typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : undefined;
  return typeof version === 'string' ? version : 'unknown';
}

// A pipe may still hold what was written: the code is left to Node unless something keeps the process alive.
process.exitCode = await runCli(process.argv.slice(2), terminal);
setTimeout(() => process.exit(), 500).unref();
process.stdout.write('', () => process.stderr.write('', () => process.exit()));

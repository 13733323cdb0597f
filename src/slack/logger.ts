import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../core/log.ts';

/** Slack's libraries speak into our log, at our levels. Their debug is left out, since it prints bodies. */
export function createSlackLogger(log: Log, from: string): Logger {
  return {
    debug: () => undefined,
    info: (...words) => log.debug({ from }, textOf(words)),
    warn: (...words) => log.warn({ from }, textOf(words)),
    error: (...words) => log.error({ from }, textOf(words)),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}

const textOf = (words: readonly unknown[]): string =>
  words.map((word) => (word instanceof Error ? word.message : String(word))).join(' ');

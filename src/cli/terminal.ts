import type { Environment, ReadFile } from '../config/environment.ts';
import type { Clock } from '../core/clock.ts';
import type { Locale } from '../core/people.ts';
import type { BuildBot } from './bot.ts';

/** The process around the command line, so that tests can be one. */
export interface Terminal {
  readonly env: Environment;
  readonly readFile: ReadFile;
  /** Both take whole text with its newline. */
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly clock: Clock;
  readonly version: string;
  /** See `BotParts.instance`. */
  readonly instance: string;
  /** Loaded only by the verbs that need the bot, so that `check` is quick. */
  readonly loadBot: () => Promise<BuildBot>;
  readonly signals: Signals;
}

/** What can end a running process. Each gives back a function that stops listening. */
export interface Signals {
  /** SIGTERM and SIGINT. */
  onStop(listener: (signal: string) => void): () => void;
  /** A promise or an event whose failure nobody handled: the process can't be trusted any more. */
  onFatal(listener: (error: unknown) => void): () => void;
}

/** Chinese where the terminal is set to it, as the usual variables say: `LC_ALL`, `LC_MESSAGES`, `LANG`. */
export function terminalLocale(env: Environment): Locale {
  const set = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find(
    (value) => value !== undefined && value !== '',
  );
  return set !== undefined && /^zh/i.test(set) ? 'zh-CN' : 'en';
}

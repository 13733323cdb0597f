import type { Locale } from './panel/text.ts';

export declare const usage: string;

export interface DemoOptions {
  readonly socket: boolean;
  readonly locale: Locale;
  readonly port: number;
  /** Absolute. Undefined: nothing stays. */
  readonly keep: string | undefined;
  readonly open: boolean;
}

/** The command line or the environment is wrong; the message says how. */
export declare class WrongUsage extends Error {}

/** Throws WrongUsage. `cwd`: what a relative folder starts from. */
export declare function readOptions(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string,
): DemoOptions;

/** What is wrong and how it is used, for a terminal; undefined: all is right. */
export declare function findWrongUsage(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string,
): string | undefined;

export declare function sayWrongUsage(error: WrongUsage): string;

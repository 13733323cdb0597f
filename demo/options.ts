import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Locale } from './panel/text.ts';

export const usage = `Usage: npm run demo -- [--socket] [--lang en|zh-CN] [--keep [FOLDER]] [--no-open]
  --socket       Socket Mode instead of signed HTTP
  --lang         language of channel posts and of the panels; a person's answers follow their Slack
  --keep         data stays between starts, in FOLDER (.cache/demo-data if none is named)
  --no-open      never opens a browser
  DEMO_PORT      the page's port (4390)`;

export interface DemoOptions {
  readonly socket: boolean;
  readonly locale: Locale;
  readonly port: number;
  /** Absolute. Undefined: nothing stays. */
  readonly keep: string | undefined;
  readonly open: boolean;
}

/** The command line or the environment is wrong; the message says how. */
export class WrongUsage extends Error {}

const usualPort = 4390;
const usualFolder = fileURLToPath(new URL('../.cache/demo-data', import.meta.url));

/** Throws WrongUsage. `cwd`: what a relative folder starts from. */
export function readOptions(argv: readonly string[], env: NodeJS.ProcessEnv, cwd: string): DemoOptions {
  const { keep, rest } = takeKeep(argv);
  const { socket, lang, noOpen } = parse(rest);
  const port = Number(env['DEMO_PORT'] ?? usualPort);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new WrongUsage(`DEMO_PORT is "${env['DEMO_PORT']}", which is no port: 1 to 65535.`);
  if (lang !== 'en' && lang !== 'zh-CN') throw new WrongUsage(`--lang is en or zh-CN, not "${lang}".`);
  return {
    ...{ socket, port, locale: lang, open: !noOpen },
    keep: keep === undefined ? undefined : keep === '' ? usualFolder : resolve(cwd, keep),
  };
}

/** `--keep`, whose folder may be left out, which parseArgs does not know. */
function takeKeep(argv: readonly string[]): { readonly keep?: string; readonly rest: readonly string[] } {
  const at = argv.findIndex((word) => word === '--keep' || word.startsWith('--keep='));
  const word = argv[at];
  if (word === undefined) return { rest: argv };
  const next = argv[at + 1];
  const isNamed = word === '--keep' && next !== undefined && !next.startsWith('-');
  return {
    keep: isNamed ? next : word.slice('--keep='.length),
    rest: argv.toSpliced(at, isNamed ? 2 : 1),
  };
}

function parse(args: readonly string[]): {
  readonly socket: boolean;
  readonly lang: string;
  readonly noOpen: boolean;
} {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        socket: { type: 'boolean', default: false },
        lang: { type: 'string', default: 'en' },
        'no-open': { type: 'boolean', default: false },
      },
    });
    return { socket: values.socket, lang: values.lang, noOpen: values['no-open'] };
  } catch (error) {
    throw new WrongUsage(error instanceof Error ? error.message : String(error));
  }
}

/** The demo's command line. Plain JavaScript, since it is read before anything is installed; its types stand in options.d.mts. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export const usage = `Usage: npm run demo -- [--socket] [--lang en|zh-CN] [--keep [FOLDER]] [--no-open]
  --socket       Socket Mode instead of signed HTTP
  --lang         language of channel posts and of the panels; a person's answers follow their Slack
  --keep         data stays between starts, in FOLDER (.cache/demo-data if none is named)
  --no-open      never opens a browser
  DEMO_PORT      the page's port (4390)`;

export class WrongUsage extends Error {}

const usualPort = 4390;
const usualFolder = fileURLToPath(new URL('../.cache/demo-data', import.meta.url));

export function readOptions(argv, env, cwd) {
  const { keep, rest } = takeKeep(argv);
  const { socket, lang, noOpen } = parse(rest);
  const port = Number(env.DEMO_PORT ?? usualPort);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new WrongUsage(`DEMO_PORT is "${env.DEMO_PORT}", which is no port: 1 to 65535.`);
  if (lang !== 'en' && lang !== 'zh-CN') throw new WrongUsage(`--lang is en or zh-CN, not "${lang}".`);
  return {
    ...{ socket, port, locale: lang, open: !noOpen },
    keep: keep === undefined ? undefined : keep === '' ? usualFolder : resolve(cwd, keep),
  };
}

export function findWrongUsage(argv, env, cwd) {
  try {
    readOptions(argv, env, cwd);
    return undefined;
  } catch (error) {
    if (error instanceof WrongUsage) return sayWrongUsage(error);
    throw error;
  }
}

export const sayWrongUsage = (error) => `${error.message}\n\n${usage}`;

/** `--keep`, whose folder may be left out, which parseArgs does not know. */
function takeKeep(argv) {
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

function parse(args) {
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

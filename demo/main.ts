/** The demo: the world in miniature with failures made by real workers, a simulated Slack with its page, and the bot between them. */
import { listenForTheEnd } from './ending.ts';
import { openBrowser } from './open-browser.ts';
import { readOptions, sayWrongUsage, WrongUsage } from './options.mjs';
import { PortTaken } from './slack-site.ts';
import { runDemo } from './stage.ts';
import { DataInUse } from './world/memory.ts';

const ending = listenForTheEnd();

try {
  const options = readOptions(process.argv.slice(2), process.env, process.env['INIT_CWD'] ?? process.cwd());
  await runDemo(options, ending, (address) => {
    if (options.open) openBrowser(address, process.env, process.platform);
  });
  process.exit(0);
} catch (error) {
  process.exit(explain(error));
}

/** The sentence for the person at the terminal, and the exit code. */
function explain(error: unknown): number {
  if (ending.aborted) return 0;
  if (error instanceof WrongUsage) {
    console.error(sayWrongUsage(error));
    return 2;
  }
  const sentence = wayOut(error);
  if (sentence !== undefined) {
    console.error(sentence);
    return 2;
  }
  console.error(error);
  return 1;
}

/** What a person can do about it; undefined: it is our fault. */
function wayOut(error: unknown): string | undefined {
  if (error instanceof PortTaken) return error.message;
  if (error instanceof DataInUse)
    return `Another demo (process ${error.pid}) uses the data in ${error.folder}. End it, or name another folder: --keep FOLDER`;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const path = error instanceof Error && 'path' in error ? String(error.path) : 'a folder';
  if (code === 'ENOSPC')
    return `There is no space left for ${path}. The demo needs about 500 MB in ${tmp()}.`;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return `${path} can't be written. Start the demo as the owner of this folder, or name another one: --keep FOLDER`;
  return undefined;
}

function tmp(): string {
  return process.env['TMPDIR'] ?? '/tmp';
}

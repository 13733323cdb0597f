import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const limitMs = 30_000;

/**
 * The verbs that the bot has, as they are typed (`retry all`), by its own help: `queuekeeper run help`. Rejects when it
 * can't be asked.
 */
export async function askVerbs(
  config: string,
  env: Readonly<Record<string, string>>,
): Promise<ReadonlySet<string>> {
  const { stdout } = await run(
    process.execPath,
    ['src/launch.mjs', 'run', 'help', '--json', '--config', config],
    {
      ...{ cwd: root, timeout: limitMs, maxBuffer: 4_000_000 },
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: process.env['TMPDIR'], ...env },
    },
  );
  return new Set(readVerbs(JSON.parse(stdout)));
}

/** From the reply's code spans: `retry all [queue=] …` is `retry all`, `show ID` is `show`. */
export function readVerbs(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(readVerbs);
  if (typeof value !== 'object' || value === null) return [];
  const { code } = value as { readonly code?: unknown }; // any object may have one
  const own = typeof code === 'string' ? verbOf(code) : '';
  return [...(own === '' ? [] : [own]), ...Object.values(value).flatMap(readVerbs)];
}

/** The lower-case words at its beginning; what follows are arguments. */
const verbOf = (usage: string): string => /^[a-z-]+(?: [a-z-]+(?![=\w-]))*/.exec(usage)?.[0] ?? '';

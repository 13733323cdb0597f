import { posix } from 'node:path';
import type { Read } from '../core/reading.ts';
import type { HostResult } from '../operations/host-port.ts';
import type { ProgramSettings } from '../operations/ports.ts';
import { missing, missingHost } from './missing-host.ts';
import type { SupervisedHost } from './supervised-host.ts';
import { includesOf, parseSupervisorConfig, wantedLines } from './supervisor-config.ts';

/** Where supervisorctl itself looks, in its order. */
const usualFiles = [
  '/usr/etc/supervisord.conf',
  '/usr/supervisord.conf',
  '/etc/supervisord.conf',
  '/etc/supervisor/supervisord.conf',
];
const runnersHeading = '[queuekeeper-runner]\n';
const limitSeconds = 4;
const mostIncludes = 8;
/** Nothing that a shell, or `find`, would take for more than a path. */
const safePath = /^\/[\w./@+-]*$/;
const safePattern = /^[\w.@+*?-]+$/;

/**
 * The programs that Supervisor is configured with, as any login may read them in Debian's and others' packages. Missing where
 * its files can't be read or are nowhere usual.
 */
export async function readSupervisorConfig(
  host: SupervisedHost,
  signal: AbortSignal,
): Promise<Read<ReadonlyMap<string, ProgramSettings>>> {
  const { runner, supervisorctl } = host;
  if (supervisorctl === undefined) return missing(runner.name, 'not-configured', 'supervisorctl');
  const run = (argv: readonly string[]): Promise<HostResult> =>
    runner.run(
      { argv, verb: { name: 'supervisor', args: ['config'] } },
      { timeoutSeconds: limitSeconds, signal },
    );
  const named = namedFile(supervisorctl);
  const files = named === undefined ? usualFiles : safePath.test(named) ? [named] : [];
  const main = await run(['grep', '-HsE', wantedLines, ...files]);
  if (main.kind !== 'ended') return missingHost(runner.name, main);
  // The runner knows the files itself, and hands over what all of them say.
  if (main.stdout.text.startsWith(runnersHeading))
    return { ok: true, value: parseSupervisorConfig(main.stdout.text) };
  const found = ofFirstFile(main.stdout.text, files);
  if (found === undefined) return missing(runner.name, 'refused', files.join(', '));
  const texts = await Promise.all(
    includesOf(found.text)
      .slice(0, mostIncludes)
      .map(async (pattern) => {
        const argv = findArgv(pattern, posix.dirname(found.file));
        const result = argv === undefined ? undefined : await run(argv);
        return result?.kind === 'ended' ? result.stdout.text : '';
      }),
  );
  return { ok: true, value: parseSupervisorConfig([found.text, ...texts].join('\n')) };
}

/** `supervisorctl -c FILE`. */
function namedFile(argv: readonly string[]): string | undefined {
  const at = argv.findIndex((word) => word === '-c' || word === '--configuration');
  return at === -1
    ? argv.find((word) => word.startsWith('--configuration='))?.slice('--configuration='.length)
    : argv[at + 1];
}

function ofFirstFile(
  text: string,
  files: readonly string[],
): { readonly file: string; readonly text: string } | undefined {
  const lines = text.split('\n');
  for (const file of files) {
    const own = lines.flatMap((line) => (line.startsWith(`${file}:`) ? [line.slice(file.length + 1)] : []));
    if (own.length > 0) return { file, text: own.join('\n') };
  }
  return undefined;
}

/** `conf.d/*.conf` of a folder, without a shell. */
function findArgv(pattern: string, here: string): readonly string[] | undefined {
  const path = posix.resolve(here, pattern.replaceAll('%(here)s', here));
  const [folder, name] = [posix.dirname(path), posix.basename(path)];
  if (!safePath.test(folder) || !safePattern.test(name)) return undefined;
  return [
    ...['find', folder, '-maxdepth', '1', '-name', name],
    ...['-exec', 'grep', '-hE', wantedLines, '{}', '+'],
  ];
}

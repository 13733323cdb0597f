import type { AppDescription } from '../core/app-description.ts';
import type { Clock } from '../core/clock.ts';
import { coalesce } from '../core/coalesce.ts';
import type { Read } from '../core/reading.ts';
import { capText } from '../core/strip.ts';
import type { HostCommand, HostResult, HostRunner, HostVerb } from '../operations/host-port.ts';
import type { AppFacts, AppFactsReader } from '../operations/ports.ts';
import { readEnvironment, readVersion } from './artisan-output.ts';
import { whyUnread } from './why-unread.ts';

const keepMs = 60_000;
const keepMissingMs = 2_000;
const lookLimitMs = 8_000;
/** A boot takes 0.1 to 0.4 s. */
const bootLimitSeconds = 6;
const shownDetail = 200;

/** What the application and its host say of themselves: four small commands side by side, once a minute for all who ask. */
export function createAppFacts(
  runner: HostRunner,
  description: AppDescription,
  clock: Clock,
): AppFactsReader {
  const { directory, user, php } = description.artisan;
  const run = (command: HostCommand, signal: AbortSignal): Promise<HostResult> =>
    runner.run(command, { timeoutSeconds: bootLimitSeconds, signal });
  const asUser = user === undefined ? {} : { user };
  const fact = (name: string): HostVerb => ({ name: 'facts', args: [name] });
  const artisan = (name: string, word: string): HostCommand => ({
    ...{ argv: [php, 'artisan', word, '--no-ansi', '--no-interaction'], directory, ...asUser },
    verb: fact(name),
  });
  const clockOffset = async (signal: AbortSignal): Promise<number | undefined> => {
    const began = clock.now().getTime();
    const said = /^(\d{9,11})$/m.exec(
      textOf(await run({ argv: ['date', '+%s'], verb: fact('clock') }, signal)),
    )?.[1];
    // It says whole seconds, so that half of one is its best guess.
    const middle = (began + clock.now().getTime()) / 2_000;
    return said === undefined ? undefined : Number(said) + 0.5 - middle;
  };
  const ask = async (): Promise<Read<AppFacts>> => {
    const signal = AbortSignal.timeout(lookLimitMs);
    const [version, env, id, clockOffsetSeconds] = await Promise.all([
      run(artisan('version', '--version'), signal),
      run(artisan('environment', 'env'), signal),
      run({ argv: ['id', '-un'], ...asUser, verb: fact('user') }, signal),
      clockOffset(signal),
    ]);
    const laravel = readVersion(textOf(version));
    const environment = readEnvironment(textOf(env));
    if (laravel === undefined || environment === undefined)
      return missingOf(runner.name, laravel === undefined ? version : env);
    const hostUser = /^([\w.@$-]{1,64})$/m.exec(textOf(id))?.[1];
    return { ok: true, value: { laravel, environment, hostUser, clockOffsetSeconds } };
  };
  const read = coalesce(ask, clock, ({ ok }) => (ok ? keepMs : keepMissingMs));
  return { read: () => read() };
}

const textOf = (result: HostResult): string =>
  result.kind === 'ended' && !result.timedOut ? result.stdout.text.trim() : '';

function missingOf(name: string, result: HostResult): Read<never> {
  const said = result.kind === 'ended' ? firstLine(result.stderr.text) || firstLine(result.stdout.text) : '';
  const part = { part: 'host', name, why: whyUnread(result) } as const;
  return { ok: false, missing: said === '' ? part : { ...part, detail: capText(said, shownDetail) } };
}

const firstLine = (text: string): string => text.trim().split('\n')[0] ?? '';

import type { HostRunner } from '../operations/host-port.ts';

/** The newest change to what a release replaces, by the host's own clock. */
export interface Release {
  readonly changedSecondsAgo: number;
  /** Relative to the application's folder; `.` is the folder itself, a link that was set to another release. */
  readonly file: string;
}

const limitSeconds = 4;
/**
 * What every way of releasing touches, and the application itself never does while it runs (it writes `services.php` and
 * `packages.php` at its first boot).
 */
export const releaseFiles = [
  ...['artisan', '.env', 'composer.lock', 'vendor/autoload.php', 'vendor/composer/installed.php'],
  ...['bootstrap/cache/config.php', 'bootstrap/cache/routes-v7.php', '.git/logs/HEAD', 'REVISION'],
];

/** A release as it was at an instant of our own clock, in milliseconds. */
export interface ReadRelease {
  readonly release: Release;
  readonly atMs: number;
}

/** Undefined: it can't be told. `nowMs`: our own clock; where a host is slow, what is compared with this was read seconds before. */
export async function readRelease(
  runner: HostRunner,
  directory: string,
  signal: AbortSignal,
  nowMs: () => number,
): Promise<ReadRelease | undefined> {
  const limits = { timeoutSeconds: limitSeconds, signal };
  const [{ clock, atMs }, found] = await Promise.all([
    runner
      .run({ argv: ['date', '+%s'], verb: { name: 'facts', args: ['clock'] } }, limits)
      .then((result) => ({ clock: result, atMs: nowMs() })),
    // Of a link its own time counts: that is when the release was switched.
    runner.run(
      {
        ...{ argv: ['stat', '-c', '%Y %F:%n', directory, ...releaseFiles], directory },
        verb: { name: 'facts', args: ['release'] },
      },
      limits,
    ),
  ]);
  // It says 1 where some of them are missing, and names the others.
  if (clock.kind !== 'ended' || found.kind !== 'ended') return undefined;
  const now = Number(/^\d{9,11}$/m.exec(clock.stdout.text)?.[0]);
  const changes = found.stdout.text.split('\n').flatMap((line): readonly Release[] => {
    const [, at, kind, name] = /^(\d+) ([^:]+):(.+)$/.exec(line) ?? [];
    if (at === undefined || name === undefined) return [];
    if (name === directory && kind !== 'symbolic link') return [];
    return [{ changedSecondsAgo: now - Number(at), file: name === directory ? '.' : name }];
  });
  // A time to come is another clock's, or made up.
  const [release] = changes
    .filter(({ changedSecondsAgo }) => changedSecondsAgo >= 0)
    .sort((a, b) => a.changedSecondsAgo - b.changedSecondsAgo);
  return release && { release, atMs };
}

/** The same at another instant of our own clock. */
export const releaseAt = ({ release, atMs }: ReadRelease, otherMs: number): Release => ({
  ...release,
  changedSecondsAgo: Math.max(0, release.changedSecondsAgo + Math.round((otherMs - atMs) / 1000)),
});

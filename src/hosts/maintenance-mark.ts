import type { AppDescription } from '../core/app-description.ts';
import type { Read } from '../core/reading.ts';
import type { HostRunner } from '../operations/host-port.ts';
import { missing, missingHost } from './missing-host.ts';

const limitSeconds = 4;

/** Whether `artisan down` left its mark, a file in the application's folder. */
export function createMaintenanceMark(
  runner: HostRunner,
  description: AppDescription,
): (signal: AbortSignal) => Promise<Read<boolean>> {
  const { directory } = description.artisan;
  return async (signal) => {
    const result = await runner.run(
      {
        ...{ argv: ['test', '-e', 'storage/framework/down'], directory },
        verb: { name: 'facts', args: ['maintenance'] },
      },
      { timeoutSeconds: limitSeconds, signal },
    );
    if (result.kind !== 'ended') return missingHost(runner.name, result);
    if (result.timedOut) return missing(runner.name, 'timeout', '');
    // `test` says 2 of what it can not tell.
    if (result.rc > 1) return missing(runner.name, 'failed', result.stderr.text.trim());
    return { ok: true, value: result.rc === 0 };
  };
}

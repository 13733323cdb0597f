import type { AppDescription } from '../core/app-description.ts';
import type { Read } from '../core/reading.ts';
import type { HostRunner } from '../operations/host-port.ts';

const limitSeconds = 4;

/** Whether `artisan down` left its mark, a file in the application's folder. */
export function createMaintenanceMark(
  runner: HostRunner,
  description: AppDescription,
): (signal: AbortSignal) => Promise<Read<boolean>> {
  const { directory } = description.artisan;
  return async (signal) => {
    const result = await runner.run(
      { argv: ['test', '-e', 'storage/framework/down'], directory },
      { timeoutSeconds: limitSeconds, signal },
    );
    if (result.kind === 'ended' && !result.timedOut && result.rc <= 1)
      return { ok: true, value: result.rc === 0 };
    const why = result.kind === 'not-started' && result.why !== 'timeout' ? 'unreachable' : 'timeout';
    return { ok: false, missing: { part: 'host', name: runner.name, why } };
  };
}

import type { AppDescription } from '../../core/app-description.ts';
import { unknownCount } from '../../core/reading.ts';
import type { LogReader } from '../../operations/runbook-ports.ts';

/** The application's log on each of its hosts. */
export function createLogs(description: AppDescription): LogReader {
  const { log } = description;
  return {
    async search() {
      if (log === undefined) return undefined;
      return {
        value: {
          ...{ matches: unknownCount, perMinute: [], newest: [], bytes: 0 },
          ...{ complete: false, back: undefined },
        },
        missing: log.hosts.map((name) => ({ part: 'host', name, why: 'not-configured' })),
      };
    },
  };
}

import type { AppDescription } from '../../core/app-description.ts';
import { type Count, exact, type Gathered, unknownCount } from '../../core/reading.ts';
import type { HostRunner } from '../../operations/host-port.ts';
import type { LogFound, LogReader } from '../../operations/runbook-ports.ts';
import { missingPart } from '../missing-host.ts';
import { textOfRecord } from './found-text.ts';
import type { LogZone } from './log-time.ts';
import { type HostLog, newestOf, nothingOf, searchHost } from './search-host.ts';

export interface LogsParts {
  readonly description: AppDescription;
  readonly hosts: ReadonlyMap<string, { readonly runner: HostRunner }>;
  /** The application's. */
  readonly zone: LogZone;
  /** Of unpacked bytes that are looked at on a host; left out: 50 MB. */
  readonly mostBytes?: number;
  /** For all of a search; left out: 8 s. */
  readonly limitMs?: number;
}

const defaults = { mostBytes: 50_000_000, limitMs: 8_000 } as const;

/**
 * The application's log on each of its hosts: what belongs to the window is fetched and searched here, so that the text that
 * is looked for reaches no shell.
 */
export function createLogs(parts: LogsParts): LogReader {
  const { description, hosts, zone } = parts;
  const { mostBytes, limitMs } = { ...defaults, ...parts };
  const { log, artisan } = description;
  return {
    async search(query, signal) {
      if (log === undefined) return undefined;
      // A second less: so that it is the host that ends what takes too long.
      const limitSeconds = Math.max(1, Math.floor(limitMs / 1000) - 1);
      const limited = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
      const ask = { files: [...new Set(log.files)], query, zone, mostBytes, signal: limited };
      const searched = await Promise.all(
        [...new Set(log.hosts)].map(async (name): Promise<SearchedHost> => {
          const runner = hosts.get(name)?.runner;
          return runner === undefined
            ? { name, log: nothingOf([missingPart(name, 'not-configured', '')]) }
            : { name, log: await searchHost({ runner, artisan, limitSeconds }, ask) };
        }),
      );
      return gather(searched);
    },
  };
}

interface SearchedHost {
  readonly name: string;
  readonly log: HostLog;
}

function gather(searched: readonly SearchedHost[]): Gathered<LogFound> {
  const logs = searched.map(({ log }) => log);
  const perMinute = new Map<number, number>();
  for (const [minute, count] of logs.flatMap((log) => [...log.perMinute]))
    perMinute.set(minute, (perMinute.get(minute) ?? 0) + count);
  const records = searched.flatMap(({ name, log }) =>
    log.newest.map((one) => ({ ...one, host: name })).reverse(),
  );
  return {
    value: {
      matches: countOf(logs),
      perMinute: [...perMinute]
        .sort(([a], [b]) => a - b)
        .map(([minute, count]) => ({ at: new Date(minute), count })),
      newest: newestOf(records).map((record) => ({
        host: record.host,
        at: record.at === undefined ? undefined : new Date(record.at),
        text: textOfRecord(record),
      })),
      bytes: logs.reduce((sum, { bytes }) => sum + bytes, 0),
      complete: logs.every(({ complete }) => complete),
      back: backOf(logs),
    },
    missing: logs.flatMap(({ missing }) => missing),
  };
}

/** Exact only where all of the window was looked at everywhere. */
function countOf(logs: readonly HostLog[]): Count {
  if (!logs.some(({ looked }) => looked)) return unknownCount;
  const value = logs.reduce((sum, { matches }) => sum + matches, 0);
  const isWhole = logs.every(({ complete, missing }) => complete && missing.length === 0);
  return isWhole ? exact(value) : { kind: 'capped', value };
}

/** From here on all of them were looked at; a host that was not at all is named beside. */
function backOf(logs: readonly HostLog[]): Date | undefined {
  const backs = logs.filter(({ looked }) => looked).map(({ back }) => back);
  const known = backs.filter((back) => back !== undefined);
  return backs.length === 0 || known.length < backs.length ? undefined : new Date(Math.max(...known));
}

import type { HostDescription } from '../core/host-description.ts';
import type { HostTrial } from '../core/host-trial.ts';
import type { Gathered, Read } from '../core/reading.ts';
import { redact } from '../core/redact.ts';
import { capText } from '../core/strip.ts';
import type { HostCommand, HostResult, HostRunner } from '../operations/host-port.ts';
import { missing, missingHost } from './missing-host.ts';

const limitSeconds = 3;
const clock: HostCommand = { argv: ['date', '+%s'], verb: { name: 'facts', args: ['clock'] } };
/** Of the runner more: it has to know its application. */
const maintenance: HostCommand = { argv: [], verb: { name: 'facts', args: ['maintenance'] } };

/** Asks each host for next to nothing, side by side, to see whether its login is what the configuration says. */
export async function tryHosts(
  hosts: ReadonlyMap<string, HostDescription>,
  runnerOf: (name: string) => HostRunner | undefined,
  signal: AbortSignal,
): Promise<Gathered<readonly HostTrial[]>> {
  const reads = await Promise.all(
    [...hosts.values()].map(async (host): Promise<Read<HostTrial>> => {
      const runner = host.kind === 'ssh' && host.runner;
      const result = await runnerOf(host.name)?.run(runner ? maintenance : clock, {
        ...{ timeoutSeconds: limitSeconds, signal },
      });
      return result === undefined
        ? missing(host.name, 'not-configured', '')
        : trialOf(host.name, runner, result);
    }),
  );
  return {
    value: reads.flatMap((read) => (read.ok ? [read.value] : [])),
    missing: reads.flatMap((read) => (read.ok ? [] : [read.missing])),
  };
}

function trialOf(host: string, runner: boolean, result: HostResult): Read<HostTrial> {
  if (result.kind === 'ended') return { ok: true, value: { host, kind: 'answers', runner } };
  if (result.kind === 'unknown') return missingHost(host, result);
  switch (result.why) {
    case 'runner-bound':
    case 'runner-missing':
    case 'runner-refused':
    case 'directory-missing': {
      const detail = capText(redact(result.detail), 200);
      return { ok: true, value: { host, kind: 'misfit', why: result.why, detail } };
    }
    default:
      return missingHost(host, result);
  }
}

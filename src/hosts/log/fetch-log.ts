import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { ArtisanDescription } from '../../core/app-description.ts';
import type { MissingPart } from '../../core/reading.ts';
import type { HostResult, HostRunner } from '../../operations/host-port.ts';
import { missingPart, silentHost } from '../missing-host.ts';
import { type LogTask, logCommand } from './log-command.ts';

/** A host, and the application whose log it has. */
export interface LogHost {
  readonly runner: HostRunner;
  readonly artisan: ArtisanDescription;
  /** Of each command, on the host. Whoever searches waits for all of them together. */
  readonly limitSeconds: number;
}

export type Fetched =
  | { readonly kind: 'whole' }
  /** It was rotated away or truncated since it was listed. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'missing'; readonly missing: MissingPart };

const noInput = 66;
const noPermission = 77;
const chunkBytes = 262_144;

/**
 * Hands the unpacked bytes of a task to `take`, no more than so many: a host that lies can't fill this memory either. "Whole"
 * only when the host's command has ended well and gzip's own sum is right.
 */
export async function fetchLog(
  { runner, artisan, limitSeconds }: LogHost,
  task: Exclude<LogTask, { verb: 'list' }>,
  mostBytes: number,
  take: (chunk: Buffer) => void,
  signal: AbortSignal,
): Promise<Fetched> {
  const unpack = createGunzip({ chunkSize: chunkBytes });
  const taken = pipeline(unpack, takeAtMost(mostBytes, take)).then(
    () => true,
    () => false,
  );
  const limits = { timeoutSeconds: limitSeconds, signal, into: unpack };
  const result = await runner.run(logCommand(task, artisan), limits);
  if (result.kind !== 'ended') unpack.destroy();
  return judge(runner.name, task.path, result, await taken);
}

function judge(host: string, path: string, result: HostResult, isWhole: boolean): Fetched {
  const say = (why: MissingPart['why'], detail: string): Fetched => ({
    kind: 'missing',
    missing: missingPart(host, why, detail),
  });
  if (result.kind !== 'ended') return { kind: 'missing', missing: silentHost(host, result) };
  if (result.timedOut) return say('timeout', path);
  if (result.rc === noInput) return { kind: 'changed' };
  if (result.rc === noPermission) return say('refused', `${path}: permission denied`);
  const words = result.stderr.text.trim();
  if (result.rc !== 0 || words.includes('queuekeeper: '))
    return say('failed', `${path}: ${words.split('\n').at(-1) || `exit code ${result.rc}`}`);
  return isWhole ? { kind: 'whole' } : say('failed', `${path}: what came is not whole`);
}

function takeAtMost(mostBytes: number, take: (chunk: Buffer) => void): Writable {
  let bytes = 0;
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > mostBytes) {
        done(new Error('more than was asked for'));
        return;
      }
      take(chunk);
      done();
    },
  });
}

import { type AppDescription, queueLabel } from '../core/app-description.ts';
import { callResultOf } from '../operations/call-result.ts';
import type { HostResult, HostRunner } from '../operations/host-port.ts';
import type { Artisan, ArtisanResult, CallLimits } from '../operations/ports.ts';
import { type ArtisanTemplate, artisanArgv, artisanVerb } from './artisan-arguments.ts';
import {
  type ArtisanSaid,
  readDrillOutput,
  readFlushOutput,
  readForgetOutput,
  readPauseOutput,
  readRetryOutput,
  readVersion,
  readWorkOutput,
} from './artisan-output.ts';
import { readFailedList } from './failed-list.ts';
import { whyUnread } from './why-unread.ts';

const login = /^[A-Za-z_][\w.-]{0,31}\$?$/;
/** A boot takes 0.1 to 0.4 s. */
const versionLimitSeconds = 8;
/** 1,000 rows take 0.4 s, and artisan loads them whole. */
const failedLimitSeconds = 15;

/**
 * `queue:retry` fills each job's line with dots up to the width, each of them styled on its own: with 96 of them that costs
 * more than the push. On a line this short an UUID leaves no room for any.
 */
const retryColumns = 50;

/** The application's own artisan on its own host. */
export function createArtisan(runner: HostRunner, description: AppDescription): Artisan {
  const { directory, user } = description.artisan;
  const call = async (
    template: ArtisanTemplate,
    limits: CallLimits,
    read: (stdout: string, stderr: string, rc: number) => ArtisanSaid,
  ): Promise<ArtisanResult> => {
    const argv = artisanArgv(template, description);
    const result = await runner.run(
      {
        ...{ argv, directory, writes: true, verb: artisanVerb(template, description) },
        ...(user === undefined ? {} : { user }),
        ...(template.verb === 'retry' ? { columns: retryColumns } : {}),
      },
      limits,
    );
    return resultOf(result, read);
  };
  return {
    host: runner.name,
    retry: (ids, limits) => call({ verb: 'retry', ids }, limits, readRetryOutput),
    forget: (id, limits) => call({ verb: 'forget', id }, limits, (stdout) => readForgetOutput(stdout, id)),
    pause: (queue, limits) =>
      call({ verb: 'pause', queue }, limits, (stdout) => readPauseOutput(stdout, queueLabel(queue))),
    resume: (queue, limits) =>
      call({ verb: 'resume', queue }, limits, (stdout) => readPauseOutput(stdout, queueLabel(queue))),
    flush: (hours, limits) => call({ verb: 'flush', hours }, limits, readFlushOutput),
    drill: (name, words, limits) => call({ verb: 'drill', name, words }, limits, readDrillOutput),
    async failed(signal) {
      const argv = [description.artisan.php, 'artisan', 'queue:failed', '--no-ansi', '--no-interaction'];
      const asUser = user === undefined ? {} : { user };
      const verb = { name: 'failed', args: [] } as const;
      const limits = { timeoutSeconds: failedLimitSeconds, signal };
      const result = await runner.run({ argv, directory, verb, ...asUser }, limits);
      const listed =
        result.kind === 'ended' && result.rc === 0 ? readFailedList(result.stdout.text) : undefined;
      return listed === undefined
        ? { ok: false, missing: { part: 'host', name: runner.name, why: whyUnread(result) } }
        : { ok: true, value: listed };
    },
    async workOne(queue, { user: workerUser, ...worker }, limits) {
      const template: ArtisanTemplate = { verb: 'work-one', queue, ...worker };
      const asUser = workerUser ?? user;
      if (asUser !== undefined && !login.test(asUser)) throw new Error('a user that no host has');
      const result = await runner.run(
        {
          ...{ argv: artisanArgv(template, description), directory, writes: true },
          ...{ verb: artisanVerb(template, description) },
          ...(asUser === undefined ? {} : { user: asUser }),
        },
        limits,
      );
      const worked = result.kind === 'not-started' ? undefined : readWorkOutput(result.stdout.text);
      // A worker that its job's limit or the host's has killed is gone for certain; what became of the job the data tell.
      const seen = resultOf(result, readFlushOutput, 'over');
      return { ...seen, ...(worked === undefined ? {} : { worked }) };
    },
    async version(signal) {
      const argv = [description.artisan.php, 'artisan', '--version', '--no-ansi', '--no-interaction'];
      const limits = { timeoutSeconds: versionLimitSeconds, signal };
      const verb = { name: 'facts', args: ['version'] } as const;
      const asUser = user === undefined ? {} : { user };
      const result = await runner.run({ argv, directory, verb, ...asUser }, limits);
      const version = result.kind === 'ended' ? readVersion(result.stdout.text) : undefined;
      return version === undefined
        ? { ok: false, missing: { part: 'host', name: runner.name, why: whyUnread(result) } }
        : { ok: true, value: version };
    },
  };
}

function resultOf(
  result: HostResult,
  read: (stdout: string, stderr: string, rc: number) => ArtisanSaid,
  killed: 'unknown' | 'over' = 'unknown',
): ArtisanResult {
  const seen = callResultOf(result, killed);
  if (seen.kind !== 'ended') return seen;
  // Only a command that ran has an end.
  const { stdout, stderr } = result as Extract<HostResult, { readonly kind: 'ended' }>;
  return { ...read(stdout.text, stderr.text, seen.rc), ...seen };
}

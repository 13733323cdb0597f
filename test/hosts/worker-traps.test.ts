import { describe, expect, it } from 'vitest';
import { parseWorkerCommand } from '../../src/hosts/worker-command.ts';
import { findTraps } from '../../src/hosts/worker-traps.ts';
import type { InspectedProcess, ProgramSettings } from '../../src/operations/ports.ts';
import { description } from '../fakes/world.ts';

const reports = { connection: 'database', name: 'reports' };
const settings: ProgramSettings = {
  ...{ command: undefined, processes: 2, autostart: true, autorestart: 'always' },
  ...{ startSeconds: 1, stopWaitSeconds: 360, user: undefined },
};

const worker = (line: string, change: Partial<InspectedProcess> = {}): InspectedProcess => ({
  ...{ host: 'api-1', name: 'g:g_00', state: 'RUNNING', pid: 9, uptimeSeconds: 100, description: '' },
  ...{ command: parseWorkerCommand(line), settings, restarts: undefined },
  ...change,
});
const fine = 'php artisan queue:work database --queue=reports --timeout=60';
const find = (processes: readonly InspectedProcess[], queues = [reports], releases = new Map()) =>
  findTraps(processes, queues, description, releases);

describe('traps', () => {
  it('are none in a group that is as it should be', () => {
    expect(find([worker(fine), worker(fine, { name: 'g:g_01' })])).toEqual([]);
  });

  it.each([180, 90, 0])('a timeout of %i s that retry_after of 90 s does not cover', (timeoutSeconds) => {
    const line = `php artisan queue:work database --queue=reports --timeout=${timeoutSeconds}`;
    expect(find([worker(line), worker(line, { name: 'g:g_01' })])).toContainEqual({
      ...{ kind: 'timeout-over-retry-after', connection: 'database', timeoutSeconds, retryAfterSeconds: 90 },
      where: ['g:g_00 @ api-1', 'g:g_01 @ api-1'],
    });
  });

  it('a queue that is configured and not among those that are taken', () => {
    const traps = find([worker('php artisan queue:work database --queue=report')]);
    expect(traps).toMatchObject([{ kind: 'queue-missing', queue: reports, takes: ['report'] }]);
  });

  it('another connection, told apart by whether it reads the same table', () => {
    expect(find([worker('php artisan queue:work redis --queue=reports')])).toMatchObject([
      { kind: 'other-connection', expected: 'database', connection: 'redis', sameTable: false },
    ]);
    expect(find([worker('php artisan queue:work database_reports --queue=reports')])).toMatchObject([
      { kind: 'other-connection', connection: 'database_reports', sameTable: true },
    ]);
  });

  it('a stop that kills before the longest job is over', () => {
    expect(find([worker(fine, { settings: { ...settings, stopWaitSeconds: 10 } })])).toMatchObject([
      { kind: 'stop-kills-jobs', stopWaitSeconds: 10, timeoutSeconds: 60 },
    ]);
  });

  it('a program that is not started again after it ends well', () => {
    expect(find([worker(fine, { settings: { ...settings, autorestart: 'unexpected' } })])).toMatchObject([
      { kind: 'stays-exited', autorestart: 'unexpected' },
    ]);
  });

  it.each(['BACKOFF', 'FATAL', 'EXITED', 'STOPPED'] as const)('a process that is %s', (state) => {
    const dead = worker(fine, { state, pid: undefined, uptimeSeconds: undefined });
    expect(find([dead])).toEqual([{ kind: state.toLowerCase(), where: ['g:g_00 @ api-1'] }]);
  });

  it('a worker that is older than the release', () => {
    const releases = new Map([['api-1', { changedSecondsAgo: 40, file: 'vendor/autoload.php' }]]);
    const young = worker(fine, { name: 'g:g_01', uptimeSeconds: 42 });
    expect(find([worker(fine), worker(fine, { uptimeSeconds: 90 }), young], [reports], releases)).toEqual([
      {
        ...{ kind: 'old-code', startedSecondsAgo: 90, changedSecondsAgo: 40, file: 'vendor/autoload.php' },
        where: ['g:g_00 @ api-1', 'g:g_00 @ api-1'],
      },
    ]);
  });

  it('are none where nothing could be read', () => {
    expect(find([worker(fine, { command: undefined, settings: undefined })])).toEqual([]);
  });
});

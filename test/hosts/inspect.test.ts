import { describe, expect, it } from 'vitest';
import { createWorkers } from '../../src/hosts/supervisor.ts';
import type { HostCommand, HostResult } from '../../src/operations/host-port.ts';
import { createFakeClock, description } from '../fakes/world.ts';
import { ended } from './fake-runner.ts';

const signal = new AbortController().signal;
const now = 1_790_000_000;
const config = `/etc/supervisord.conf:[program:reports]
/etc/supervisord.conf:command=php artisan queue:work database --queue=reports --timeout=60
/etc/supervisord.conf:autorestart=true
/etc/supervisord.conf:stopwaitsecs=360`;

/** What a host says, by the program that is run. */
type Answers = { [program: string]: HostResult };

const answers = (): Answers => ({
  supervisorctl: ended(
    0,
    'reports:reports_00   RUNNING   pid 9, uptime 1:00:00\nreports:reports_01   EXITED    Nov 25 03:00 AM\n',
  ),
  ps: ended(0, '    9 /usr/bin/php artisan queue:work database --queue=reports --timeout=180\n'),
  grep: ended(0, config),
  stat: ended(
    1,
    `${now - 60} regular file:artisan\n${now - 9_000} directory:/srv/app\n${now - 7_200} regular file:.env\n`,
  ),
  date: ended(0, `${now}\n`),
});

/** `late`: how long a program's answer takes, in milliseconds, while the others answer at once. */
function watch(said: Answers, late: { readonly [program: string]: number } = {}) {
  const clock = createFakeClock();
  const runner = {
    name: 'api-1',
    async run({ argv }: HostCommand): Promise<HostResult> {
      const program = argv[0] ?? '';
      if (late[program] !== undefined) {
        await new Promise((resolve) => setImmediate(resolve));
        await clock.wait(late[program]);
      }
      return said[program] ?? { kind: 'not-started', why: 'program-missing', detail: '' };
    },
  };
  const hosts = new Map([['api-1', { runner, supervisorctl: ['supervisorctl'] }]]);
  const queues = [
    {
      ...{ name: 'reports', connection: 'database', jobs: [], costly: false },
      workers: { group: 'reports', hosts: ['api-1'] },
    },
  ];
  return { clock, workers: createWorkers({ ...description, queues }, hosts, clock) };
}

describe('inspected workers', () => {
  it('are told by command line, configuration and release', async () => {
    const { value } = await watch(answers()).workers.inspect(signal);
    expect(value[0]?.processes).toMatchObject([
      { pid: 9, command: { timeoutSeconds: 180 }, settings: { stopWaitSeconds: 360 } },
      // It does not run, so its configuration tells what it would be told.
      { pid: undefined, command: { timeoutSeconds: 60 }, settings: { autorestart: 'always' } },
    ]);
    expect(value[0]?.traps).toMatchObject([
      { kind: 'timeout-over-retry-after', where: ['reports:reports_00 @ api-1'] },
      { kind: 'old-code', startedSecondsAgo: 3_600, changedSecondsAgo: 60, file: 'artisan' },
      { kind: 'exited', where: ['reports:reports_01 @ api-1'] },
    ]);
  });

  it('know a release by the link that was set to it, and by no time that is still to come', async () => {
    const link = answers();
    link['stat'] = ended(0, `${now - 30} symbolic link:/srv/app\n${now + 900} regular file:artisan\n`);
    const { value } = await watch(link).workers.inspect(signal);
    expect(value[0]?.traps).toContainEqual(
      expect.objectContaining({ kind: 'old-code', changedSecondsAgo: 30, file: '.' }),
    );
  });

  it('run the new code where they began after the release, however late Supervisor tells of them', async () => {
    const said = answers();
    said['supervisorctl'] = ended(0, 'reports:reports_00   RUNNING   pid 9, uptime 0:01:20\n');
    const traps = async (late: number): Promise<readonly string[] | undefined> =>
      (await watch(said, { supervisorctl: late }).workers.inspect(signal)).value[0]?.traps.map(
        ({ kind }) => kind,
      );
    // The release was a minute ago, as the host said at once: so this one began 20 seconds before it, or 20 after.
    expect(await traps(0)).toContain('old-code');
    expect(await traps(40_000)).not.toContain('old-code');
  });

  it.each(['ps', 'grep', 'stat', 'date'])(
    'are listed all the same where %s can not be had',
    async (program) => {
      const said = answers();
      delete said[program];
      const { value, missing } = await watch(said).workers.inspect(signal);
      expect(missing).toEqual([]);
      expect(value).toMatchObject([{ alive: 1, expected: 2 }]);
      const kinds = value[0]?.traps.map(({ kind }) => kind);
      expect(kinds?.includes('old-code')).toBe(program !== 'stat' && program !== 'date');
      expect(value[0]?.processes[0]?.settings === undefined).toBe(program === 'grep');
    },
  );

  it('count the new pids that were seen, and nothing before', async () => {
    const said = answers();
    const { workers, clock } = watch(said);
    const look = async () => {
      await clock.wait(60_000);
      return (await workers.inspect(signal)).value[0]?.processes[0]?.restarts;
    };
    expect(await look()).toBeUndefined();
    expect(await look()).toEqual({ count: 0, sinceSeconds: 60 });
    said['supervisorctl'] = ended(0, 'reports:reports_00   RUNNING   pid 10, uptime 0:00:05\n');
    expect(await look()).toEqual({ count: 1, sinceSeconds: 120 });
    said['supervisorctl'] = ended(0, 'reports:reports_00   BACKOFF   Exited too quickly\n');
    expect(await look()).toEqual({ count: 1, sinceSeconds: 180 });
  });
});

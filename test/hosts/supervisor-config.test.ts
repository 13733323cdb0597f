import { describe, expect, it } from 'vitest';
import { readSupervisorConfig } from '../../src/hosts/read-supervisor-config.ts';
import { includesOf, parseSupervisorConfig, wantedLines } from '../../src/hosts/supervisor-config.ts';
import type { HostCommand, HostResult } from '../../src/operations/host-port.ts';
import { findSettings } from '../../src/operations/program-settings.ts';
import { ended } from './fake-runner.ts';

const programs = `[program:fap-queue-reports]
command=/usr/bin/php artisan queue:work database --queue=reports --timeout=180
numprocs = 2 ; two are enough
autorestart=true
stopwaitsecs=360
[program:fap-queue-ops]
command=/usr/bin/php artisan queue:work database --queue=ops
user: www-data`;
const signal = new AbortController().signal;

describe("Supervisor's configuration", () => {
  it("is read program by program, with Supervisor's own defaults", () => {
    expect([...parseSupervisorConfig(programs)]).toMatchObject([
      ['fap-queue-reports', { processes: 2, autorestart: 'always', startSeconds: 1, stopWaitSeconds: 360 }],
      ['fap-queue-ops', { processes: 1, autorestart: 'unexpected', stopWaitSeconds: 10, user: 'www-data' }],
    ]);
  });

  it('is found for each process that Supervisor lists', () => {
    const all = parseSupervisorConfig(programs);
    const reports = all.get('fap-queue-reports');
    expect(findSettings(all, 'fap-queue-reports:fap-queue-reports_01')).toBe(reports);
    expect(findSettings(all, 'by-hand:fap-queue-reports_00')).toBe(reports);
    expect(findSettings(all, 'fap-queue-ops')).toBe(all.get('fap-queue-ops'));
    expect(findSettings(all, 'somebody-elses')).toBeUndefined();
  });

  it('asks for no line that may hold a secret', () => {
    const wanted = new RegExp(wantedLines);
    for (const line of ['environment=DB_PASSWORD="secret"', 'password=secret', '  SECRET="x"'])
      expect(line).not.toMatch(wanted);
    expect('[program:x]').toMatch(wanted);
  });

  const read = async (
    supervisorctl: readonly string[] | undefined,
    answer: (command: HostCommand) => HostResult,
  ) => {
    const asked: (readonly string[])[] = [];
    const runner = {
      name: 'api-1',
      run: async (command: HostCommand) => {
        asked.push(command.argv);
        return answer(command);
      },
    };
    return { asked, config: await readSupervisorConfig({ runner, supervisorctl }, signal) };
  };

  it('is looked for where supervisorctl looks, with the files that it includes', async () => {
    const { asked, config } = await read(['sudo', 'supervisorctl'], ({ argv }) =>
      argv[0] === 'grep'
        ? ended(
            2,
            '/etc/supervisor/supervisord.conf:[include]\n/etc/supervisor/supervisord.conf:files = conf.d/*.conf\n',
          )
        : ended(0, programs),
    );
    expect(config.ok && [...config.value.keys()]).toEqual(['fap-queue-reports', 'fap-queue-ops']);
    expect(asked[0]?.slice(0, 2)).toEqual(['grep', '-HsE']);
    expect(asked[1]?.slice(0, 6)).toEqual([
      ...['find', '/etc/supervisor/conf.d', '-maxdepth', '1', '-name', '*.conf'],
    ]);
  });

  it('is that of the file which supervisorctl is told', async () => {
    const { asked, config } = await read(['supervisorctl', '-c', '/srv/s.conf'], () =>
      ended(0, programs.replaceAll(/^/gm, '/srv/s.conf:')),
    );
    expect(config.ok && config.value.size).toBe(2);
    expect(asked).toEqual([['grep', '-HsE', wantedLines, '/srv/s.conf']]);
  });

  it('is missing where no login may read it, and unknown where the host is away', async () => {
    expect((await read(['supervisorctl'], () => ended(2, ''))).config).toMatchObject({
      missing: { why: 'refused' },
    });
    const away: HostResult = { kind: 'not-started', why: 'unreachable', detail: '' };
    expect((await read(['supervisorctl'], () => away)).config).toMatchObject({
      missing: { why: 'unreachable' },
    });
    expect((await read(undefined, () => away)).config).toMatchObject({ missing: { why: 'not-configured' } });
  });

  it('lets no pattern of an include become more than a pattern', async () => {
    expect(includesOf('[include]\nfiles = /etc/a/*.ini b/$(x).conf')).toEqual([
      '/etc/a/*.ini',
      'b/$(x).conf',
    ]);
    const { asked } = await read(['supervisorctl', '-c', '/s.conf'], ({ argv }) =>
      argv[0] === 'grep' ? ended(0, '/s.conf:[include]\n/s.conf:files = b/$(x).conf') : ended(0, ''),
    );
    expect(asked).toHaveLength(1);
  });
});

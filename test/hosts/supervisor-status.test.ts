import { describe, expect, it } from 'vitest';
import { parseSupervisorStatus } from '../../src/hosts/supervisor-status.ts';

const lines = `fap-queue-ops                                       RUNNING   pid 8522, uptime 0:00:05
fap-queue-reports:fap-queue-reports_00              RUNNING   pid 9, uptime 1 day, 2:03:04
fap-queue-reports:fap-queue-reports_01              RUNNING   pid 10, uptime 12 days, 0:00:01
fap-queue-content                                   BACKOFF   Exited too quickly (process log may have details)
fap-queue-commerce                                  FATAL     Exited too quickly (process log may have details)
fap-queue-insights                                  EXITED    Nov 25 03:00 AM
stopped                                             STOPPED   Not started
starting                                            STARTING
unix:///nowhere.sock no such file
`;

describe('supervisorctl status', () => {
  it('is read line by line, in all states', () => {
    const processes = parseSupervisorStatus(lines, 'api-1');
    expect(processes.map(({ name, state, pid, uptimeSeconds }) => [name, state, pid, uptimeSeconds])).toEqual(
      [
        ['fap-queue-ops', 'RUNNING', 8522, 5],
        ['fap-queue-reports:fap-queue-reports_00', 'RUNNING', 9, 93_784],
        ['fap-queue-reports:fap-queue-reports_01', 'RUNNING', 10, 1_036_801],
        ['fap-queue-content', 'BACKOFF', undefined, undefined],
        ['fap-queue-commerce', 'FATAL', undefined, undefined],
        ['fap-queue-insights', 'EXITED', undefined, undefined],
        ['stopped', 'STOPPED', undefined, undefined],
        ['starting', 'STARTING', undefined, undefined],
      ],
    );
  });

  it('is nothing where supervisord can not be reached', () => {
    expect(parseSupervisorStatus('unix:///run/supervisor.sock no such file', 'api-1')).toEqual([]);
  });
});

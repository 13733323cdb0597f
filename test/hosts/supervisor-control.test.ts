import { describe, expect, it } from 'vitest';
import type { RunId } from '../../src/core/ids.ts';
import { createSupervisorControl, parseReread } from '../../src/hosts/supervisor-control.ts';
import type { HostResult } from '../../src/operations/host-port.ts';
import { createFakeRunner, ended, lost } from './fake-runner.ts';

const limits = {
  ...{ runId: 'r-1' as RunId, startWithinSeconds: 10, timeoutSeconds: 390 },
  signal: new AbortController().signal,
};

function control(answer: HostResult) {
  const runner = createFakeRunner('api-1', answer);
  const hosts = new Map([['api-1', { runner, supervisorctl: ['sudo', 'supervisorctl'] }]]);
  return { runner, supervisor: createSupervisorControl(hosts) };
}

describe('supervisorctl', () => {
  it('restarts one member, as a write', async () => {
    const { supervisor, runner } = control(ended(0, 'g:g_00: stopped\ng:g_00: started\n'));
    expect(await supervisor.restart('api-1', 'g:g_00', limits)).toMatchObject({ kind: 'ended', rc: 0 });
    const verb = { name: 'supervisor', args: ['restart', 'g:g_00'] };
    expect(runner.asked).toEqual([
      { argv: ['sudo', 'supervisorctl', 'restart', 'g:g_00'], verb, writes: true },
    ]);
  });

  it.each(['fap-queue-ops', 'all:all_00', 'g:g_00'])('takes the name %s', async (name) => {
    expect((await control(ended(0)).supervisor.restart('api-1', name, limits)).kind).toBe('ended');
  });

  it.each(['all', 'g:*', '-c/tmp/x', 'a b', 'a;b', '', 'a:b:c', 'g:'])(
    'refuses the name "%s"',
    async (name) => {
      const { supervisor, runner } = control(ended(0));
      expect((await supervisor.restart('api-1', name, limits)).kind).toBe('not-started');
      expect((await supervisor.update('api-1', [name], limits)).kind).toBe('not-started');
      expect(runner.asked).toEqual([]);
    },
  );

  it('never updates without a name, which would take every group', async () => {
    const { supervisor, runner } = control(ended(0));
    expect((await supervisor.update('api-1', [], limits)).kind).toBe('not-started');
    expect(runner.asked).toEqual([]);
  });

  it.each<[string, HostResult, string]>([
    ['the connection is lost', lost('connection lost'), 'unknown'],
    ['the limit of the host struck', ended(124, '', '', true), 'unknown'],
    ['it was killed', ended(137), 'unknown'],
    ['nobody is there', { kind: 'not-started', why: 'unreachable', detail: '' }, 'not-started'],
  ])('does not know when %s', async (_, answer, kind) => {
    expect((await control(answer).supervisor.restart('api-1', 'g', limits)).kind).toBe(kind);
  });

  it('says that nothing ran where no Supervisor is configured', async () => {
    expect((await control(ended(0)).supervisor.reread('api-2', limits)).kind).toBe('not-started');
  });
});

describe('reread', () => {
  it('names what differs', () => {
    expect(parseReread('a: available\nb-1: changed\nc: disappeared\n')).toEqual([
      { group: 'a', what: 'available' },
      { group: 'b-1', what: 'changed' },
      { group: 'c', what: 'disappeared' },
    ]);
    expect(parseReread('No config updates to processes\n')).toEqual([]);
  });

  it('knows nothing where Supervisor refuses its configuration', () => {
    expect(parseReread("ERROR: CANT_REREAD: Source contains parsing errors: '/etc/x.conf'")).toBeUndefined();
  });
});

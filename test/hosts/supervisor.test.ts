import { describe, expect, it } from 'vitest';
import type { AppDescription, QueueDescription } from '../../src/core/app-description.ts';
import { createWorkers } from '../../src/hosts/supervisor.ts';
import type { HostResult } from '../../src/operations/host-port.ts';
import { createFakeClock, description } from '../fakes/world.ts';
import { createFakeRunner, ended, lost } from './fake-runner.ts';

const signal = new AbortController().signal;
const two = `fap-queue-reports:fap-queue-reports_00   RUNNING   pid 9, uptime 0:00:05
fap-queue-reports:fap-queue-reports_01   BACKOFF   Exited too quickly
fap-queue-reports-slow                   RUNNING   pid 10, uptime 0:00:05
fap-queue-ops                            RUNNING   pid 11, uptime 1 day, 2:03:04
`;

const queue = (
  name: string,
  group: string,
  hosts: readonly string[],
  expected?: number,
): QueueDescription => ({
  ...{ name, connection: 'database', jobs: [], costly: false },
  workers: { group, hosts, ...(expected === undefined ? {} : { expected }) },
});

function watch(queues: readonly QueueDescription[], answers: Readonly<Record<string, HostResult>>) {
  const app: AppDescription = { ...description, queues };
  const runners = Object.entries(answers).map(([name, answer]) => createFakeRunner(name, answer));
  const hosts = new Map(
    runners.map((runner) => [runner.name, { runner, supervisorctl: ['sudo', 'supervisorctl'] }]),
  );
  let now = 0;
  const clock = { ...createFakeClock(), now: () => new Date(now) };
  return {
    ...{ runners, workers: createWorkers(app, hosts, clock) },
    later: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

describe('the workers of an application', () => {
  it('are those of its groups, alive where they are RUNNING, whatever the exit code', async () => {
    for (const rc of [0, 3]) {
      const queues = [queue('reports', 'fap-queue-reports', ['a']), queue('ops', 'fap-queue-ops', ['a'], 1)];
      const { workers, runners } = watch(queues, { a: ended(rc, two) });
      const { value, missing } = await workers.list(signal);
      expect(missing).toEqual([]);
      expect(value).toMatchObject([
        { group: 'fap-queue-reports', alive: 1, expected: 2, unknownHosts: [] },
        { group: 'fap-queue-ops', alive: 1, expected: 1, unknownHosts: [] },
      ]);
      expect(runners[0]?.asked).toEqual([
        {
          argv: ['sudo', 'supervisorctl', 'status'],
          verb: { name: 'supervisor', args: ['status'] },
        },
      ]);
    }
  });

  it('are none of a group that Supervisor does not list, and at least one is expected', async () => {
    const { workers } = watch([queue('content', 'fap-queue-content', ['a'])], { a: ended(0, two) });
    expect((await workers.list(signal)).value).toMatchObject([{ alive: 0, expected: 1, processes: [] }]);
  });

  it('are added up over hosts, and unknown rather than fewer where one can not be asked', async () => {
    const queues = [queue('ops', 'fap-queue-ops', ['a', 'b'])];
    const both = watch(queues, { a: ended(0, two), b: ended(3, two) });
    expect((await both.workers.list(signal)).value).toMatchObject([{ alive: 2, expected: 2 }]);
    const down: HostResult = { kind: 'not-started', why: 'unreachable', detail: 'b can not be reached' };
    const one = watch(queues, { a: ended(0, two), b: down });
    const { value, missing } = await one.workers.list(signal);
    expect(value).toMatchObject([{ alive: undefined, expected: undefined, unknownHosts: ['b'] }]);
    expect(value[0]?.processes).toHaveLength(1);
    expect(missing).toEqual([{ part: 'host', name: 'b', why: 'unreachable' }]);
  });

  it('of a group that serves several queues are counted once, on all hosts that these name', async () => {
    const queues = [queue('ops', 'fap-queue-ops', ['a']), queue('audit', 'fap-queue-ops', ['b'], 4)];
    const { workers } = watch(queues, { a: ended(0, two), b: ended(0, two) });
    const { value } = await workers.list(signal);
    expect(value).toMatchObject([{ group: 'fap-queue-ops', alive: 2, expected: 4 }]);
    expect(value[0]?.queues.map(({ name }) => name)).toEqual(['ops', 'audit']);
  });

  it.each<[string, HostResult, string]>([
    ['supervisord is away', ended(4, 'unix:///run/supervisor.sock no such file'), 'failed'],
    ['supervisord 3 is away', ended(0, 'unix:///run/supervisor.sock refused connection'), 'failed'],
    ['the list was cut short by the limit', ended(124, two, '', true), 'timeout'],
    ['sudo refuses', ended(1, '', 'sudo: a password is required'), 'failed'],
    ['the key is another one', { kind: 'not-started', why: 'host-key', detail: '' }, 'refused'],
    ['the connection is lost', lost('connection lost'), 'unreachable'],
    ['nobody answers in time', lost('given up waiting'), 'timeout'],
  ])('are unknown when %s', async (_, answer, why) => {
    const { workers } = watch([queue('ops', 'fap-queue-ops', ['a'])], { a: answer });
    const { value, missing } = await workers.list(signal);
    expect(value).toMatchObject([{ alive: undefined, unknownHosts: ['a'] }]);
    expect(missing).toMatchObject([{ part: 'host', name: 'a', why }]);
  });

  it('are unknown on a host that has no Supervisor to ask', async () => {
    const { workers } = watch([queue('ops', 'fap-queue-ops', ['c'])], {});
    expect((await workers.list(signal)).missing).toMatchObject([{ name: 'c', why: 'not-configured' }]);
  });

  it('are asked for once by many at the same time, and again after five seconds', async () => {
    const { workers, runners, later } = watch([queue('ops', 'fap-queue-ops', ['a'])], { a: ended(0, two) });
    await Promise.all(Array.from({ length: 200 }, () => workers.list(signal)));
    later(4_900);
    await workers.list(signal);
    expect(runners[0]?.asked).toHaveLength(1);
    later(200);
    await workers.list(signal);
    expect(runners[0]?.asked).toHaveLength(2);
    // A clock that was set back must not keep what was seen then for as long.
    later(-3_600_000);
    await workers.list(signal);
    expect(runners[0]?.asked).toHaveLength(3);
  });
});

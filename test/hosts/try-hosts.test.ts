import { expect, it } from 'vitest';
import type { HostDescription, SshHost } from '../../src/core/host-description.ts';
import { tryHosts } from '../../src/hosts/try-hosts.ts';
import type { HostResult } from '../../src/operations/host-port.ts';
import { createFakeRunner, ended, lost } from './fake-runner.ts';

const ssh = (name: string, runner: boolean): SshHost => ({
  ...{
    kind: 'ssh',
    name,
    address: '10.0.0.1',
    port: 22,
    user: 'deploy',
    keyFile: '/key',
    hostKey: 'SHA256:x',
  },
  runner,
});
const notStarted = (why: Extract<HostResult, { kind: 'not-started' }>['why']): HostResult => ({
  ...{ kind: 'not-started', why, detail: `it is ${why}, password=hunter2` },
});

it('tells hosts that answer from those that do not fit, and from those that nobody knows about', async () => {
  const hosts = new Map<string, HostDescription>(
    [
      ...[
        ssh('plain', false),
        ssh('runner', true),
        ssh('bound', false),
        ssh('shell', true),
        ssh('odd', true),
      ],
      ...[
        ssh('gone', false),
        ssh('hung', true),
        { kind: 'local', name: 'here' } as const,
        ssh('nobody', false),
      ],
    ].map((host) => [host.name, host]),
  );
  const runners = {
    plain: createFakeRunner('plain', ended(0, '1790000000\n')),
    // No maintenance mark.
    runner: createFakeRunner('runner', ended(1)),
    bound: createFakeRunner('bound', notStarted('runner-bound')),
    shell: createFakeRunner('shell', notStarted('runner-missing')),
    odd: createFakeRunner('odd', notStarted('runner-refused')),
    gone: createFakeRunner('gone', notStarted('unreachable')),
    hung: createFakeRunner('hung', lost('given up waiting')),
    here: createFakeRunner('here', ended(0, '1790000000\n')),
  };
  const byName = new Map(Object.entries(runners));
  const tried = await tryHosts(hosts, (name) => byName.get(name), new AbortController().signal);
  expect(tried.value).toEqual([
    { host: 'plain', kind: 'answers', runner: false },
    { host: 'runner', kind: 'answers', runner: true },
    ...(['bound', 'shell', 'odd'] as const).map((host) => ({
      ...{ host, kind: 'misfit', detail: expect.not.stringContaining('hunter2') },
      why: { bound: 'runner-bound', shell: 'runner-missing', odd: 'runner-refused' }[host],
    })),
    { host: 'here', kind: 'answers', runner: false },
  ]);
  expect(tried.missing.map(({ name, why }) => `${name} ${why}`)).toEqual([
    ...['gone unreachable', 'hung timeout', 'nobody not-configured'],
  ]);
  expect(runners.runner.asked[0]?.verb).toEqual({ name: 'facts', args: ['maintenance'] });
  expect(runners.plain.asked[0]?.argv).toEqual(['date', '+%s']);
});

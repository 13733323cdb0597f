import { ulid } from 'ulid';
import { expect, it } from 'vitest';
import { createRunnerHost } from '../../src/hosts/runner/runner-host.ts';
import { createSshHost } from '../../src/hosts/ssh-host.ts';
import type { HostCommand } from '../../src/operations/host-port.ts';
import { type Act, exits, type FaultServer, startFaultServer } from './fault-server.ts';

const quick = {
  ...{ readyMs: 1_000, openMs: 150, clockMs: 300, beyondHostMs: 50, darkMs: 1, idleMs: 200, keptMs: 20 },
  goodbyeMs: 20,
};
const asks = { againMs: 10, leastMs: 100, answerMs: 100, livesBeyondMs: 0 };
const read: HostCommand = { argv: ['true'], verb: { name: 'facts', args: ['version'] } };
const write: HostCommand = { argv: ['true'], writes: true, verb: { name: 'retry', args: ['17'] } };

/** One after the other, for ever. */
const troubles: readonly Act[] = [
  exits(0, 'said'),
  exits(3, '', 'said'),
  (_, socket) => void socket.destroy(),
  (_, socket) => void socket.resetAndDestroy(),
  (channel) => void channel.end(),
  () => undefined,
  (channel) => {
    channel.write(Buffer.alloc(200_000, 'x'));
    channel.exit(0);
    channel.end();
  },
];

const makes = [
  ['a plain login', (server: FaultServer) => createSshHost(server.host, quick)],
  [
    'the runner',
    (server: FaultServer) => createRunnerHost({ ...server.host, runner: true }, ulid, quick, asks),
  ],
] as const;

it.each(makes)(
  'a hundred commands in trouble leave no connection, timer or listener behind (%s)',
  async (_, make) => {
    const warnings: string[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', onWarning);
    let at = 0;
    const server = await startFaultServer({
      act: (...given) => {
        at += 1;
        troubles[at % troubles.length]?.(...given);
      },
    });
    const host = make(server);
    const round = (): Promise<unknown> =>
      Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          host.run(index % 3 === 0 ? write : read, {
            ...{ timeoutSeconds: 0.1, startWithinSeconds: 2, signal: AbortSignal.timeout(250) },
          }),
        ),
      );
    const alive = (): number =>
      process.getActiveResourcesInfo().filter((name) => name !== 'Immediate').length;
    // What the server itself holds for its life is there after the first.
    await round();
    await expect.poll(() => server.open()).toBe(0);
    const before = alive();
    for (let done = 0; done < 10; done += 1) await round();
    host.close();
    await expect.poll(() => server.open()).toBe(0);
    await expect.poll(alive).toBeLessThanOrEqual(before + 2);
    process.off('warning', onWarning);
    expect(warnings.filter((text) => /listener/i.test(text))).toEqual([]);
    await server.stop();
  },
  120_000,
);

it('a reader that has given up before it began leaves a connection that is closed when nobody comes', async () => {
  const server = await startFaultServer({ act: exits(0, 'said') });
  const host = createSshHost(server.host, quick);
  const limits = { timeoutSeconds: 2, signal: new AbortController().signal };
  expect(await host.run(read, limits)).toMatchObject({ kind: 'ended' });
  expect(await host.run(read, { ...limits, signal: AbortSignal.abort() })).toMatchObject({
    ...{ kind: 'not-started', why: 'timeout' },
  });
  await expect.poll(() => server.open()).toBe(0);
  host.close();
  await server.stop();
});

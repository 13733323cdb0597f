import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectSsh } from '../../src/hosts/ssh-connection.ts';
import { createSshHost } from '../../src/hosts/ssh-host.ts';
import { type SshLimits, sshLimits } from '../../src/hosts/ssh-limits.ts';
import type { HostCommand, HostResult, HostRunner } from '../../src/operations/host-port.ts';
import { exits, type FaultServer, type Faults, startFaultServer } from './fault-server.ts';

/** No limit strikes but the one that a test is about, however busy the machine is: the others are longer than a test. */
const patient: Partial<SshLimits> = {
  ...{ readyMs: 600_000, openMs: 600_000, clockMs: 600_000, beyondHostMs: 600_000 },
  ...{ darkMs: 600_000, idleMs: 600_000, keptMs: 600_000, goodbyeMs: 50 },
};
const command: HostCommand = { argv: ['php', 'artisan', '--version'] };
const write: HostCommand = { ...command, writes: true };

let server: FaultServer;
let host: HostRunner & { readonly close: () => void };
beforeEach(async () => {
  server = await startFaultServer();
  host = createSshHost(server.host, patient);
});
afterEach(async () => {
  host.close();
  // Whatever happened, no connection is left open.
  await expect.poll(() => server.open()).toBe(0);
  await server.stop();
});

const run = (
  which: HostCommand = command,
  limits: Partial<Parameters<HostRunner['run']>[1]> = {},
): Promise<HostResult> =>
  host.run(which, { timeoutSeconds: 5, signal: new AbortController().signal, ...limits });

const impatient = (limits: Partial<SshLimits>): void => {
  host = createSshHost(server.host, { ...patient, ...limits });
};
const set = (faults: Faults): void => {
  server.faults = faults;
};

const both = [
  ['a reading command', command],
  ['a write', write],
] as const;

describe.each(both)('%s over SSH', (_, which) => {
  it('that exits with 3 has ended, with what it said', async () => {
    set({ act: exits(3, 'out', 'err') });
    expect(await run(which)).toMatchObject({
      ...{ kind: 'ended', rc: 3, timedOut: false },
      ...{ stdout: { text: 'out', bytes: 3 }, stderr: { text: 'err', bytes: 3 } },
    });
  });

  it('that exits with 0 has ended so, whatever stands on stderr', async () => {
    set({ act: exits(0, '', 'Deprecated: something') });
    expect(await run(which)).toMatchObject({ kind: 'ended', rc: 0 });
  });

  it('that a signal ended has no known end', async () => {
    set({
      act: (channel) => {
        channel.write('so far');
        channel.exit('KILL');
        channel.end();
      },
    });
    expect(await run(which)).toMatchObject({
      ...{ kind: 'unknown', why: 'no exit status', stdout: { text: 'so far' } },
    });
  });

  it('whose channel closes without a status has no known end', async () => {
    set({ act: (channel) => void channel.end() });
    expect(await run(which)).toMatchObject({ kind: 'unknown', why: 'no exit status' });
  });

  it('whose status comes and whose close does not has no known end', async () => {
    set({ act: (channel) => channel.exit(0) });
    // Half a second, since the limit is five and its grace ten.
    impatient({ beyondHostMs: -14_500 });
    expect(await run(which)).toMatchObject({ kind: 'unknown', why: 'no end seen in time' });
  });

  it.each(['end', 'reset'] as const)(
    'that loses its connection (%s) in the middle has no known end',
    async (how) => {
      set({
        act: (channel, socket) => {
          channel.write('so far', () => setTimeout(() => drop(socket, how), 20));
        },
      });
      expect(await run(which)).toMatchObject({
        ...{ kind: 'unknown', why: 'connection lost', stdout: { text: 'so far' } },
      });
    },
  );

  it('that loses its connection between status and close has no known end', async () => {
    set({
      act: (channel, socket) => {
        channel.exit(0);
        setTimeout(() => socket.destroy(), 20);
      },
    });
    expect(await run(which)).toMatchObject({ kind: 'unknown', why: 'connection lost' });
  });

  it('that the host got, but never confirmed, may run', async () => {
    set({ exec: (_start, _refuse, socket) => void socket.destroy() });
    expect(await run(which)).toMatchObject({ kind: 'unknown', why: 'connection lost' });
    set({ exec: () => undefined });
    impatient({ openMs: 300 });
    expect(await run(which)).toMatchObject({ kind: 'unknown', why: 'no start seen in time' });
  });

  it('for which the host refuses a channel was not started', async () => {
    set({ channel: (_accept, reject) => reject() });
    expect(await run(which)).toMatchObject({ kind: 'not-started', why: 'channel' });
    expect(server.seen.lines).toEqual([]);
  });

  it('for which the host has no channel yet gets one a moment later, and runs once', async () => {
    let refusals = 3;
    set({
      channel: (accept, reject) => {
        refusals -= 1;
        if (refusals >= 0) reject();
        else accept();
      },
    });
    expect(await run(which)).toMatchObject({ kind: 'ended', rc: 0 });
    expect(server.seen.lines).toHaveLength(1);
  });

  it('keeps characters whole that arrive in pieces', async () => {
    const bytes = Buffer.from('报告 ✓');
    set({
      act: (channel, socket, line) => {
        channel.write(bytes.subarray(0, 2), () =>
          channel.write(bytes.subarray(2, 8), () =>
            channel.write(bytes.subarray(8), () => exits(0)(channel, socket, line)),
          ),
        );
      },
    });
    expect(await run(which)).toMatchObject({
      kind: 'ended',
      stdout: { text: '报告 ✓', bytes: bytes.length },
    });
  });

  it('that is given up may go on', async () => {
    set({ act: (channel) => void channel.write('so far') });
    const leave = new AbortController();
    const result = run(which, { signal: leave.signal });
    await expect.poll(() => server.seen.lines.length).toBe(1);
    leave.abort();
    expect(await result).toMatchObject({ kind: 'unknown', why: 'given up waiting' });
  });

  it('is not sent for whoever has gone already', async () => {
    expect(await run(which, { signal: AbortSignal.abort() })).toMatchObject({ kind: 'not-started' });
    expect(server.seen.lines).toEqual([]);
  });

  it('is refused before anything is sent when no line can carry it', async () => {
    await expect(run({ ...which, argv: ['a\0b'] })).rejects.toThrow('NUL');
    await expect(run({ ...which, argv: ['x'.repeat(200_000)] })).rejects.toThrow('longer');
    expect(server.seen.connections).toBe(0);
  });

  it('takes exit codes of the program for what they are', async () => {
    for (const code of [74, 75]) {
      set({ act: exits(code, 'In Connection.php line 7:', 'x') });
      expect(await run({ ...which, directory: '/app' }, { startWithinSeconds: 600 })).toMatchObject({
        ...{ kind: 'ended', rc: code },
      });
    }
    set({ act: exits(127, 'In Connection.php line 7:', '') });
    expect(await run(which)).toMatchObject({ kind: 'ended', rc: 127 });
    set({ act: exits(127, '', "timeout: failed to run command 'php': No such file or directory\n") });
    expect(await run(which)).toMatchObject({ kind: 'not-started', why: 'program-missing' });
  });

  it('is known to be ended by the host’s limit only when that was over', async () => {
    set({ act: exits(124) });
    expect(await run(which, { timeoutSeconds: 600 })).toMatchObject({ kind: 'ended', timedOut: false });
    expect(await run(which, { timeoutSeconds: 0.4 })).toMatchObject({ kind: 'ended', timedOut: true });
  });
});

describe.each(both)('a deadline of %s', (_, which) => {
  it('goes by the host’s clock, less what the call has taken', async () => {
    set({
      clock: () => 1_700_000_000,
      authenticate: (context) => void setTimeout(() => context.accept(), 150),
    });
    const began = performance.now();
    await run(which, { startWithinSeconds: 600 });
    const tookSeconds = (performance.now() - began) / 1000;
    const deadline = Number(/\[ "\$\(date \+%s\)" -lt (\d+) \]/.exec(server.seen.lines[0] ?? '')?.[1]);
    expect(deadline).toBeLessThanOrEqual(1_700_000_599);
    expect(deadline).toBeGreaterThanOrEqual(Math.floor(1_700_000_600 - tookSeconds));
  });

  it('that passes while connecting sends nothing', async () => {
    set({ authenticate: (context) => void setTimeout(() => context.accept(), 120) });
    expect(await run(which, { startWithinSeconds: 1 })).toMatchObject({ why: 'deadline-passed' });
    expect(server.seen.lines).toEqual([]);
  });

  it('that the host finds passed starts nothing', async () => {
    set({ act: exits(75, '', 'Welcome to api-1\nqueuekeeper: the deadline has passed\n') });
    expect(await run(which, { startWithinSeconds: 600 })).toMatchObject({
      ...{ kind: 'not-started', why: 'deadline-passed' },
    });
  });

  it('can’t be kept by a host that does not tell its time', async () => {
    set({ clock: () => Number.NaN });
    expect(await run(which, { startWithinSeconds: 600 })).toMatchObject({
      kind: 'not-started',
      why: 'channel',
    });
    expect(server.seen.lines).toEqual([]);
  });
});

describe.each(both)('a connection for %s', (_, which) => {
  const startsNothing = async (why: string): Promise<void> => {
    expect(await run(which)).toMatchObject({ kind: 'not-started', why });
    expect(server.seen.lines).toEqual([]);
  };

  it('that nobody takes is not made', async () => {
    host = createSshHost({ ...server.host, port: 1 }, patient);
    await startsNothing('unreachable');
  });

  it('to a name that nobody has is not made', async () => {
    host = createSshHost({ ...server.host, address: 'no-such-host.invalid' }, patient);
    await startsNothing('unreachable');
    // A resolver that is away takes its time to say so.
  }, 120_000);

  it('on which nobody speaks ends in time', async () => {
    set({ connected: (socket) => void socket.resume() });
    impatient({ readyMs: 300 });
    await startsNothing('timeout');
  });

  it.each(['end', 'reset'] as const)('that is cut (%s) at once is not made', async (how) => {
    set({ connected: (socket) => drop(socket, how) });
    await startsNothing('unreachable');
  });

  it('whose login hangs ends in time', async () => {
    set({ authenticate: () => undefined });
    impatient({ readyMs: 300 });
    await startsNothing('timeout');
  });

  it.each(['end', 'reset'] as const)('that is cut (%s) during the login is not made', async (how) => {
    set({ authenticate: (_context, socket) => drop(socket, how) });
    await startsNothing('unreachable');
  });

  it('is refused to another host key before any credential is sent', async () => {
    host = createSshHost({ ...server.host, hostKey: `SHA256:${'A'.repeat(43)}` }, patient);
    await startsNothing('host-key');
    expect(server.seen.authentications).toBe(0);
  });

  it('is refused without a pinned key', async () => {
    host = createSshHost({ ...server.host, hostKey: '' }, patient);
    await startsNothing('host-key');
    expect(server.seen.authentications).toBe(0);
  });

  it('that does not want our key is not made', async () => {
    set({ authenticate: (context) => context.reject() });
    await startsNothing('authentication');
  });

  it('needs a key file that can be used', async () => {
    const { keyFile } = server.host;
    for (const wrong of [`${keyFile}.no`, '/', new URL(import.meta.url).pathname]) {
      host = createSshHost({ ...server.host, keyFile: wrong }, patient);
      await startsNothing('key-file');
    }
    expect(server.seen.connections).toBe(0);
  });

  it('that breaks as soon as it is made ends nobody’s process', async () => {
    set({
      authenticate: (context, socket) => {
        if (context.method !== 'publickey') {
          context.reject();
          return;
        }
        if (context.signature === undefined) {
          context.accept();
          return;
        }
        socket.cork();
        context.accept();
        socket.write(Buffer.alloc(64, 7));
        socket.uncork();
      },
    });
    const result = await run(which);
    expect(result.kind).not.toBe('ended');
    expect(server.seen.lines).toEqual([]);
  });

  it('with a key that is bound to the runner says that the configuration does not fit', async () => {
    set({ act: exits(64, '', 'queuekeeper-runner: a line with other characters than ours\n') });
    const result = await run(which);
    expect(result).toMatchObject({ kind: 'not-started', why: 'runner-bound' });
    expect(result.kind === 'not-started' && result.detail).toContain('runner: true');
  });
});

describe('reading commands', () => {
  it('share one connection, and never more than eight channels at once', async () => {
    set({ act: (...at) => void setTimeout(() => exits(0)(...at), 15) });
    const results = await Promise.all(Array.from({ length: 40 }, () => run()));
    expect(results.every(({ kind }) => kind === 'ended')).toBe(true);
    expect(server.seen.connections).toBe(1);
    expect(server.mostChannels()).toBe(8);
  });

  it('that give up in the line leave their place to those behind', async () => {
    set({ act: () => undefined });
    const long = Array.from({ length: 8 }, () => run());
    await expect.poll(() => server.seen.lines.length).toBe(8);
    const leave = new AbortController();
    const left = run(command, { signal: leave.signal });
    const behind = run();
    leave.abort();
    expect(await left).toMatchObject({ kind: 'not-started', why: 'timeout' });
    for (const socket of server.sockets()) socket.destroy();
    await Promise.all(long);
    expect(await behind).toMatchObject({ kind: 'not-started', why: 'unreachable' });
  });

  it('get a new connection after the old one was reset while idle', async () => {
    await run();
    for (const socket of server.sockets()) socket.resetAndDestroy();
    await expect.poll(() => server.open()).toBe(0);
    // Our side may hear of it a moment later.
    await expect.poll(() => run()).toMatchObject({ kind: 'ended', rc: 0 });
    expect(server.seen.connections).toBe(2);
  });

  it('do not use a connection on which one of them got no answer', async () => {
    set({ act: () => undefined });
    const leave = new AbortController();
    const unanswered = run(command, { signal: leave.signal });
    await expect.poll(() => server.seen.lines.length).toBe(1);
    leave.abort();
    expect(await unanswered).toMatchObject({ kind: 'unknown' });
    set({});
    expect(await run()).toMatchObject({ kind: 'ended' });
    expect(server.seen.connections).toBe(2);
    await expect.poll(() => server.open()).toBe(1);
  });

  it('close a connection that nobody uses', async () => {
    impatient({ idleMs: 50 });
    await run();
    await expect.poll(() => server.open()).toBe(0);
    expect(await run()).toMatchObject({ kind: 'ended' });
  });

  it('are given none whose goodbye is on its way', async () => {
    const limits = { ...sshLimits, ...patient };
    const connection = await connectSsh(server.host, limits, new AbortController().signal);
    expect(connection.isAlive()).toBe(true);
    connection.close();
    expect(connection.isAlive()).toBe(false);
  });

  it('close it too where the last one who came had gone already', async () => {
    impatient({ idleMs: 300 });
    await run();
    expect(await run(command, { signal: AbortSignal.abort() })).toMatchObject({ kind: 'not-started' });
    await expect.poll(() => server.open()).toBe(0);
  });

  it('learn at once that the host has just not answered, for a while', async () => {
    set({ connected: (socket) => void socket.resume() });
    impatient({ readyMs: 300 });
    const results = await Promise.all(Array.from({ length: 200 }, () => run()));
    expect(results.every((result) => result.kind === 'not-started' && result.why === 'timeout')).toBe(true);
    expect(await run()).toMatchObject({ why: 'timeout' });
    expect(server.seen.connections).toBe(1);
  });

  it('try a host again that has not answered a while ago', async () => {
    set({ connected: (socket) => void socket.destroy() });
    impatient({ darkMs: 50 });
    expect(await run()).toMatchObject({ kind: 'not-started' });
    set({});
    await expect.poll(() => run()).toMatchObject({ kind: 'ended' });
  });

  it('wait for a connection no longer than their own limit', async () => {
    set({ connected: (socket) => void socket.resume() });
    const first = run();
    expect(await run(command, { signal: AbortSignal.timeout(60) })).toMatchObject({ why: 'timeout' });
    host.close();
    expect(await first).toMatchObject({ kind: 'not-started' });
  });

  it('that say more than anybody keeps neither stall nor grow', async () => {
    const chunk = Buffer.alloc(32_768, 'x');
    const most = 50_000_000;
    set({
      act: (channel) => {
        let sent = 0;
        const more = (): void => {
          while (sent < most) {
            sent += chunk.length;
            if (!channel.stderr.write(chunk)) {
              channel.stderr.once('drain', more);
              return;
            }
          }
          channel.stderr.write('the end', () => exits(0, 'done')(channel, server.sockets()[0] as never, ''));
        };
        more();
      },
    });
    const before = process.memoryUsage().rss;
    const result = await run(command, { timeoutSeconds: 600 });
    const grown = process.memoryUsage().rss - before;
    if (result.kind !== 'ended') throw new Error(result.kind);
    expect(result.stderr.bytes).toBeGreaterThan(most);
    expect(result.stderr.text.length).toBeLessThan(300_000);
    expect(result.stderr.text.endsWith('the end')).toBe(true);
    expect(result.stdout.text).toBe('done');
    // The server's own buffers included.
    expect(grown).toBeLessThan(150_000_000);
  }, 120_000);

  it('are over when the host is closed', async () => {
    set({ act: () => undefined });
    const running = run();
    await expect.poll(() => server.seen.lines.length).toBe(1);
    host.close();
    expect(await running).toMatchObject({ kind: 'unknown' });
    expect(await run()).toMatchObject({ kind: 'not-started', why: 'stopping' });
  });
});

describe('a write', () => {
  it('has a connection of its own', async () => {
    await Promise.all([run(), run(write), run(write)]);
    expect(server.seen.connections).toBe(3);
    await expect.poll(() => server.open()).toBe(1);
  });

  it('leaves its connection to the next one that asks for the clock first', async () => {
    const soon = { startWithinSeconds: 600 };
    await run(write, soon);
    await run(write, soon);
    expect(server.seen.connections).toBe(1);
    await Promise.all([run(write, soon), run(write, soon)]);
    expect(server.seen.connections).toBe(2);
  });

  it('closes one that no other write takes', async () => {
    impatient({ keptMs: 50 });
    expect(await run(write, { startWithinSeconds: 600 })).toMatchObject({ kind: 'ended' });
    await expect.poll(() => server.open()).toBe(0);
  });

  it('leaves none of whose end it knows nothing', async () => {
    set({ act: (channel) => channel.close() });
    expect(await run(write, { startWithinSeconds: 600 })).toMatchObject({ kind: 'unknown' });
    set({});
    expect(await run(write, { startWithinSeconds: 600 })).toMatchObject({ kind: 'ended' });
    expect(server.seen.connections).toBe(2);
  });

  it.each(['end', 'reset', 'black hole'] as const)(
    'is made on a new connection, once, when the one that was left has died (%s)',
    async (how) => {
      impatient({ clockMs: 2_500 });
      await run(write, { startWithinSeconds: 600 });
      const old = server.sockets();
      if (how === 'black hole')
        set({ channel: (open, _, socket) => (old.includes(socket) ? undefined : open()) });
      else for (const socket of old) drop(socket, how);
      expect(await run(write, { startWithinSeconds: 600 })).toMatchObject({ kind: 'ended' });
      expect(server.seen.connections).toBe(2);
      expect(server.seen.lines.filter((line) => line.includes('artisan'))).toHaveLength(2);
    },
  );

  it('tries a host that has just not answered', async () => {
    set({ connected: (socket) => void socket.destroy() });
    await run();
    set({});
    expect(await run()).toMatchObject({ kind: 'not-started' });
    expect(await run(write)).toMatchObject({ kind: 'ended' });
  });

  it('whose channel never opens was not started when its clock could not be read', async () => {
    set({ channel: () => undefined });
    impatient({ clockMs: 300 });
    expect(await run(write, { startWithinSeconds: 600 })).toMatchObject({
      kind: 'not-started',
      why: 'channel',
    });
  });
});

function drop(
  socket: FaultServer['sockets'] extends () => readonly (infer S)[] ? S : never,
  how: 'end' | 'reset',
): void {
  if (how === 'reset') socket.resetAndDestroy();
  else socket.destroy();
}
